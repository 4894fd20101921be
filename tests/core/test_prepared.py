"""What is answered late, by an error handler or a middleware, is final for the middleware outside.

And whatever stream was in a response, it is closed once.
"""

import pytest

from core import App, FileResponse, Forbidden, Response, StreamingResponse
from core.streams import Stream
from tests.core.streaming import KINDS, AsyncIterable, Chunks, Iterable, of_kind
from wsgi_adapter.request import WSGIRequest

LARGE = b"0123456789" * 10_000  # too large to be read when it is opened


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(params=[b"0123456789", LARGE], ids=["small", "large"])
def path(request, tmp_path):
    path = tmp_path / "page.txt"
    path.write_bytes(request.param)
    return path


def watched(site, seen):
    """A middleware, the first that is added, that notes what it sees."""

    @site.middleware
    def watch(request):
        try:
            response = yield
        except Exception as error:
            seen.append(error)
            raise
        seen.append(response.status)
        return response

    return site


def of_an_error_handler(site, make):
    site.error(LookupError)(lambda request, error: make())

    @site.get("/")
    def handler():
        raise LookupError


def of_an_early_middleware(site, make):
    @site.middleware
    def early(request):
        return make()
        yield


def of_a_late_middleware(site, make):
    @site.middleware
    def late(request):
        yield
        return make()

    site.get("/")(lambda: "x")


def in_a_body(site, make):
    """The response of the handler, with another one's body."""

    @site.middleware
    def late(request):
        response = yield
        other = make()
        response.body, response.headers = other.body, other.headers
        return response

    site.get("/")(lambda: "x")


WAYS = [of_an_error_handler, of_an_early_middleware, of_a_late_middleware, in_a_body]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_settled_before_the_middleware_outside_sees_it(client, path, way):
    seen = []
    site = watched(App(), seen)
    way(site, lambda: FileResponse(path))
    doors = client(site)
    etag = doors.get("/").header("etag")
    asked = [{}, {"if-none-match": etag}, {"range": "bytes=1-2"}, {"range": "bytes=999999-"}]
    told = [doors.get("/", headers=headers).status for headers in asked]
    assert told == [200, 304, 206, 416]
    assert seen == [200, *told]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_not_there_is_a_404_to_the_middleware_outside(client, tmp_path, way):
    seen = []
    site = watched(App(), seen)
    way(site, lambda: FileResponse(tmp_path / "none"))
    assert client(site).get("/").status == 404
    assert seen == [404]


@pytest.mark.parametrize("way", WAYS)
def test_what_fails_before_its_first_chunk_has_its_answer_there(client, kind, way):
    seen, made = [], Chunks(fails_at=0, error=Forbidden())
    site = watched(App(), seen)
    way(site, lambda: StreamingResponse(of_kind(kind, made)()))
    assert client(site).get("/").status == 403
    assert (seen, made.marks) == ([403], ["closed"])


@pytest.mark.parametrize("way", WAYS[1:])
def test_a_bug_before_its_first_chunk_is_raised_there(client, kind, way):
    seen, made = [], Chunks(fails_at=0, error=KeyError("a bug"))
    site = watched(App(), seen)
    way(site, lambda: StreamingResponse(of_kind(kind, made)()))
    assert client(site).get("/").status == 500
    assert [repr(error) for error in seen] == ["KeyError('a bug')"]
    assert made.marks == ["closed"]


# Closed once.


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
@pytest.mark.parametrize("way", [lambda site, make: site.get("/")(make), *WAYS[:3]])
def test_a_stream_with_a_status_that_there_is_not_is_closed(client, caplog, kind_of, way):
    made, site = kind_of(b"a"), App()
    way(site, lambda: (StreamingResponse(made), 999))
    assert client(site).get("/").status == 500
    assert made.closed == 1
    assert "a status from 200 to 599, Headers and a body of bytes; got <StreamingResponse 999" in (
        caplog.text
    )


@pytest.mark.parametrize("spoilt", [{"status": "200"}, {"headers": {}}])
def test_a_stream_in_a_response_that_was_spoilt_is_closed(client, spoilt):
    made, site = Iterable(b"a"), App()

    @site.get("/")
    def handler():
        response = StreamingResponse(made)
        for name, value in spoilt.items():
            setattr(response, name, value)
        return response

    assert client(site).get("/").status == 500
    assert made.closed == 1


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
@pytest.mark.parametrize("outer", ["replaces", "replaces the body", "raises", "passes on"])
def test_a_stream_that_is_put_into_a_body_is_closed_whatever_comes_of_that(client, kind_of, outer):
    made, site = kind_of(b"a"), App()

    @site.middleware
    def outside(request):
        response = yield
        if outer == "raises":
            raise LookupError
        if outer == "replaces the body":
            response.body = b"a"
        return Response("a") if outer == "replaces" else response

    @site.middleware
    def inside(request):
        response = yield
        response.body = Stream(made)
        return response

    site.get("/")(lambda: "x")
    answer = client(site).get("/")
    assert answer.status == (500 if outer == "raises" else 200)
    assert answer.body == b"a" or outer == "raises"
    assert made.closed == 1


@pytest.mark.parametrize("way", [lambda site, make: site.get("/")(make), *WAYS[:3]])
def test_a_life_that_nobody_goes_on_with_can_be_left_before_the_first_chunk(way):
    """As where an event loop is left: then nobody could carry out a step that closes anything."""
    site, begun = App(), []

    class Source(Iterable):
        def __iter__(self):
            begun.append(True)
            return iter([b"a"])

    way(site, lambda: StreamingResponse(Source()))
    request = WSGIRequest(site, {"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
    life = site.life(request)
    step = next(life)
    while not begun:
        request.result, request.error = None, None
        try:
            request.result = step.call(request)
        except LookupError as error:
            request.error = error
        step = next(life)
    life.close()
