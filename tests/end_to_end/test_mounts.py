"""An App, a Flask and a Starlette application below prefixes, on servers of both worlds."""

import socket
import time
from contextlib import closing

import pytest
from websockets.sync.client import connect

from tests.end_to_end.exchange import PATIENCE, ask
from tests.end_to_end.servers import serving

EXAMPLE = "tests.end_to_end.apps.mounted"
MOUNTED = ("inner", "flask", "starlette")
pytestmark = pytest.mark.server


def test_the_rest_is_the_sites_own(server):
    assert ask(server, "GET", "/").body == b"site"
    assert ask(server, "GET", "/flasky").status == 404


@pytest.mark.parametrize("name", MOUNTED)
def test_each_knows_below_what_it_is(server, name):
    answer = ask(server, "GET", f"/{name}/links/a")
    assert answer.body.decode() == f"/{name} /{name}/links/a"


@pytest.mark.parametrize("name", MOUNTED)
@pytest.mark.parametrize("body", [b"x" * 200_000, [b"one", b"two"]], ids=["length", "chunks"])
def test_a_body_arrives_whole(server, name, body):
    answer = ask(server, "POST", f"/{name}/echo", body)
    assert answer.body == (body if isinstance(body, bytes) else b"".join(body))


@pytest.mark.parametrize("name", MOUNTED)
def test_a_stream_whose_client_goes_is_closed(server, name):
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE)) as client:
        client.sendall(f"GET /{name}/endless HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        received = b""
        while len(received) < 10_000:
            received += client.recv(65_536)
    until = time.monotonic() + PATIENCE
    while name not in ask(server, "GET", "/closed").json():
        assert time.monotonic() < until, server.failure("did not close the stream")
    assert ask(server, "GET", "/closed").json().count(name) == 1


@pytest.mark.parametrize("options", [(), ("--preload",)], ids=["", "preload"])
@pytest.mark.parametrize("name", ["gunicorn sync", "gunicorn gthread", "uvicorn h11"])
def test_the_lifespan_of_the_asgi_application_is_run(name, options):
    if options and name.startswith("uvicorn"):
        options = ("--workers", "1")
    with serving(name, EXAMPLE, *options) as running:
        answers = [ask(running, "GET", "/starlette/state").body for _ in range(3)]
        running.stop()
    assert answers == [b"opened"] * 3
    assert running.log().count("starlette started\n") == 1
    assert running.log().count("starlette stopped\n") == 1
    assert "Traceback" not in running.log()


def test_websockets_are_on_asgi_and_those_of_wsgi_are_refused():
    with serving("uvicorn httptools", EXAMPLE) as running:
        at = f"ws://127.0.0.1:{running.port}"
        with connect(f"{at}/starlette/ws") as websocket:
            assert websocket.recv(PATIENCE) == "hello from /starlette/ws"
        with pytest.raises(Exception, match="HTTP 403"), connect(f"{at}/flask/ws"):
            pass


@pytest.mark.parametrize("name", MOUNTED)
@pytest.mark.parametrize(
    ("server", "options", "asked"),
    [
        ("gunicorn gthread", ("--env", "SCRIPT_NAME=/root"), "/root"),
        ("uvicorn h11", ("--root-path", "/root"), ""),  # it adds the root by itself
    ],
)
def test_a_servers_own_root_comes_before_the_prefix(server, options, asked, name):
    with serving(server, EXAMPLE, *options) as running:
        answer = ask(running, "GET", f"{asked}/{name}/links/a")
    assert answer.body.decode() == f"/root/{name} /root/{name}/links/a"
