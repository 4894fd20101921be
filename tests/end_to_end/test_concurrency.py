from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.end_to_end.apps.meeting import PARTY
from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import serving

MEETING = "tests.end_to_end.apps.meeting"
pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["gunicorn gthread", "uvicorn httptools"])
def server(request):
    with serving(request.param, MEETING) as running:
        yield running


def ask_at_once(server, targets):
    """The bodies of the answers to requests that are all sent before any is answered."""
    with ThreadPoolExecutor(len(targets)) as threads:
        answers = threads.map(lambda target: ask(server, "GET", target), targets)
        return [answer.body.decode() for answer in answers]


def test_def_handlers_overlap(server):
    assert ask_at_once(server, ["/threads"] * PARTY) == ["met"] * PARTY


def test_a_def_that_waits_holds_up_no_other_handler(server):
    assert ask_at_once(server, ["/held", "/release"]) == ["released", "done"]


def test_each_request_has_a_context_of_its_own(server):
    names = [f"visitor{number}" for number in range(20)]
    answers = ask_at_once(server, [f"/visitor/{name}" for name in names])
    assert answers == [f"nobody {name} {name} {name}" for name in names]


def test_async_handlers_overlap_on_one_event_loop():
    with serving("uvicorn httptools", MEETING) as server:
        assert ask_at_once(server, ["/coroutines"] * PARTY) == ["met"] * PARTY


def test_async_handlers_run_in_every_thread_of_a_preloaded_worker():
    with serving("gunicorn gthread", "examples.tasks", "--preload") as server:
        assert ask_at_once(server, ["/wait"] * 20) == ["waited"] * 20
        assert ask_at_once(server, ["/wait"] * 20) == ["waited"] * 20
    assert "Traceback" not in server.log()


def test_under_gevent_a_def_works_and_an_async_def_is_a_500_that_the_log_explains():
    with serving("gunicorn gevent", "examples.tasks") as server:
        assert ask(server, "GET", "/hello").body == b"Hello, world!"
        answer = ask(server, "GET", "/wait")
        assert (answer.status, answer.body) == (500, b"Internal Server Error\n")
    assert "under gevent many requests share a thread: use gunicorn's sync" in server.log()
    assert "never awaited" not in server.log()
