"""An application may do anything: it is recorded, checked, shown and kept all the same."""

import io
import json

from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from lab.module import applications
from lab.xray import Script, Tape, TapeError
from lab.xray.checking import check
from lab.xray.drive import record
from lab.xray.page import page
from lab.xray.replay import differences
from lab.xray.response import response_of
from lab.xray.terminal import show
from tests.lab.xray.asked import GET, for_http, recorded

SERVED = applications("tests.lab.xray.served")
FEW = [b"content-length", b"2", "content-length", "2", "200 OK", b"", "", 200, 204, True, None]
LEAVES = st.sampled_from(FEW) | st.text(max_size=5) | st.binary(max_size=5) | st.floats()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.binary(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from(
    ["http.response.start", "http.response.body", "http.response.trailers", "websocket.close", "x"]
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | VALUES,
        "status": VALUES,
        "headers": VALUES,
        "body": VALUES,
        "more_body": VALUES,
        "trailers": VALUES,
    },
)


def goes_through_all(script, recording):
    tape = Tape("m", script, {recording.world: recording})
    findings = check(recording)
    show(tape.masked(), Console(width=100, file=io.StringIO()))
    show(tape.masked(), Console(width=60, file=io.StringIO()))
    page(tape.masked(), findings)
    read = Tape.read(tape.masked().json())
    page(read, check(read.sides[recording.world]))
    response = response_of(recording)
    assert differences(response, response) == []


@given(started=st.lists(VALUES, max_size=4), chunks=VALUES)
@example(started=["200 OK", [("Content-Length", "2")]], chunks=[b"hi"])
@example(started=["200 OK", None], chunks=None)
@example(started=["200 OK", [], (None, None, None)], chunks=[])
def test_of_a_wsgi_application(started, chunks):
    def application(environ, start_response):
        start_response(*started)
        return chunks

    goes_through_all(GET, recorded(application))


@given(messages=st.lists(MESSAGES | VALUES, max_size=4))
@example(messages=[{"type": "http.response.start", "status": []}, {"type": "http.response.body"}])
@example(
    messages=[
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", "2")]},
        {"type": "http.response.body", "body": b"hi"},
    ]
)
@example(
    messages=[
        {"type": "http.response.start", "status": 200, "headers": 5},
        {"type": "http.response.body", "body": b"hi"},
    ]
)
def test_of_an_asgi_application(messages):
    @for_http
    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    goes_through_all(GET, recorded(app))


@given(messages=st.lists(MESSAGES | VALUES, max_size=3))
def test_of_a_websocket(messages):
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise ValueError
        await receive()
        for message in messages:
            await send(message)

    script = Script("websocket", target="/ws", headers=GET.headers)
    goes_through_all(script, recorded(app, script))


def broken_tapes():
    """Tapes of which one detail is gone, or is something else."""
    for script in (GET, Script("websocket", target="/ws", headers=GET.headers, frames=["a"])):
        sides = {
            world: record(SERVED[world], world, script)
            for world in ("wsgi", "asgi")
            if world == "asgi" or script.kind == "http"
        }
        text = Tape("m", script, sides).json()
        for world, side in json.loads(text)["sides"].items():
            for place, event in enumerate(side["events"]):
                for name in event["details"]:
                    for junk in ("gone", None, 5, "x", [], {}, [1], {"type": "x"}):
                        document = json.loads(text)
                        details = document["sides"][world]["events"][place]["details"]
                        details[name] = junk
                        if junk == "gone":
                            del details[name]
                        yield document


def test_a_tape_that_was_changed_by_hand_is_refused_or_shown():
    outcomes = set()
    for document in broken_tapes():
        try:
            tape = Tape.read(json.dumps(document))
        except TapeError:
            outcomes.add("refused")
            continue
        outcomes.add("shown")
        for side in tape.sides.values():
            check(side)
        show(tape.masked(), Console(width=100, file=io.StringIO()))
    assert outcomes == {"refused", "shown"}
