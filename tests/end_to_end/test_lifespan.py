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


@pytest.mark.parametrize("name", ["daphne", "uvicorn without"])
def test_on_a_server_without_a_lifespan_http_works_and_the_log_says_what_is_missing(name):
    server, *options = {"uvicorn without": ("uvicorn h11", "--lifespan", "off")}.get(name, (name,))
    with serving(server, "examples.tasks", *options) as server:
        assert ask(server, "GET", "/hello").body == b"Hello, world!"
        assert ask(server, "GET", "/wait").body == b"waited"
    assert "App started" not in server.log()
    assert "Traceback" not in server.log()
    assert server.log().count("so nothing is started, and nothing will be ended: say_ready") == 1


@pytest.mark.parametrize("name", ["uvicorn httptools", "hypercorn", "granian asgi"])
def test_a_pool_is_opened_once_and_closed_once(name):
    with serving(name, POOLED) as server:
        assert ask(server, "GET", "/visitor/ann").body == b"nobody ann ann ann"
        server.stop()
    opened, closed = re.findall("pool (?:opened|closed) in ([0-9]+)\n", server.log())
    assert opened == closed


# WSGI.

WORKER = "tests.end_to_end.apps.worker_lifespan"
POOLED = "tests.end_to_end.apps.pooled"
HOOKS = ("--config", "python:tests.end_to_end.apps.worker_hooks")


@pytest.mark.parametrize("options", [(), ("--preload",), HOOKS, (*HOOKS, "--preload")], ids=str)
@pytest.mark.parametrize("name", ["gunicorn sync", "gunicorn gthread", "gunicorn gevent"])
def test_a_worker_starts_once_and_ends_once_and_its_master_never(name, options):
    with serving(name, WORKER, *options) as server:
        worker = ask(server, "GET", "/").body.decode()
        assert server.stop() == 0
    log = server.log()
    assert re.findall("(?:begun|ended) in [0-9]+", log) == [
        f"begun in {worker}",
        f"ended in {worker}",
    ]
    assert "Traceback" not in log


@pytest.mark.parametrize("options", [(), ("--preload",), HOOKS], ids=str)
def test_the_lifespans_context_manager_is_left_at_the_workers_exit(options):
    with serving("gunicorn gthread", POOLED, *options) as server:
        worker = ask(server, "GET", "/process").body.decode()
        assert ask(server, "GET", "/visitor/ann").body == b"nobody ann ann ann"
        assert server.stop() == 0
    assert re.findall("pool .* in [0-9]+", server.log()) == [
        f"pool opened in {worker}",
        f"pool closed in {worker}",
    ]
    assert "Traceback" not in server.log()


def test_a_worker_that_cannot_start_answers_500_and_says_why(monkeypatch):
    monkeypatch.setenv("NO_DATABASE", "1")
    with serving("gunicorn sync", WORKER) as server:
        answer = ask(server, "GET", "/")
        assert (answer.status, answer.body) == (500, b"Internal Server Error\n")
    assert "startup failed: RuntimeError('the database is not there')" in server.log()


def test_a_worker_that_is_to_start_at_once_and_cannot_ends_gunicorn(monkeypatch):
    monkeypatch.setenv("NO_DATABASE", "1")
    with pytest.raises(ServerStartError, match=r"(?s)exit code 3 .*Worker failed to boot"):
        serving("gunicorn sync", WORKER, *HOOKS).__enter__()


def test_a_task_that_a_handler_leaves_is_named_in_a_workers_log():
    with serving("gunicorn sync", WORKER) as server:
        assert ask(server, "GET", "/careless").body == b"x"
        assert ask(server, "GET", "/careless").body == b"x"
    assert server.log().count("careless left tasks behind, and they are cancelled: forgotten") == 2
