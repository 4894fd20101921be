import json
import subprocess
import sys

import pytest

from lab.compare.contenders import default_contenders, environment, require_servers
from lab.compare.import_check import problem_with
from lab.compare.target import IMPORT_CHECK, Target
from lab.errors import WrongUsageError


@pytest.mark.parametrize(
    ("text", "wsgi", "asgi"),
    [
        ("shop", "shop:application", "shop:app"),
        ("examples.tasks", "examples.tasks:application", "examples.tasks:app"),
        ("shop:wsgi,asgi", "shop:wsgi", "shop:asgi"),
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
        ("shop:app", "come two names"),
        ("shop:", "come two names"),
        ("shop:a,b,c", "come two names"),
        ("shop:a b,c", "come two names"),
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
    assert json.loads(done.stdout.splitlines()[-1]) == {"problem": ""}


def test_each_contender_is_shown_as_it_is_started():
    sync, gthread, uvicorn = default_contenders(Target("shop"), threads=8)
    assert sync.shown.startswith("python -m gunicorn --workers 1 --worker-class sync ")
    assert sync.shown.endswith("--bind 127.0.0.1:PORT shop:application")
    assert "--worker-class gthread --threads 8" in gthread.shown
    assert uvicorn.shown.endswith("--port PORT shop:app")
    assert uvicorn.command[0] == sys.executable


def test_an_older_gunicorn_is_not_given_an_option_it_does_not_know(monkeypatch):
    monkeypatch.setattr("lab.versions.version", lambda name: "23.0.0")
    assert "--no-control-socket" not in default_contenders(Target("shop"), 8)[0].shown


def test_settings_that_would_change_a_server_silently_are_not_passed_on(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    monkeypatch.setenv("UVICORN_HTTP", "h11")
    monkeypatch.setenv("DATABASE", "kept")
    passed_on = environment()
    assert "WEB_CONCURRENCY" not in passed_on
    assert "UVICORN_HTTP" not in passed_on
    assert passed_on["DATABASE"] == "kept"


def test_missing_servers_are_named_with_what_to_install(monkeypatch):
    monkeypatch.setattr("lab.compare.contenders.version_of", lambda name: None)
    with pytest.raises(WrongUsageError, match=r"needs gunicorn and uvicorn; .*extra `serve`"):
        require_servers()
