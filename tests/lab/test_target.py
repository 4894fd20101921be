import json
import os
import runpy
import subprocess
import sys

import pytest

from lab.compare import import_check
from lab.compare.import_check import findings, interface_of, problem_with
from lab.compare.own_workloads import Ask, workload
from lab.compare.target import IMPORT_CHECK, Target
from lab.errors import WrongUsageError


@pytest.mark.parametrize(
    ("text", "wsgi", "asgi"),
    [
        ("shop", "shop:application", "shop:app"),
        ("examples.tasks", "examples.tasks:application", "examples.tasks:app"),
        ("shop:wsgi,asgi", "shop:wsgi", "shop:asgi"),
        ("shop:make@wsgi", "shop:make", ""),
        ("shop:site.app@asgi", "", "shop:site.app"),
    ],
)
def test_a_module_has_two_names_that_servers_take(text, wsgi, asgi):
    target = Target.parse(text)
    assert (target.wsgi, target.asgi) == (wsgi, asgi)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("examples/tasks.py", "write 'examples.tasks', not"),
        ("./tasks.py", "write 'tasks', not"),
        ("", "as in 'examples.tasks:application,app'"),
        ("a..b", "a module is written as in"),
        ("--x", "a module is written as in"),
        ("shop:", "comes a name, or two"),
        ("shop:a,b,c", "comes a name, or two"),
        ("shop:a b,c", "comes a name, or two"),
    ],
)
def test_a_module_written_wrongly_is_answered_with_how_to_write_it(text, advice):
    with pytest.raises(WrongUsageError, match=advice):
        Target.parse(text)


# the module's source; what is said about it
PROBLEMS = {
    "fine": ("application = app = len", ""),
    "no ASGI callable": ("application = len", "has no callable 'app'"),
    "not callable": ("application, app = 1, len", "has no callable 'application'"),
    "raises": ("1 / 0", "failed: ZeroDivisionError: division by zero"),
    "exits": ("raise SystemExit('bye')", "failed: SystemExit: bye"),
    "does not parse": ("def", "failed: SyntaxError"),
    "imports what is missing": ("import no_such_module", "No module named 'no_such_module'"),
}


