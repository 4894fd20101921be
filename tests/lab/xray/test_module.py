import pytest

from lab.errors import WrongUsageError
from lab.module import applications

HERE = "tests.lab.xray.served"


ASGI = "async def app(scope, receive, send): ...\n"


def test_a_module_has_both_worlds():
    assert list(applications(HERE)) == ["wsgi", "asgi"]


@pytest.mark.parametrize(
    ("name", "worlds"), [("application", ["wsgi"]), ("app", ["asgi"]), ("site", ["wsgi", "asgi"])]
)
def test_one_name_is_one_world_and_an_app_is_both(name, worlds):
    assert list(applications(f"{HERE}:{name}")) == worlds


def test_a_module_in_the_directory_is_found_and_may_have_one_world(module):
    assert list(applications(module(ASGI))) == ["asgi"]


def test_an_application_is_known_by_what_a_call_takes(module):
    assert list(applications(module("def app(environ, start_response): ..."))) == ["wsgi"]


def test_one_whose_call_does_not_tell_is_known_by_its_name(module):
    name = module("def app(*arguments): ...\ndef other(*arguments): ...")
    assert list(applications(name)) == ["asgi"]
    with pytest.raises(WrongUsageError, match="takes neither"):
        applications(f"{name}:other")


def test_a_name_may_have_dots(module):
    name = module("class holder:\n async def app(scope, receive, send): ...\n")
    assert list(applications(f"{name}:holder.app")) == ["asgi"]


@pytest.mark.parametrize(
    ("source", "text", "why"),
    [
        (None, "no_such", "there is no module 'no_such' here"),
        ("1 / 0", "written", "importing written failed: ZeroDivisionError"),
        ("import no_such", "written", "importing written failed: No module named 'no_such'"),
        ("raise SystemExit(3)", "written", "importing written failed: SystemExit: 3"),
        ("", "written.py", "write 'written', not 'written.py'"),
        ("", "written:a b", 'after ":" comes one name, as in written:app'),
        ("", "written:", 'after ":" comes one name'),
        ("", "written", "has neither `application` (WSGI) nor `app` (ASGI)"),
        (ASGI + "_hidden = app", "written:apple", "has no 'apple': there are app"),
        ("x = 5", "written:y", "has no 'y': there is nothing that could be meant"),
        ("app = 5", "written", "written:app is not callable: a server calls"),
        ("app = 5", "written:app", "it is int"),
        ("from core import App\napp = App()", "written", "written:app is not callable"),
        (f"{ASGI}application = app", "written", "are both ASGI: name one"),
        ("class Model: ...\nfrom core import App\nsite = App()", "written", "there are site"),
    ],
)
def test_what_is_no_application_is_refused_with_what_to_do(module, source, text, why):
    if source is not None:
        module(source)
    with pytest.raises(WrongUsageError) as error:
        applications(text)
    assert why in str(error.value)


def test_a_flask_application_that_is_named_app_is_wsgi(module):
    pytest.importorskip("flask")
    name = module("import flask\napp = flask.Flask(__name__)")
    assert list(applications(name)) == ["wsgi"]


def test_a_starlette_application_is_asgi(module):
    pytest.importorskip("starlette")
    name = module("import starlette.applications\napp = starlette.applications.Starlette()")
    assert list(applications(f"{name}:app")) == ["asgi"]
