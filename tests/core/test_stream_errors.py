"""What fails in a body that is made while it is sent: answered before its start, cut after it."""

import asyncio

import pytest

from core import App, ClientDisconnected, NotFound, StreamingResponse, Unauthorized
from lab.testing import ClientError
from tests.core.streaming import KINDS, WAYS, AsyncIterable, Chunks, Iterable, handler_of, of_kind
from tests.core.test_streams import mapping


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def site():
    return App()


def failures(caplog):
    """What our log says is wrong."""
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


# Before the first chunk.


@pytest.mark.parametrize("way", WAYS)
def test_an_error_before_the_first_chunk_is_a_500(client, site, kind, way, caplog):
    made = Chunks(fails_at=0)
    site.get("/")(handler_of(way, of_kind(kind, made)))
    answer = client(site).get("/")
    assert (answer.status, made.marks) == (500, ["closed"])
    assert failures(caplog) == ["GET '/' failed: LookupError()"]


@pytest.mark.parametrize("way", WAYS)
def test_an_http_error_before_the_first_chunk_is_its_answer(client, site, kind, way, caplog):
    made = Chunks(fails_at=0, error=NotFound("no such report"))
    site.get("/")(handler_of(way, of_kind(kind, made)))
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (404, "Not Found: no such report\n")
    assert (made.marks, failures(caplog)) == (["closed"], [])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("error", [LookupError(), Unauthorized("who?", {"www-authenticate": "x"})])
