"""Bodies that a handler reads while they come: `for` in a `def`, `async for` in an `async def`."""

import asyncio
import csv
import io
import tarfile

import pytest

from core import App, ClientDisconnected, ContentTooLarge, Router

pytestmark = pytest.mark.usefixtures("unwatched")  # what is received is counted

KINDS = ["def", "async def"]


@pytest.fixture(params=KINDS)
def reading(request):
    """Register a handler of either kind that calls `see` with each chunk, then answers `end()`."""

    def register(site, see, end=lambda: "", **options):
        if request.param == "def":

            @site.post("/", stream=True, **options)
            def handler(request):
                for chunk in request.stream:
                    see(chunk)
                return end()
        else:

            @site.post("/", stream=True, **options)
            async def handler(request):
                async for chunk in request.stream:
                    see(chunk)
                return end()

    return register


# What comes.


@pytest.mark.parametrize(
    "body", [b"", b"x", b"0123456789", [b"ab", b"cd"], [], [b""], [b"a", b"", b"b"]]
)
def test_the_chunks_are_the_body_however_it_came(client, reading, body):
    site, chunks = App(), []
    reading(site, chunks.append, lambda: b"".join(chunks))
    whole = b"".join(body) if isinstance(body, list) else body
    assert client(site).post("/", body=body).body == whole
    assert b"" not in chunks


def test_a_chunk_is_read_when_it_is_asked_for(client, reading):
    site, order = App(), []
    reading(site, order.append)

    def body():
        for chunk in (b"a", b"b", b"c"):
            order.append("sent")
            yield chunk

    client(site).post("/", body=body())
    assert order == ["sent", b"a", "sent", b"b", "sent", b"c"]


def test_a_large_body_comes_in_chunks(client, reading):
    site, sizes = App(), []
    reading(site, lambda chunk: sizes.append(len(chunk)))
    client(site).post("/", body=b"x" * 200_000, headers={"Content-Length": "200000"})
    client(site).post("/", body=[b"x" * 70_000] * 3)
    assert sum(sizes) == 410_000
    assert len(sizes) > 3


def test_many_small_chunks_are_read_in_linear_time(client, reading, growth):
    site = App()
    reading(site, lambda chunk: None)
    doors = client(site)
    assert growth(lambda count: doors.post("/", body=[b"x"] * count), 1_000, 4_000) < 10


@pytest.mark.parametrize("body", [b"hi", [b"h", b"i"], b""])
def test_a_get_that_asks_for_a_stream_has_one(client, body):
    site = App()
    site.get("/", stream=True)(lambda request: b"".join(request.stream))
    assert client(site).get("/", body=body).body == (b"hi" if body else b"")
    assert client(site).head("/", body=body).header("content-length") == ("2" if body else "0")


# Limits.


def test_a_body_declared_too_large_is_refused_before_the_handler_runs(client, reading):
    site, seen = App(max_body=10), []
    reading(site, seen.append, lambda: seen.append("end"))
    answer = client(site).post("/", body=b"0123456789A")
    assert (answer.status, answer.taken, seen) == (413, 0, [])
    assert answer.text.endswith("the body is over 10 bytes (the setting is max_body)\n")


def test_a_body_of_unknown_length_is_refused_at_the_chunk_that_goes_over(client, reading):
    site, seen = App(max_body=10), []
    reading(site, seen.append)
    answer = client(site).post("/", body=[b"012345", b"6789", b"A", b"never read"])
    assert (answer.status, seen) == (413, [b"012345", b"6789"])
    assert answer.taken == 11
    assert "the setting is max_body" in answer.text


def test_the_routes_own_limit_allows_more(client, reading):
    site, seen = App(max_body=10), []
    reading(site, seen.append, max_body=30)
    assert client(site).post("/", body=b"x" * 30).status == 200
    assert client(site).post("/", body=[b"x" * 15] * 2).status == 200
    assert client(site).post("/", body=b"x" * 31).status == 413
    assert b"".join(seen) == b"x" * 60


def test_a_handler_may_catch_that_a_body_is_too_large(client):
    site = App(max_body=3)

    @site.post("/", stream=True)
    def handler(request):
        chunks = iter(request.stream)
        try:
            return [chunk.decode() for chunk in chunks]
        except ContentTooLarge:
            with pytest.raises(ContentTooLarge):  # it never looks like the end
                next(chunks)
            return "too much"

    assert client(site).post("/", body=[b"ab", b"cd", b"e"]).text == "too much"


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_cut_off_is_a_disconnect_at_its_last_chunk(client, reading, chunked):
    site, seen = App(), []

    @site.error(ClientDisconnected)
    def note(request, error):
        seen.append(str(error))
        return {"body": request.body.decode()}, 400

    reading(site, seen.append, lambda: seen.append("end"))
    headers = {} if chunked else {"Content-Length": "9"}
    body = [b"ha", b"lf"] if chunked else b"half"
    answer = client(site).post("/", body=body, headers=headers, disconnect=True)
    assert b"".join(seen[:-1]) == b"half"
    assert seen[-1] == f"400 the body ended after 4{'' if chunked else ' of 9'} bytes"
    assert answer.json() == {"body": ""}  # an error's answer has no body to look at


