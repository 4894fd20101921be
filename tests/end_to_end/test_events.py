"""Server-sent events over real sockets, and heard by a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from tests.end_to_end.exchange import PATIENCE, ask, request_bytes
from tests.end_to_end.servers import serving

EXAMPLE = "tests.end_to_end.apps.events"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.server


@pytest.fixture(
    scope="module", params=["gunicorn gthread", "uvicorn httptools", "uvicorn h11", "granian asgi"]
)
def server(request):
    with serving(request.param, EXAMPLE) as running:
        yield running


@contextmanager
def listening(server, path):
    """A function that waits until something has come so often, and gives all that has come."""
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE)) as connection:
        connection.sendall(request_bytes("GET", path))
        received = b""

        def until(wanted, times=1):
            nonlocal received
            while received.count(wanted) < times:
                octets = connection.recv(65_536)
                assert octets, f"the connection ended after {received!r}"
                received += octets
            return received

        yield until


def wait_for(is_so, patience=PATIENCE):
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until, f"after {patience} s it is not so"
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/def", "/async"])
def test_an_event_arrives_before_the_next_is_made(server, path):
    ask(server, "POST", "/again")
    with listening(server, path) as until:
        head = until(b"data: first\n\n")
        assert ask(server, "GET", "/made").json() == ["first"]
        ask(server, "POST", "/more")
        until(b"data: second\n\n")
    assert b"text/event-stream" in head
    assert head.index(b":\n\n") < head.index(b"data: first")


def test_comments_arrive_while_the_source_is_silent_and_it_ends_when_the_client_leaves(server):
    with listening(server, "/silent") as until:
        until(b":\n\n", times=4)
        assert ask(server, "GET", "/ended").json() == [False]
    wait_for(lambda: ask(server, "GET", "/ended").json() == [True])


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_hears_each_event_and_comes_again_where_it_left(server, tmp_path):
    with browsing(server.url, tmp_path):
        wait_for(lambda: ask(server, "GET", "/heard").json(), patience=30)
    assert ask(server, "GET", "/heard").json() == [
        "open",
        "message ☃1 one\nand a half",
        "again",
        "open",
        "message ☃2 two",
        "sum 3",
        "again",
        "closed",
    ]


@contextmanager
def browsing(url, directory):
    """A browser without a window that shows this page, for the length of the block."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command = [CHROMIUM, *options, f"--user-data-dir={directory}", "--remote-debugging-port=0", url]
    with (directory / "log").open("wb") as log:
        browser = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()
