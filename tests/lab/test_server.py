import sys

import pytest
import uvicorn

from lab.errors import LabError, WrongUsageError
from lab.server import serve


async def app(scope, receive, send):
    raise NotImplementedError


@pytest.fixture
def calls(monkeypatch):
    made = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: made.append((app, options)))
    monkeypatch.delenv("PORT", raising=False)
    return made


def test_an_application_is_served_on_loopback_and_port_8000(calls):
    serve(app)
    assert calls == [(app, {"host": "127.0.0.1", "port": 8000, "reload": False})]


def test_an_import_string_may_be_reloaded(calls):
    serve("shop:app", port=9000, reload=True)
    assert calls == [("shop:app", {"host": "127.0.0.1", "port": 9000, "reload": True})]


def test_reload_with_an_application_object_says_what_to_write(calls):
    with pytest.raises(ValueError, match="needs an import string"):
        serve(app, reload=True)
    assert calls == []


def test_the_port_comes_from_the_environment_when_it_is_not_given(calls, monkeypatch):
    monkeypatch.setenv("PORT", "9001")
    serve(app)
    serve(app, port=9002)
    assert [options["port"] for _, options in calls] == [9001, 9002]


@pytest.mark.parametrize("text", ["http", "-1", "65536", "", "\uff18\uff10"])
def test_a_port_that_is_no_port_is_named(calls, monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(WrongUsageError, match="PORT is a number"):
        serve(app)


def test_a_missing_uvicorn_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(LabError, match=r"extra `serve`"):
        serve(app)
