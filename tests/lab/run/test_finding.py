import sys
from itertools import count

import pytest

from lab.errors import LabError, WrongUsageError
from lab.run.finding import found_in

HEAD = """
from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter
def wsgi(environ, start_response): ...
async def asgi(scope, receive, send): ...
site, other = App(), App()
del {gone}
"""
NUMBERS = count()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module into the current directory; its name, which no other test's module has."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path != str(tmp_path)])
    made = []

    def write(source, gone="other", head=HEAD):
        made.append(f"written_{next(NUMBERS)}")
        (tmp_path / f"{made[-1]}.py").write_text(head.format(gone=gone) + source)
        return made[-1]

    yield write
    for name in made:
        sys.modules.pop(name, None)


def found(text, wanted=None, preferred="asgi"):
    """What is found: its name in the module, and its face."""
    there = found_in(text, wanted, preferred)
    return there.name.partition(":")[2], there.face


BOTH = "app, application = asgi, wsgi"


@pytest.mark.parametrize(
    ("source", "wanted", "preferred", "expected"),
    [
        (BOTH, None, "asgi", ("app", "asgi")),
        (BOTH, None, "wsgi", ("application", "wsgi")),
        (BOTH, "wsgi", "asgi", ("application", "wsgi")),
        (BOTH, "asgi", "wsgi", ("app", "asgi")),
        ("app = asgi", None, "wsgi", ("app", "asgi")),
        ("application = wsgi", None, "asgi", ("application", "wsgi")),
        ("app = site", None, "asgi", ("app", "asgi")),
        ("app = site", None, "wsgi", ("app", "wsgi")),
        ("app = site", "wsgi", "asgi", ("app", "wsgi")),
        # Flask's name for a WSGI application
        ("app = wsgi", None, "asgi", ("app", "wsgi")),
        # by its name, where its looks say nothing
        ("app = lambda *arguments: None", None, "wsgi", ("app", "asgi")),
        ("application, app = None, wsgi", None, "wsgi", ("app", "wsgi")),
        ("web = ASGIAdapter(site)", None, "asgi", ("web", "asgi")),
        ("web = ASGIAdapter(site)", None, "wsgi", ("web", "asgi")),
        ("a, b = ASGIAdapter(site), WSGIAdapter(site)", None, "wsgi", ("b", "wsgi")),
        ("", None, "asgi", ("site", "asgi")),
        ("", None, "wsgi", ("site", "wsgi")),
        ("again = site", None, "asgi", ("site", "asgi")),
    ],
)
def test_a_module_alone_stands_for_what_the_server_prefers(
    module, source, wanted, preferred, expected
):
    assert found(module(source), wanted, preferred) == expected


def test_a_name_is_taken_as_it_is(module):
    name = module("class Places:\n    inner = asgi\n" + BOTH)
    assert found(f"{name}:wsgi") == ("wsgi", "wsgi")
    assert found(f"{name}:site", "wsgi") == ("site", "wsgi")
    assert found(f"{name}:Places.inner") == ("Places.inner", "asgi")


def test_who_says_the_face_is_believed_where_it_can_not_be_seen(module):
    name = module("unseen = lambda *arguments: None")
    assert found(f"{name}:unseen", "wsgi") == ("unseen", "wsgi")
    assert found_in(f"{name}:site", None, "asgi").is_app


@pytest.mark.parametrize(
    ("source", "name", "wanted", "said"),
    [
        ("", "siet", None, "has no 'siet': did you mean site?"),
        ("", "zzz", None, "has no 'zzz': there are site"),
        ("", "site.zzz", None, "has no 'site.zzz'"),
        ("del site", "zzz", None, "what is served is an App, a WSGI callable"),
        ("number = 3", "number", None, "is no application but 3: what is served is an App"),
        ("def make(): ...", "make", None, "does not look like an application"),
        ("", "wsgi", "asgi", "is WSGI, and ASGI is wanted"),
        ("", "asgi", "wsgi", "is ASGI, and WSGI is wanted"),
        ("", "a b", None, 'after ":" comes one name'),
        ("", "a,b", None, 'after ":" comes one name'),
    ],
)
def test_a_name_that_can_not_be_served_is_answered_in_a_sentence(
    module, source, name, wanted, said
):
    with pytest.raises(WrongUsageError) as raised:
        found(f"{module(source)}:{name}", wanted)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("source", "gone", "wanted", "said"),
    [
        ("", "wsgi", None, "has other, site: name one of them, as in"),
        ("a = ASGIAdapter(site)\nb = ASGIAdapter(other)", "wsgi", None, "has a, b: name one"),
        ("", "site, other", None, "has neither `app` nor `application`, nor an App"),
        ("application = wsgi", "other", "asgi", ":application is WSGI, and ASGI is wanted"),
        ("app = application = 3", "other", None, "is no application but 3"),
    ],
)
def test_a_module_without_one_application_is_answered_in_a_sentence(
    module, source, gone, wanted, said
):
    with pytest.raises(WrongUsageError) as raised:
        found(module(source, gone), wanted)
    assert said in str(raised.value)


def test_modules_that_look_alike_are_named(module, tmp_path):
    (tmp_path / "tasks.py").touch()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "inner.py").touch()
    with pytest.raises(WrongUsageError, match=r"no module 'task' in this .* you mean tasks"):
        found("task")
    with pytest.raises(WrongUsageError, match=r"you mean package\.inner"):
        found("package.iner")
    with pytest.raises(WrongUsageError, match="write it as for Python's import"):
        found("zzz")
    with pytest.raises(WrongUsageError, match=r"write 'tasks', not 'tasks\.py'"):
        found("tasks.py")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\ndef broken(:\n", "SyntaxError: invalid syntax"),
        ("import zzz_missing", "No module named 'zzz_missing'; install it, or correct the import"),
        ("\ndef inner():\n    return 1 / 0\ninner()", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_a_module_that_fails_is_told_with_the_user_s_part_of_the_traceback(module, source, said):
    name = module(source, head="")
    with pytest.raises(LabError) as raised:
        found(name)
    told = str(raised.value)
    assert told.startswith(f"importing {name} failed")
    assert said in told
    assert f'{name}.py", line' in told
    assert "finding.py" not in told
    assert "importlib" not in told
    assert not isinstance(raised.value, WrongUsageError)
