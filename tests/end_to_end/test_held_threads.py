"""A server that is told to stop while a `def` handler runs in a thread."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.end_to_end.exchange import PATIENCE, ask
from tests.end_to_end.servers import serving

HELD = "tests.end_to_end.apps.held"
pytestmark = pytest.mark.server


@pytest.mark.parametrize("name", ["uvicorn httptools uvloop", "uvicorn h11 asyncio"])
def test_a_def_handler_that_is_running_at_sigterm_answers_before_the_server_ends(name, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with serving(name, HELD) as server, ThreadPoolExecutor(1) as clients:
        answer = clients.submit(ask, server, "GET", f"/read?path={pipe}")
        writer = within_patience(lambda: opened(pipe))
        os.kill(server.pid, signal.SIGTERM)
        within_patience(lambda: "Waiting for" in server.log())
        os.write(writer, b"finished")
        os.close(writer)
        assert answer.result(PATIENCE).body == b"finished"
        within_patience(lambda: server.returncode is not None)
        assert server.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in server.log()


def opened(pipe):
    """The pipe, for writing; None as long as nobody reads it."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def within_patience(look):
    """What `look` gives, once it is something."""
    until = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return seen