@pytest.mark.parametrize(("source", "said"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_module_is_checked_by_importing_it(source, said, tmp_path, monkeypatch):
    name = f"made_{abs(hash(source))}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    problem = problem_with(name, ["application", "app"])
    assert said in problem
    assert bool(said) == bool(problem)


def test_a_module_that_is_not_there_is_said_to_be_missing():
    assert "there is no module 'no_such.module' here" in problem_with("no_such.module", [])


def test_a_part_of_a_module_that_is_not_there_is_said_to_be_missing():
    assert "there is no module 'json.no_such'" in problem_with("json.no_such", [])


def test_the_check_runs_in_a_process_of_its_own_in_the_users_directory(tmp_path):
    (tmp_path / "shop.py").write_text("print('hello')\napplication = app = len")
    Target("shop").check(tmp_path)
    with pytest.raises(WrongUsageError, match="no module 'shop'"):
        Target("shop").check(tmp_path.parent)


def test_a_module_that_ends_python_is_said_to(tmp_path):
    (tmp_path / "shop.py").write_text("import os\nos._exit(7)")
    with pytest.raises(WrongUsageError, match="ended Python with exit code 7"):
        Target("shop").check(tmp_path)


def test_a_module_that_never_ends_its_import_is_given_up(tmp_path, monkeypatch):
    (tmp_path / "shop.py").write_text("import threading\nthreading.Event().wait()")
    monkeypatch.setattr("lab.compare.target.IMPORT_DEADLINE", 0.3)
    with pytest.raises(WrongUsageError, match="took more than"):
        Target("shop").check(tmp_path)


def test_the_checks_last_line_is_its_answer(tmp_path):
    command = [sys.executable, "-P", str(IMPORT_CHECK), "json", "loads"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "problem": "",
        "interfaces": {"loads": ""},
        "workloads": [],
    }


class Awaitable:
    async def __call__(self, scope, receive, send): ...


class Callable:
    def __call__(self, environ, start_response): ...


def unclear(*arguments): ...


@pytest.mark.parametrize(
    ("application", "interface"),
    [
        (Awaitable(), "ASGI"),
        (Callable(), "WSGI"),
        (Callable().__call__, "WSGI"),
        (lambda scope, receive, send: None, "ASGI"),  # it returns something to await
        (lambda environ, start_response, more=None: None, ""),
        (unclear, ""),
        (len, ""),
        (Callable, ""),  # a class, whose instance is asked: ASGI 2, or a mistake
        (type(iter([])).__next__, ""),
    ],
)
def test_the_interface_of_an_application_is_seen_where_it_shows(application, interface):
    assert interface_of(application) == interface


def test_a_callable_without_a_signature_does_not_tell_its_interface():
    assert interface_of(print) == interface_of(type("Odd", (), {"__call__": 1})()) == ""


@pytest.mark.parametrize(
    ("source", "wsgi", "asgi"),
    [
        ("def app(environ, start_response): ...", "shop:app", ""),
        ("async def app(scope, receive, send): ...", "", "shop:app"),
    ],
)
def test_one_application_is_served_by_what_fits_it(source, wsgi, asgi, tmp_path):
    (tmp_path / "shop.py").write_text(source)
    target, _ = Target.parse("shop:app").check(tmp_path)
    assert (target.wsgi, target.asgi, target.shown) == (wsgi, asgi, "shop:app")
    assert (target.door("WSGI"), target.door("ASGI")) == (wsgi, asgi)


def test_an_application_that_does_not_tell_its_interface_is_asked_about(tmp_path):
    (tmp_path / "shop.py").write_text("def app(*arguments): ...")
    with pytest.raises(WrongUsageError, match="write shop:app@wsgi or shop:app@asgi"):
        Target.parse("shop:app").check(tmp_path)
    assert Target.parse("shop:app@wsgi").check(tmp_path)[0].wsgi == "shop:app"


@pytest.fixture
def registered(monkeypatch):
    """The workloads that this process registers, forgotten afterwards."""
    found = []
    monkeypatch.setattr("lab.compare.own_workloads.REGISTERED", found)
    return found


def test_what_is_found_out_about_a_module_has_all_its_workloads(registered):
    workload("search", "/search")(len)

    @workload("order")
    def order():
        """How many orders?"""
        return Ask("/orders", method="POST")

    workload("home")(lambda: "/")
    found = findings("json", ["loads"])
    assert (found["problem"], found["interfaces"]) == ("", {"loads": ""})
    search, posted, home = found["workloads"]
    assert (posted["question"], posted["method"], home["path"]) == ("How many orders?", "POST", "/")
    assert search["path"] == "/search"


def test_a_workload_that_fails_when_it_is_asked_is_the_problem(registered):
    workload("odd")(lambda: 7)
    said = "a workload of json failed: a workload returns a path or an Ask; got 7 for 'odd'"
    assert findings("json", ["loads"])["problem"] == said
    assert "interfaces" not in findings("json", ["no_such"])


@pytest.mark.parametrize("name", ["", "a b", "/a"])
def test_a_workloads_name_can_be_written_on_a_command_line(name):
    with pytest.raises(ValueError, match="a name without spaces"):
        workload(name, "/")


def test_the_script_writes_one_last_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["import_check.py", "json", "loads"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    runpy.run_path(import_check.__file__, run_name="__main__")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["problem"] == ""
    assert ended == [0]


def test_a_modules_own_workloads_are_found(tmp_path):
    (tmp_path / "shop.py").write_text(
        "from lab.compare import Ask, Beside, workload\n"
        "application = app = len\n"
        "@workload('search', '/search')\n"
        "def search():\n    'Is it found?'\n"
        "@workload('order')\n"
        "def order():\n"
        "    return Ask('/orders', 'POST', body='{}', beside=Beside('/slow', 2, 'trickle'))\n"
        "workload('home')(lambda: '/')\n"
    )
    search, order, home = Target("shop").check(tmp_path)[1]
    assert (search["name"], search["path"], search["question"]) == (
        "search",
        "/search",
        "Is it found?",
    )
    assert (order["method"], order["beside"]["manner"]) == ("POST", "trickle")
    assert (home["path"], home["question"]) == ("/", "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("workload('a b', '/')(len)", "a name without spaces"),
        ("workload('/a')(len)", "a name without spaces"),
        ("workload('a', 'search')(len)", 'starts with "/"'),
        ("workload('a')(lambda: 7)", "a path or an Ask; got 7 for 'a'"),
        ("workload('a')(lambda: 1 / 0)", "division by zero"),
    ],
)
def test_a_workload_that_makes_no_sense_is_a_problem(source, said, tmp_path):
    source = f"from lab.compare import workload\napplication = app = len\n{source}"
    (tmp_path / "shop.py").write_text(source)
    with pytest.raises(WrongUsageError, match=said):
        Target("shop").check(tmp_path)