def test_a_head_is_told_what_a_get_is(client, site, kind, method, error):
    made = Chunks(fails_at=0, error=error)
    site.get("/")(of_kind(kind, made))
    answer = client(site).request(method, "/")
    status, challenge = (500, None) if isinstance(error, LookupError) else (401, "x")
    assert (answer.status, answer.header("www-authenticate")) == (status, challenge)
    assert made.marks == ["closed"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_head_is_told_of_a_chunk_that_can_not_be_mapped(client, site, kind, method):
    made = Chunks()
    site.middleware(mapping(lambda chunk: chunk.no_such_method()))
    site.get("/")(of_kind(kind, made))
    assert client(site).request(method, "/").status == 500
    assert made.marks == [0, "closed"]


def test_error_handlers_answer_it(client, site, kind):
    site.get("/")(of_kind(kind, Chunks(fails_at=0)))
    site.error(LookupError)(lambda request, error: (f"handled {error!r}", 418))
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (418, "handled LookupError()")


def test_middleware_sees_it(client, site, kind):
    @site.middleware
    def rescue(request):
        try:
            return (yield)
        except LookupError:
            return "rescued"

    site.get("/")(of_kind(kind, Chunks(fails_at=0)))
    assert client(site).get("/").text == "rescued"


def test_empty_chunks_are_no_start(client, site, kind):
    def fails_late():
        yield b""
        raise NotFound

    site.get("/")(of_kind(kind, fails_late))
    assert client(site).get("/").status == 404


@pytest.mark.parametrize("chunk", ["text", None, 7, [b"a"]])
def test_a_first_chunk_that_is_no_bytes_is_a_500_that_names_it(client, site, kind, chunk, caplog):
    def wrong():
        yield chunk

    site.get("/")(of_kind(kind, wrong))
    assert client(site).get("/").status == 500
    assert f"a stream gives bytes; got {chunk!r} from wrong" in caplog.text


def test_a_first_chunk_that_can_not_be_mapped_is_a_500(client, site, kind, caplog):
    made = Chunks()
    site.middleware(mapping(lambda chunk: chunk.no_such_method()))
    site.get("/")(of_kind(kind, made))
    assert client(site).get("/").status == 500
    assert made.marks == [0, "closed"]
    assert len(failures(caplog)) == 1


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_an_iterable_that_fails_at_once_is_closed_once(client, site, kind_of):
    class Failing(kind_of):
        def __iter__(self):
            return self

        def __next__(self):
            raise LookupError

        async def __anext__(self):
            raise LookupError

    made = Failing()
    site.get("/")(lambda: StreamingResponse(made))
    assert (client(site).get("/").status, made.closed) == (500, 1)


def test_a_stream_of_an_error_handler_that_fails_too_is_a_500(client, site, kind, caplog):
    first, second = Chunks(fails_at=0), Chunks(fails_at=0, error=KeyError())
    site.get("/")(of_kind(kind, first))

    @site.middleware
    def early(request):
        return StreamingResponse(of_kind(kind, second)())
        yield

    site.error(LookupError)(lambda request, error: StreamingResponse(of_kind(kind, second)()))
    assert client(site).get("/").status == 500
    assert (first.marks, second.marks) == ([], ["closed", "closed"])
    assert failures(caplog) == ["GET '/' failed: KeyError()"]


# After it.


def cut(client, site, error, received=(b"0",)):
    """Ask for "/": these chunks come, and then the server is raised the error."""
    with client(site).stream("GET", "/") as answer:
        assert answer.status == 200
        chunks = answer.chunks()
        for chunk in received:
            assert next(chunks) == chunk
        with pytest.raises(error) as raised:
            next(chunks)
    return raised.value


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("error", [LookupError, NotFound])
def test_an_error_after_it_is_logged_once_and_raised(client, site, kind, way, error, caplog):
    """So that the server cuts the connection."""
    made = Chunks(fails_at=1, error=error())
    site.get("/")(handler_of(way, of_kind(kind, made)))
    cut(client, site, error)
    assert made.marks == [0, "closed"]
    [failure] = failures(caplog)
    assert failure.startswith("GET '/' failed halfway: ")


def test_no_error_handler_is_asked_after_it(client, site, kind):
    asked = []
    site.error(Exception)(lambda request, error: asked.append(error) or "x")
    site.get("/")(of_kind(kind, Chunks(fails_at=1)))
    cut(client, site, LookupError)
    assert asked == []


@pytest.mark.parametrize("chunk", ["text", None, 7])
def test_a_later_chunk_that_is_no_bytes_is_a_type_error(client, site, kind, chunk):
    def wrong():
        yield b"0"
        yield chunk

    site.get("/")(of_kind(kind, wrong))
    error = cut(client, site, TypeError)
    assert str(error) == f"a stream gives bytes; got {chunk!r} from wrong"


@pytest.mark.parametrize("given", [None, "text", 7])
def test_what_maps_a_chunk_gives_bytes(client, site, kind, given):
    def forgot_to_return(chunk):
        return chunk if chunk == b"0" else given

    made = Chunks()
    site.middleware(mapping(forgot_to_return))
    site.get("/")(of_kind(kind, made))
    error = cut(client, site, TypeError)
    assert str(error) == f"a chunk is mapped to bytes; got {given!r} from forgot_to_return"
    assert made.marks == [0, 1, "closed"]


def test_an_error_in_what_is_said_at_the_end_cuts(client, site, kind):
    def end():
        raise LookupError

    made = Chunks()
    site.middleware(mapping(bytes.upper, end))
    site.get("/")(of_kind(kind, made))
    cut(client, site, LookupError, [b"0", b"1", b"2"])
    assert made.marks == [0, 1, 2, "closed"]


@pytest.mark.parametrize(
    ("length", "received", "more"),
    [("2", [b"0", b"1"], "more"), ("4", [b"0", b"1", b"2"], "only 3"), ("0", [], "more")],
)
def test_a_told_length_that_is_not_kept_is_cut_and_logged(
    client, site, kind, length, received, more, caplog
):
    made = Chunks()
    generator = of_kind(kind, made)
    site.get("/")(lambda: StreamingResponse(generator(), headers={"content-length": length}))
    error = cut(client, site, RuntimeError, received)
    name = "__call__" if kind == "def" else "async_generator"
    told = f"Content-Length says {length} bytes; got {more} from <Stream of {name}>"
    assert str(error) == told
    assert made.marks[-1] == "closed"
    assert len(failures(caplog)) == 1


def test_a_body_that_its_own_client_cut_off_is_never_ended_cleanly(client, site, kind):
    """The generator may read from another server, and let out what happens there."""
    made = Chunks(fails_at=1, error=ClientDisconnected())
    site.get("/")(of_kind(kind, made))
    with client(site, validate=False).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert next(chunks) == b"0"
        try:
            rest = list(chunks)
        except (ClientDisconnected, ClientError):
            rest = []
    assert rest == []
    assert made.marks == [0, "closed"]


# In closing.


class FailsInClose(Iterable):
    def close(self):
        super().close()
        raise LookupError("in close")


class FailsInAclose(AsyncIterable):
    async def aclose(self):
        await super().aclose()
        raise LookupError("in close")


@pytest.mark.parametrize("kind_of", [FailsInClose, FailsInAclose])
def test_an_error_in_close_is_logged_and_the_response_is_whole(client, site, kind_of, caplog):
    made = kind_of(b"a")
    site.get("/")(lambda: StreamingResponse(made))
    assert client(site).get("/").body == b"a"
    assert made.closed == 1
    told = f"closing <Stream of {kind_of.__name__}> failed: LookupError('in close')"
    assert failures(caplog) == [told]


def test_where_one_close_fails_the_other_is_called(client, site):
    def fails_in_close():
        try:
            while True:
                yield b"a"
        finally:
            raise LookupError

    class Rows(Iterable):
        def __iter__(self):
            return fails_in_close()

    rows = Rows()
    site.get("/")(lambda: StreamingResponse(rows))
    with client(site).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"a"
    assert rows.closed == 1


@pytest.mark.parametrize("raised", [asyncio.CancelledError, KeyboardInterrupt, SystemExit])
def test_what_is_no_bug_goes_on_when_all_is_closed(client, world, site, kind, raised):
    """As where the server stops."""
    made, worked = Chunks(fails_at=1, error=raised()), []

    @site.middleware
    def middleware(request):
        response = yield
        response.background(worked.append, True)
        return response

    site.get("/")(of_kind(kind, made))
    # On WSGI nobody cancels: it is a bug of the code that raises it.
    is_bug = (world, kind, raised) == ("wsgi", "async def", asyncio.CancelledError)
    wanted = RuntimeError if is_bug else raised
    cut(client, site, wanted)
    assert made.marks == [0, "closed"]
    assert worked == ([True] if wanted is RuntimeError else [])  # there is no time for it


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_what_is_no_bug_in_closing_goes_on_when_all_is_closed(client, site, kind_of, raised):
    class Interrupted(kind_of):
        def close(self):
            raise raised

        async def aclose(self):
            raise raised

    if kind_of is Iterable:
        del Interrupted.aclose
    replaced, other, worked = Interrupted(b"a"), Iterable(b"b"), []
    site.get("/")(lambda: StreamingResponse(replaced))

    @site.middleware
    def replaces(request):
        yield
        response = StreamingResponse(other)
        response.background(worked.append, True)
        return response

    with pytest.raises(raised):
        client(site).get("/")
    assert (other.closed, worked) == (1, [])


def test_a_generator_that_will_not_end_is_an_error_in_the_log(client, site, kind, caplog):
    def stubborn():
        try:
            while True:
                yield b"x"
        finally:
            yield b"never"

    async def stubborn_async():
        try:
            while True:
                yield b"x"
        finally:
            yield b"never"

    site.get("/")(stubborn if kind == "def" else stubborn_async)
    with client(site).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"x"
    assert "ignored GeneratorExit" in caplog.text
