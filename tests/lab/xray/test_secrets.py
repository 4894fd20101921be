import pytest

from lab.xray import Script, Tape
from lab.xray.checking import check
from lab.xray.secrets import masked_value
from tests.lab.xray.asked import for_http, recorded

SECRET = "s3cret"
HEADERS = [
    ("Host", "x"),
    ("Authorization", f"Bearer {SECRET}"),
    ("Cookie", f"a={SECRET}; b={SECRET}=="),
    ("X-Plain", "kept"),
]


def application(environ, start_response):
    start_response("200 OK", [("Set-Cookie", f"session={SECRET}; Path=/; HttpOnly")])
    return [b""]


@for_http
async def app(scope, receive, send):
    cookie = (b"set-cookie", f"session={SECRET}; Path=/".encode())
    mixed = (b"set-cookie", f"session={SECRET}")
    headers = [cookie, mixed, [b"x", b"y"], "wrong", (b"x", 1)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("Authorization", "Basic dTpw", "Basic masked"),
        ("authorization", "token", "masked"),
        ("Authorization", 'Digest username="a", response="b"', "Digest masked"),
        ("authorization", "", ""),
        ("HTTP_AUTHORIZATION", "Basic dTpw", "Basic masked"),
        ("Proxy-Authorization", "Basic dTpw", "Basic masked"),
        ("Cookie", "a=b; c=d", "a=masked; c=masked"),
        ("HTTP_COOKIE", "a=b=c", "a=masked"),
        ("cookie", "alone", "masked"),
        ("Cookie", "alone; a=b", "masked; a=masked"),
        ("Authorization", "token,Bearer token", "masked"),  # two fields, as an environ has them
        ("Set-Cookie", "a=b\r\nX: c; Path=/", "a=masked\r\n; Path=/"),  # the fault is kept
        ("Set-Cookie", "a=b; Path=/; Secure", "a=masked; Path=/; Secure"),
        ("Set-Cookie", "alone; Secure", "masked; Secure"),
        ("Content-Type", "text/plain", "text/plain"),
        ("X-Cookie", "a=b", "a=b"),
    ],
)
def test_a_secret_is_masked_and_what_is_none_is_kept(name, value, masked):
    assert masked_value(name, value) == masked


def test_nothing_of_a_secret_is_left_on_a_masked_tape():
    script = Script(headers=HEADERS)
    sides = {"wsgi": recorded(application, script), "asgi": recorded(app, script, "asgi")}
    tape = Tape("m", script, sides)
    masked = tape.masked().json()
    assert SECRET in tape.json()
    assert SECRET not in masked
    for kept in ("a=masked; b=masked", "session=masked; Path=/", "Bearer masked", "kept", "wrong"):
        assert kept in masked


def test_masking_leaves_the_recording_alone():
    script = Script(headers=HEADERS)
    tape = Tape("m", script, {"wsgi": recorded(application, script)})
    before = tape.json()
    tape.masked()
    assert tape.json() == before


def test_the_request_of_a_masked_tape_can_be_sent():
    script = Tape("m", Script(headers=HEADERS), {}).masked().script
    heard = {}

    def hear(environ, start_response):
        heard.update(environ)
        start_response("200 OK", [])
        return []

    recorded(hear, script)
    assert heard["HTTP_COOKIE"] == "a=masked; b=masked"
    assert heard["HTTP_X_PLAIN"] == "kept"


def test_a_check_of_a_masked_tape_finds_the_fault_and_tells_no_secret():
    async def changes(scope, receive, send):
        scope["headers"].append((b"x-added", b"1"))
        cookie = (b"set-cookie", f"session={SECRET}\r\n".encode())
        await send({"type": "http.response.start", "status": 200, "headers": [cookie]})
        await send({"type": "http.response.body"})

    script = Script(headers=HEADERS)
    tape = Tape("m", script, {"asgi": recorded(for_http(changes), script, "asgi")})
    found = [one.what for one in check(tape.masked().sides["asgi"])]

    assert len(found) == len(check(tape.sides["asgi"])) == 2
    assert not any(SECRET in what for what in found)
