import pytest

from lab.module import applications
from lab.xray import Script, Tape
from lab.xray.drive import record
from lab.xray.overheard import overheard
from tests.lab.xray.asked import for_http, recorded

SERVED = applications("tests.lab.xray.served")
HOST = ("Host", "localhost:8000")

SCRIPTS = {
    "GET": Script(target="/caf%C3%A9%2F?q=%C3%A9", headers=[HOST, ("X-A", "1")]),
    "POST": Script(
        method="POST",
        target="/echo",
        headers=[HOST, ("Content-Type", "a/b"), ("Content-Length", "2")],
        chunks=[b"hi"],
    ),
    "chunked": Script(
        method="POST",
        target="/echo",
        headers=[HOST, ("Transfer-Encoding", "chunked")],
        chunks=[b"a", b"b"],
    ),
    "mounted": Script(target="/m%C3%A9/x", headers=[HOST], root_path="/m\u00e9", scheme="https"),
}


@pytest.mark.parametrize("world", ["wsgi", "asgi"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_request_is_read_off_its_recording(world, script):
    assert overheard(record(SERVED[world], world, script)) == script


def test_a_path_is_encoded_again_where_no_server_tells_it_raw():
    def application(environ, start_response):
        start_response("200 OK", [])
        return []

    @for_http
    async def app(scope, receive, send):
        pass

    script = SCRIPTS["mounted"]
    for recording in (recorded(application, script), recorded(app, script, "asgi")):
        call = recording.events[0].details
        call.get("environ", {}).pop("RAW_URI", None)
        call.get("scope", {}).pop("raw_path", None)
        assert overheard(recording).target == "/m%C3%A9/x"


def test_a_websocket_and_a_lifespan_are_read_off_too():
    script = Script("websocket", target="/ws?a=b", headers=[HOST], frames=["hi", b"\x00"])
    assert overheard(record(SERVED["asgi"], "asgi", script)) == script
    lifespan = Script(kind="lifespan")
    assert Tape.of(record(SERVED["asgi"], "asgi", lifespan)).script == lifespan
