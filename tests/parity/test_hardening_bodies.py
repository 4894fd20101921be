"""Bodies: what is the server's stays the server's, and lengths and numbers mean what they say."""

import asyncio
import io
import shutil
from contextlib import suppress

import pytest

from core import App, ClientDisconnected
from lab.testing import Client
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.shared_loop import _loops

BODY = b"x" * 100_000


@pytest.fixture(autouse=True)
def _no_loop_is_left():
    yield
    for shared in list(_loops.values()):
        shared.close()


async def asgi_application(scope, receive, send):
    """An ASGI application that reads one message of the body, and answers."""
    if scope["type"] != "http":
        raise ValueError("there is no lifespan here")
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


def reading_site():
    """An App whose handlers read a body in every way, to its end or not."""
    site = App(max_body=1_000_000)

    @site.post("/broken-off", stream=True)
    def broken_off(request):
        for _ in request.stream:
            break
        return "done"

    @site.post("/async", stream=True)
    async def to_the_end(request):
        async for _ in request.stream:
            await asyncio.sleep(0)
        return "done"

    @site.post("/async-broken-off", stream=True)
    async def async_broken_off(request):
        async for _ in request.stream:
            break
        return "done"

    @site.post("/file", stream=True)
    def file(request):
        with request.stream.file() as source:
            shutil.copyfileobj(source, io.BytesIO())
        return "done"

    @site.post("/half-a-file", stream=True)
    def half_a_file(request):
        with request.stream.file() as source:
            source.read(10)
        return "done"

    @site.post("/echo", stream=True)
    def echo(request):
        yield from request.stream

    @site.post("/bug", stream=True)
    def bug(request):
        raise RuntimeError(next(iter(request.stream)))

    site.post("/whole")(lambda request: request.body and "done")
    site.post("/unread", stream=True)(lambda request: "done")
    site.post("/small", max_body=10)(lambda request: "never")
    site.get("/get")(lambda: "done")
    return site


WAYS = ["/whole", "/unread", "/broken-off", "/async", "/async-broken-off", "/file", "/half-a-file",
        "/echo", "/bug", "/small", "/get", "/nope", "/mounted"]  # fmt: skip


@pytest.mark.parametrize("loop", ["own", "shared"])
@pytest.mark.parametrize("path", WAYS)
@pytest.mark.parametrize("declared", [str(len(BODY)), str(len(BODY) + 1), "x"])
def test_the_input_of_a_server_is_never_closed(path, declared, loop):
    """PEP 3333, "Input and Error Streams": it is the server's, which may read on from it."""
    given = io.BytesIO(BODY)
    application = WSGIAdapter(reading_site(), loop=loop)
    application.mount("/mounted", asgi_application)

    def server(environ, start_response):
        return application(environ | {"wsgi.input": given}, start_response)

    client = Client(server, validate=False)
    try:
        with suppress(ClientDisconnected):  # where a response that has begun is cut off
            client.post(path, body=BODY, headers={"Content-Length": declared})
    finally:
        application.shutdown()
    assert not given.closed


@pytest.mark.parametrize("lengths", [["5", "6"], ["5", "5"], ["5", ""], ["5", "x"]])
def test_several_lengths_of_a_body_are_refused(world, lengths):
    """RFC 9112, 6.3: nobody knows which of them counts. Most servers refuse them unasked."""
    site = App()
    site.post("/")(lambda request: request.body)
    client = Client(site, world=world, validate=False)
    fields = [("Content-Length", length) for length in lengths]
    answer = client.post("/", body=b"hello", headers=fields)
    assert (answer.status, answer.taken) == (400, 0)


@pytest.mark.parametrize(
    "number",
    [2**64 - 1, 2**64, -(2**63) - 1, 10**100, int("9" * 4_300)],
    ids=["64 bits", "65 bits", "65 bits, negative", "100 digits", "4300 digits"],
)
def test_an_integer_that_can_be_read_can_be_written(client, number):
    site = App()
    site.post("/")(lambda request: {"number": request.json()})
    answer = client(site).post("/", body=str(number))
    assert (answer.status, answer.text) == (200, f'{{"number":{number}}}')


@pytest.mark.parametrize("number", ["9" * 4_301, "-" + "9" * 4_301, "1e400", "-1e400", "1e999999"])
def test_a_number_that_is_too_large_is_a_400(client, number):
    """The most digits are Python's own limit (`sys.set_int_max_str_digits`): their cost is n**2."""
    site = App()
    site.post("/")(lambda request: {"number": request.json()})
    for body in (number, f"[{number}]"):
        answer = client(site).post("/", body=body)
        assert answer.status == 400
        assert "out of range" in answer.text


@pytest.mark.parametrize("kind", ["[{}]", '{"a":{}}', '[0,{"a":[{}]}]'])
def test_nesting_ends_in_a_400_wherever_it_ends(client, kind):
    """It is read to its end or refused; the process lives on."""
    site = App()
    site.post("/")(lambda request: {"kind": type(request.json()).__name__})
    begin, _, end = kind.partition("{}")
    for depth, status in ((10, 200), (100, 200), (3_000, 400), (100_000, 400)):
        body = begin * depth + "0" + end * depth
        answer = client(site).post("/", body=body)
        assert answer.status == status, depth
        assert status == 200 or "nested too deep" in answer.text
