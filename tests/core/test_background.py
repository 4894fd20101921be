"""Work for the time after a response: in order, once, whatever becomes of the response."""

import asyncio

import pytest

from core import App, NotFound, Response, StreamingResponse
from tests.core.streaming import KINDS, Chunks, of_kind
from tests.core.test_stream_errors import failures


@pytest.fixture
def site():
    return App()


@pytest.fixture
def done():
    return []


@pytest.fixture(params=KINDS)
def work(request, done):
    """A function of this kind that leaves a mark."""

    def note(mark, *, error=None):
        done.append(mark)
        if error is not None:
            raise error

    async def note_async(mark, *, error=None):
        await asyncio.sleep(0)
        note(mark, error=error)

    return note if request.param == "def" else note_async


def answering(body, *works):
    """A handler with this body, and this work as `(function, arguments, options)`."""

    def handler():
        made = body() if callable(body) else body
        response = Response(made) if isinstance(made, str) else StreamingResponse(made)
        for function, arguments, options in works:
            response.background(function, *arguments, **options)
        return response

    return handler


BODIES = [pytest.param("whole", id="whole"), pytest.param(lambda: [b"wh", b"ole"], id="stream")]


@pytest.mark.parametrize("body", BODIES)
def test_work_is_done_after_the_last_byte(client, site, done, work, body):
    site.get("/")(answering(body, (work, ["mark"], {})))
    with client(site).stream("GET", "/") as answer:
        received = b""
        for chunk in answer.chunks():
            received += chunk
            assert done == []
    assert (received, done) == (b"whole", ["mark"])


@pytest.mark.parametrize("body", BODIES)
def test_several_are_done_in_order_and_once(client, site, done, work, body):
    site.get("/")(answering(body, *[(work, [number], {}) for number in range(3)]))
    doors = client(site)
    assert doors.get("/").body == b"whole"
    assert done == [0, 1, 2]
    doors.get("/")
    assert done == [0, 1, 2] * 2


@pytest.mark.parametrize(
    "error",
    [
        LookupError("in the work"),
        NotFound(),
        ExceptionGroup("several", [LookupError("in the work"), ValueError()]),
        StopIteration("in the work"),
    ],
    ids=["an error", "an HTTPError", "a group", "StopIteration"],
)
def test_what_one_raises_is_logged_and_the_others_are_done(client, site, done, work, error, caplog):
    site.get("/")(answering("whole", (work, [1], {"error": error}), (work, [2], {})))
    answer = client(site).get("/")
    assert (answer.status, answer.body, done) == (200, b"whole", [1, 2])
    [failure] = failures(caplog)
    assert "after the response, failed: " in failure
    assert work.__name__ in failure


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
def test_what_is_no_bug_leaves_no_time_for_the_others(client, site, done, work, raised):
    site.get("/")(answering("whole", (work, [1], {"error": raised()}), (work, [2], {})))
    with pytest.raises(raised):
        client(site).get("/")
    assert done == [1]


def test_the_stream_is_closed_before(client, site, work, done):
    made = Chunks()
    made.marks = done
    site.get("/")(answering(made, (work, ["work"], {})))
    assert client(site).get("/").body == b"012"
    assert done == [0, 1, 2, "closed", "work"]


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_done_where_the_client_has_left(client, site, done, work, kind):
    def endless():
        try:
            while True:
                yield b"x"
        finally:
            done.append("closed")

    site.get("/")(answering(of_kind(kind, endless), (work, ["work"], {})))
    with client(site).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"x"
    assert done == ["closed", "work"]


def test_work_is_done_where_the_stream_has_failed(client, site, done, work):
    site.get("/")(answering(Chunks(fails_at=1), (work, ["work"], {})))
    with client(site).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert next(chunks) == b"0"
        with pytest.raises(LookupError):
            next(chunks)
    assert done == ["work"]


@pytest.mark.parametrize("status", [204, 304])
def test_work_is_done_where_there_is_no_body(client, site, done, work, status):
    def handler():
        response = Response(status=status)
        response.background(work, "work")
        return response

    site.get("/")(handler)
    assert client(site).get("/").status == status
    assert done == ["work"]


@pytest.mark.parametrize("body", BODIES)
def test_work_is_done_after_a_head(client, site, done, work, body):
    site.get("/")(answering(body, (work, ["work"], {})))
    assert client(site).head("/").body == b""
    assert done == ["work"]


def test_a_middleware_and_an_error_handler_may_leave_work(client, site, done, work):
    @site.middleware
    def middleware(request):
        response = yield
        response.background(work, "of the middleware")
        return response

    @site.error(LookupError)
    def handle(request, error):
        response = Response("handled", 500)
        response.background(work, "of the error handler")
        return response

    @site.get("/")
    def handler():
        raise LookupError

    assert client(site).get("/").text == "handled"
    assert done == ["of the error handler", "of the middleware"]


def test_the_work_of_a_response_that_is_replaced_is_not_done(client, site, done, work):
    @site.middleware
    def replaces(request):
        yield
        return "another"

    site.get("/")(answering("whole", (work, ["work"], {})))
    assert client(site).get("/").text == "another"
    assert done == []
