import re

import pytest

from lab.processes import ServerStartError
from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
UVICORN = ("uvicorn httptools", "uvicorn h11")


@pytest.mark.parametrize("name", UVICORN)
def test_startup_comes_before_the_first_request_and_shutdown_after_the_last(name):
    with serving(name, "examples.tasks") as server:
        assert ask(server, "GET", "/tasks").status == 200
        server.stop()
    assert re.search(
        r"(?s)App started\. Ready to serve\.\n.*GET /tasks → 200 .*App stopping\. Cleaning up\.\n",
        server.log(),
    )
    assert server.log().count("App started") == server.log().count("App stopping") == 1
    assert "Traceback" not in server.log()


def test_each_worker_process_starts_and_stops_once():
    with serving("uvicorn workers", "examples.tasks") as server:
        server.stop()
    assert server.log().count("App stopping. Cleaning up.\n") == 2


def test_a_failed_startup_ends_the_server_and_what_had_started():
    with pytest.raises(ServerStartError) as failure:
        serving("uvicorn httptools", "tests.end_to_end.apps.failing_startup").__enter__()
    assert re.search(
        r"(?s)ended with exit code 3 .*RuntimeError: the database is not there"
        r".*ended\nconnection closed\n.*Application startup failed",
        str(failure.value),
    )


def test_a_failed_shutdown_is_logged_and_holds_up_nothing_else():
    with serving("uvicorn httptools", "tests.end_to_end.apps.failing_shutdown") as server:
        server.stop()
    assert "RuntimeError: the disk is full" in server.log()
    assert "ended all the same\n" in server.log()
    assert "Application shutdown failed" in server.log()


@pytest.mark.parametrize("name", ["daphne", "gunicorn sync"])
def test_http_works_on_a_server_without_a_lifespan(name):
    with serving(name, "examples.tasks") as server:
        assert ask(server, "GET", "/hello").body == b"Hello, world!"
        assert ask(server, "GET", "/wait").body == b"waited"
    assert "App started" not in server.log()
    assert "Traceback" not in server.log()