def test_a_malformed_content_length_is_a_400(client, reading):
    site, seen = App(), []
    reading(site, seen.append)
    answer = client(site).post("/", body=b"hello", headers={"Content-Length": "+5"})
    assert (answer.status, answer.taken, seen) == (400, 0, [])


# Mistakes.


def test_a_stream_is_read_once(client, reading, caplog):
    site = App()
    seen = []

    @site.middleware
    def again(request):
        response = yield
        with pytest.raises(RuntimeError, match=r"request\.stream has been read before"):
            list(request.stream)
        return response

    reading(site, seen.append)
    assert client(site).post("/", body=b"hi").status == 200
    assert seen == [b"hi"]


@pytest.mark.parametrize("kind", KINDS)
def test_reading_on_after_the_end_gives_nothing(client, kind):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        chunks = iter(request.stream)
        return [b"".join(chunks).decode(), *chunks]

    @site.post("/async", stream=True)
    async def async_handler(request):
        chunks = aiter(request.stream)
        return [chunk.decode() async for chunk in chunks] + [chunk async for chunk in chunks]

    path = "/" if kind == "def" else "/async"
    assert client(site).post(path, body=b"hi").json() == ["hi"]


@pytest.mark.parametrize("method", ["body", "text", "json", "form"])
def test_there_is_no_whole_body_where_there_is_a_stream(client, method, caplog):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        return str(request.body if method == "body" else getattr(request, method)())

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"a=b", b""):
        assert client(site).post("/", body=body, headers=headers).status == 500
        assert "its body is read from request.stream" in caplog.text
        assert "<Route POST / -> handler>" in caplog.text
        caplog.clear()


def test_there_is_no_stream_where_the_route_has_not_asked_for_one(client, caplog):
    site = App()
    site.post("/")(lambda request: list(request.stream))
    assert client(site).post("/", body=b"hi").status == 500
    assert "request.stream is for a route with stream=True; <Route POST /" in caplog.text


def test_there_is_no_stream_before_the_route_is_known(client, caplog):
    site = App()

    @site.middleware
    def early(request):
        list(request.stream)
        return (yield)

    site.post("/", stream=True)(lambda: "x")
    assert client(site).post("/", body=b"hi").status == 500
    assert "request.stream is there once a route is found" in caplog.text


def test_there_is_no_stream_of_a_body_that_was_refused(client, caplog):
    site = App(max_body=1)

    @site.error(413)
    def look(request, error):
        with pytest.raises(RuntimeError, match="is answered before its body was read"):
            list(request.stream)
        return "refused"

    site.post("/", stream=True)(lambda: "x")
    assert client(site).post("/", body=b"hi").text == "refused"


def test_a_for_in_an_async_def_is_told_to_be_an_async_for(client, caplog):
    site = App()

    @site.post("/", stream=True)
    async def handler(request):
        return b"".join(request.stream)

    assert client(site).post("/", body=b"hi").status == 500
    assert "in an `async def` it is `async for`" in caplog.text


def test_a_stream_can_not_be_read_by_what_never_waits():
    site = App()
    with pytest.raises(ValueError, match="a stream is waited for, which inline rules out"):
        site.post("/x", stream=True, inline=True)(lambda request: "x")


# Other ways to read.


def test_an_async_def_may_have_a_thread_read(client):
    site = App()

    @site.post("/", stream=True)
    async def handler(request):
        return await asyncio.to_thread(b"".join, request.stream)

    assert client(site).post("/", body=[b"ab", b"cd"]).text == "abcd"


