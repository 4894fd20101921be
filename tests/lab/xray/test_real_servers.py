"""The recorders behind servers of other people, whose part of an exchange is checked too."""

import http.client
import time
from urllib.request import urlopen

import pytest

from lab.module import applications
from lab.xray import Tape
from lab.xray.checking import check
from lab.xray.drive import record
from lab.xray.replay import differences, recorded
from lab.xray.response import response_of
from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
SERVED = applications("tests.lab.xray.served")


@pytest.fixture(
    scope="module", params=["gunicorn sync", "waitress", "uvicorn httptools", "hypercorn"]
)
def server(request):
    with serving(request.param, "tests.lab.xray.recorded") as server:
        yield server


def tape_of(server, method, path, body=None, headers=(), *, chunked=False):
    """Ask the server for this; what its recorder says of it."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    connection.request(method, path, body, dict(headers), encode_chunked=chunked)
    answer = connection.getresponse()
    received = answer.read()
    connection.close()
    return finished_tape(server), received


def finished_tape(server):
    """The last tape, once the server has done with it: a client has the answer before that."""
    until = time.monotonic() + 20
    while True:
        with urlopen(f"{server.url}/tape", timeout=20) as said:
            tape = Tape.read(said.read().decode())
        [(world, recording)] = tape.sides.items()
        if recording.events[-1].kind == {"wsgi": "close", "asgi": "return"}[world]:
            return tape
        assert time.monotonic() < until, recording.events


REQUESTS = {
    "GET": ("GET", "/caf%C3%A9?q=%C3%A9"),
    "a length": ("POST", "/echo", b"\x00\xffhello", {"Content-Type": "a/b"}),
    "a stream": ("GET", "/stream"),
    "a cookie": ("GET", "/cookie", None, {"Authorization": "Basic dTpw"}),
}


@pytest.mark.parametrize("asked", REQUESTS.values(), ids=REQUESTS)
def test_what_a_server_passes_on_is_recorded_checked_and_replayed(server, asked):
    tape, body = tape_of(server, *asked)
    [(world, recording)] = tape.sides.items()
    assert (tape.script.method, tape.script.target) == asked[:2]
    assert response_of(recording).body == body
    assert response_of(recording).is_complete
    assert check(recording) == []
    for other, application in SERVED.items():
        now = response_of(record(application, other, tape.script))
        assert differences(response_of(recorded(tape, world)[1]), now) == []


def test_a_chunked_body_is_recorded(server):
    headers = {"Transfer-Encoding": "chunked"}
    parts = [b"one", b"two"]
    tape, body = tape_of(server, "POST", "/echo", iter(parts), headers, chunked=True)
    assert body == b"onetwo"
    assert b"".join(tape.script.chunks) == body