def test_breaking_off_leaves_the_rest_unread(client):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        return next(iter(request.stream))

    @site.post("/async", stream=True)
    async def async_handler(request):
        return await anext(aiter(request.stream))

    site.post("/ignored", stream=True)(lambda: "a")
    for path in ("/", "/async", "/ignored"):
        answer = client(site).post(path, body=[b"a", b"b", b"c"])
        assert (answer.status, answer.text) == (200, "a")
        assert answer.taken == (0 if path == "/ignored" else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_may_be_made_while_the_body_comes(client, kind):
    site, order = App(), []

    def body():
        for chunk in (b"a", b"b", b"c"):
            order.append("sent")
            yield chunk

    def seen(chunk):
        order.append(chunk)
        return chunk.upper()

    @site.post("/def", stream=True)
    def handler(request):
        for chunk in request.stream:
            yield seen(chunk)

    @site.post("/async def", stream=True)
    async def async_handler(request):
        async for chunk in request.stream:
            yield seen(chunk)

    with client(site).stream("POST", f"/{kind}", body=body()) as answer:
        for chunk in answer.chunks():
            order.append(chunk)  # noqa: PERF402  # each when it comes
    assert order == ["sent", b"a", b"A", "sent", b"b", b"B", "sent", b"c", b"C"]


def test_a_stream_is_a_file_for_tarfile(client):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("one", "two"):
            entry = tarfile.TarInfo(name)
            entry.size = 100_000
            archive.addfile(entry, io.BytesIO(name[:1].encode() * 100_000))
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        with tarfile.open(fileobj=request.stream.file(), mode="r|gz") as archive:
            return {entry.name: entry.size for entry in archive}

    octets = packed.getvalue()
    body = [octets[start : start + 100] for start in range(0, len(octets), 100)]
    assert client(site).post("/", body=body).json() == {"one": 100_000, "two": 100_000}


def test_a_stream_is_a_file_of_lines_for_csv(client):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        lines = io.TextIOWrapper(request.stream.file(), "utf-8", newline="")
        return list(csv.reader(lines))

    body = ["näm".encode()[:2], "näm".encode()[2:] + b"e,age\r\nAn", b'n,"4\r\n2"\r\n']
    assert client(site).post("/", body=body).json() == [["näme", "age"], ["Ann", "4\r\n2"]]


def test_a_file_that_is_cut_off_does_not_end(client):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        return request.stream.file().read()

    answer = client(site).post("/", body=b"half", headers={"Content-Length": "9"}, disconnect=True)
    assert answer.status == 400


def test_a_stream_says_how_far_it_is(client):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        seen = repr(request.stream)
        list(request.stream)
        return [seen.partition(",")[2], repr(request.stream).partition(",")[2]]

    assert client(site).post("/", body=b"hi").json() == [
        " 0 of 2 bytes read>",
        " 2 of 2 bytes read>",
    ]
    assert client(site).post("/", body=[b"hi"]).json() == [" 0 bytes read>", " 2 bytes read>"]


def test_a_routers_streams_are_streams_where_it_is_included(client):
    site, router = App(max_body=2), Router("/v1")
    router.post("/x", stream=True, max_body=5)(lambda request: b"".join(request.stream))

    @router.post("/generated", stream=True)
    def echo(request):
        yield from request.stream

    site.include(router, "/api")
    assert client(site).post("/api/v1/x", body=b"12345").body == b"12345"
    assert client(site).post("/api/v1/x", body=b"123456").status == 413
    assert client(site).post("/api/v1/generated", body=b"12").body == b"12"


@pytest.mark.parametrize("kind", KINDS)
def test_a_mounted_app_has_streams_of_its_own(client, caplog, kind):
    site, inner = App(max_body=1), App(max_body=5)

    @inner.post("/def", stream=True)
    def handler(request):
        return b"".join(request.stream)

    @inner.post("/async def", stream=True)
    async def async_handler(request):
        return b"".join([chunk async for chunk in request.stream])

    @inner.post("/for", stream=True)
    async def mistaken(request):
        return b"".join(request.stream)

    site.mount("/inner", inner)
    assert client(site).post(f"/inner/{kind}", body=[b"12", b"345"]).body == b"12345"
    assert client(site).post(f"/inner/{kind}", body=b"123456").status == 413
    assert client(site).post(f"/inner/{kind}", body=[b"123456"]).status == 413
    assert client(site).post("/inner/for", body=b"12345").status == 500
    assert "it is `async for`" in caplog.text


# Compressed bodies.


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "x-unknown"])
@pytest.mark.parametrize(
    ("method", "content_type"),
    [
        ("text", "text/plain"),
        ("json", "application/json"),
        ("form", "application/x-www-form-urlencoded"),
    ],
)
def test_a_compressed_body_is_not_inflated(client, method, content_type, coding):
    """Nobody counts what it would grow to: it is refused (RFC 9110, 15.5.16)."""
    site = App()
    site.post("/")(lambda request: repr(getattr(request, method)()))
    headers = {"Content-Type": content_type, "Content-Encoding": coding}
    answer = client(site).post("/", body=b"\x1f\x8b\x08", headers=headers)
    assert (answer.status, answer.header("accept-encoding")) == (415, "identity")
    assert f"the body is read without a Content-Encoding; got '{coding}'" in answer.text


def test_json_that_is_not_compressed_is_read_whatever_its_coding_says(client):
    """To look at the header of every JSON body would cost more than it is worth."""
    site = App()
    site.post("/")(lambda request: request.json())
    assert client(site).post("/", body=b"[1]", headers={"Content-Encoding": "br"}).json() == [1]


def test_an_identity_coding_is_none(client):
    site = App()
    site.post("/")(lambda request: request.text() + str(request.json()))
    headers = {"Content-Encoding": "Identity"}
    assert client(site).post("/", body=b"[1]", headers=headers).text == "[1][1]"
    assert client(site).post("/", body=b"{", headers=headers).status == 400


def test_a_compressed_body_is_the_handlers_own_as_bytes(client):
    site = App()
    site.post("/")(lambda request: request.body)
    site.post("/stream", stream=True)(lambda request: b"".join(request.stream))
    for path in ("/", "/stream"):
        answer = client(site).post(path, body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
        assert answer.body == b"\x1f\x8b"
