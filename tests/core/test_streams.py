"""Bodies that are made while they are sent: chunk by chunk, and closed once, in all four cells."""

import asyncio
import io
import threading

import pytest

from core import App, HTTPError, Response, StreamingResponse, call
from tests.core.streaming import KINDS, WAYS, AsyncIterable, Chunks, Iterable, handler_of, of_kind


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture
def site():
    return App()


@pytest.fixture
def chunks(site, kind):
    """Three chunks, at "/"."""
    made = Chunks()
    site.route("/", methods=["GET", "POST"])(handler_of("a generator", of_kind(kind, made)))
    return made


# Chunk by chunk.


def test_each_chunk_is_sent_before_the_next_is_made(client, site, kind, way):
    made = Chunks()
    site.get("/")(handler_of(way, of_kind(kind, made)))
    with client(site).stream("GET", "/") as answer:
        assert answer.status == 200
        received = []
        for chunk in answer.chunks():
            received.append(chunk)
            assert made.marks == list(range(len(received)))
    assert received == [b"0", b"1", b"2"]
    assert made.marks == [0, 1, 2, "closed"]


def test_a_generator_may_wait_for_what_its_client_does_with_a_chunk(client, site, kind):
    answered = threading.Event()

    def dialogue():
        yield b"question"
        assert answered.is_set()  # or it would wait for ever
        yield b"thanks"

    site.get("/")(of_kind(kind, dialogue))
    with client(site).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert next(chunks) == b"question"
        answered.set()
        assert next(chunks) == b"thanks"


def test_without_a_content_length_the_server_frames_it(client, site, chunks):
    answer = client(site).get("/")
    assert (answer.body, answer.header("content-length")) == (b"012", None)


@pytest.mark.parametrize("body", [b"", b"\0", b"a" * 100_000], ids=["empty", "a NUL", "100 kB"])
def test_a_chunk_may_be_of_any_size(client, site, kind, body):
    def once():
        yield body

    site.get("/")(of_kind(kind, once))
    assert client(site).get("/").body == body


def test_chunks_may_be_what_holds_bytes(client, site, kind):
    reused = bytearray(b"c")

    def different():
        yield b"a"
        yield memoryview(b"b")
        yield reused
        reused[:] = b"d"  # what was sent is not changed by that
        yield reused

    site.get("/")(of_kind(kind, different))
    with client(site).stream("GET", "/") as answer:
        assert list(answer.chunks()) == [b"a", b"b", b"c", b"d"]


def test_empty_chunks_are_passed_over(client, site, kind):
    """An empty message would be one, and PEP 3333 has no word for it."""
    seen = []

    def with_gaps():
        yield from [b"", b"a", b"", b"", b"b", b""]

    @site.middleware
    def look(request):
        response = yield
        response.map_chunks(lambda chunk: seen.append(chunk) or chunk)
        return response

    site.get("/")(of_kind(kind, with_gaps))
    assert client(site).get("/").body == b"ab"
    assert seen == [b"a", b"b"]


def test_no_chunks_are_an_empty_body(client, site, kind):
    def nothing():
        yield from ()

    site.get("/")(of_kind(kind, nothing))
    answer = client(site).get("/")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "made",
    [
        lambda: [b"a", b"b"],
        lambda: (b"a", b"b"),
        lambda: iter([b"a", b"b"]),
        lambda: (chunk for chunk in [b"a", b"b"]),
        lambda: map(bytes, [b"a", b"b"]),
        lambda: io.BytesIO(b"ab"),
        lambda: Iterable(b"a", b"b"),
        lambda: AsyncIterable(b"a", b"b"),
    ],
    ids=["list", "tuple", "iterator", "expression", "map", "file", "iterable", "async iterable"],
)
def test_any_iterable_of_bytes_is_a_body(client, site, made):
    site.get("/")(lambda: StreamingResponse(made(), content_type="text/plain"))
    answer = client(site).get("/")
    assert (answer.body, answer.header("content-type")) == (b"ab", "text/plain")


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_an_iterable_is_closed_once(client, site, kind_of):
    made = kind_of(b"a", b"b")
    site.get("/")(lambda: StreamingResponse(made))
    assert client(site).get("/").body == b"ab"
    assert made.closed == 1


def test_an_iterator_and_its_iterable_are_both_closed(client, site):
    class Rows(Iterable):
        def __iter__(self):
            try:
                yield b"row"
            finally:
                self.closed += 10

    rows = Rows()
    site.get("/")(lambda: StreamingResponse(rows))
    assert client(site).get("/").body == b"row"
    assert rows.closed == 11


class OnlyNext:
    """An async iterator without `aclose`."""

    def __init__(self):
        self._left = [b"a"]

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


class WithClose(OnlyNext):
    closed = 0

    def close(self):
        self.closed += 1


class WithAsyncClose(OnlyNext):
    closed = 0

    async def close(self):
        self.closed += 1


@pytest.mark.parametrize("kind_of", [OnlyNext, WithClose, WithAsyncClose])
def test_an_async_iterable_may_have_another_close_or_none(client, site, kind_of):
    made = kind_of()
    site.get("/")(lambda: StreamingResponse(made))
    assert client(site).get("/").body == b"a"
    assert getattr(made, "closed", 1) == 1


def test_a_file_is_closed(client, site):
    file = io.BytesIO(b"line\nline\n")
    site.get("/")(lambda: StreamingResponse(file))
    assert client(site).get("/").body == b"line\nline\n"
    assert file.closed


@pytest.mark.parametrize(
    "value", ["text", b"bytes", bytearray(b"a"), memoryview(b"a"), {"a": 1}, None, 7]
)
def test_what_is_no_iterable_of_bytes_is_refused_where_it_is_given(value):
    with pytest.raises(TypeError, match="a stream is an iterable or async iterable of bytes"):
        StreamingResponse(value)


def test_a_response_that_streams_is_for_one_request(client, site, caplog):
    """Its second client would get an empty body, and take it for whole."""
    kept = StreamingResponse(iter([b"a"]))
    site.get("/")(lambda: kept)
    doors = client(site)
    assert [doors.get("/").status for _ in range(2)] == [200, 500]
    assert "was sent before: it is made anew for each request" in caplog.text


# Responses that have no body.


def test_a_head_has_the_fields_of_the_get_and_stops_at_the_first_chunk(client, site, kind):
    made = Chunks()
    generator = of_kind(kind, made)
    fields = {"x-mark": "a", "content-length": "3"}
    site.get("/")(lambda: StreamingResponse(generator(), 203, fields, "text/css"))
    doors = client(site)
    head = doors.head("/")
    assert (head.status, head.body, made.marks) == (203, b"", [0, "closed"])
    assert sorted(head.fields) == sorted(doors.get("/").fields)


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 204), ("GET", 204), ("GET", 205), ("GET", 304)]
)
def test_a_body_that_is_not_sent_is_not_iterated_but_closed(client, site, kind_of, method, status):
    class Untouched(kind_of):
        def __iter__(self):
            return self

        def __next__(self):
            raise AssertionError("it is not sent")

        async def __anext__(self):
            raise AssertionError("it is not sent")

    made = Untouched()
    site.get("/")(lambda: StreamingResponse(made, status))
    answer = client(site).request(method, "/")
    assert (answer.status, answer.body, made.closed) == (status, b"", 1)


def test_a_status_that_a_middleware_sets_counts(client, site):
    @site.middleware
    def modified(request):
        response = yield
        response.status = 200
        return response

    site.get("/")(lambda: StreamingResponse([b"a"], 304, content_type="text/plain"))
    assert client(site).get("/").body == b"a"


# Closed once, whatever happens.


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_client_that_leaves_closes_it(client, site, kind, after):
    closed = []

    def endless():
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    site.get("/")(of_kind(kind, endless))
    with client(site).stream("GET", "/") as answer:
        chunks = answer.chunks()
        for _ in range(after):
            assert next(chunks) == b"x"
    assert closed == [True]


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_an_iterable_whose_client_leaves_is_closed_once(client, site, kind_of):
    made = kind_of(*[b"a"] * 9)
    site.get("/")(lambda: StreamingResponse(made))
    with client(site).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"a"
    assert made.closed == 1


def replaces(request):
    yield
    return "replaced"


def replaces_in_place(request):
    response = yield
    response.body = b"replaced"
    return response


def raises(request):
    yield
    raise HTTPError(418)


def has_a_bug(request):
    yield
    raise LookupError


def makes_it_unsendable(request):
    response = yield
    response.status = 99
    return response


def answers_with_another_stream(request):
    yield
    return StreamingResponse([b"repl", b"aced"])


@pytest.mark.parametrize(
    ("middleware", "status", "body"),
    [
        (replaces, 200, b"replaced"),
        (replaces_in_place, 200, b"replaced"),
        (answers_with_another_stream, 200, b"replaced"),
        (raises, 418, None),
        (has_a_bug, 500, None),
        (makes_it_unsendable, 500, None),
    ],
)
def test_a_stream_that_a_middleware_replaces_is_closed(
    client, site, chunks, middleware, status, body
):
    site.middleware(middleware)
    answer = client(site).get("/")
    assert answer.status == status
    assert body in (None, answer.body)
    assert chunks.marks == [0, "closed"]


@pytest.mark.parametrize("middleware", [replaces, raises, has_a_bug])
@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_a_stream_of_a_middleware_that_another_replaces_is_closed(
    client, site, middleware, kind_of
):
    made = kind_of(b"a")
    site.middleware(middleware)

    @site.middleware
    def early(request):
        if request.path == "/":
            return StreamingResponse(made)
        return (yield)

    client(site).get("/")
    assert made.closed == 1


@pytest.mark.parametrize("where", ["a middleware", "an error handler", "the last resort"])
def test_a_stream_may_come_from_elsewhere_than_a_handler(client, site, kind, where):
    made = Chunks()
    generator = of_kind(kind, made)

    @site.middleware
    def early(request):
        if where == "a middleware":
            return StreamingResponse(generator())
        return (yield)

    @site.error(500 if where == "the last resort" else LookupError)
    def handle(request, error):
        return StreamingResponse(generator())

    @site.get("/")
    def handler():
        raise LookupError

    assert client(site).get("/").body == b"012"
    assert made.marks == [0, 1, 2, "closed"]


def test_a_response_with_the_same_stream_sends_it(client, site, chunks):
    """As `(response, status)` does."""

    @site.middleware
    def other(request):
        response = yield
        return Response(response.body, 203)

    answer = client(site).get("/")
    assert (answer.status, answer.body) == (203, b"012")
    assert chunks.marks == [0, 1, 2, "closed"]


def test_a_middleware_may_wait_for_something_while_a_stream_is_half_made(client, site):
    """On WSGI a loop runs for each `async def`; the tasks of the stream outlive that of a call."""
    made = []

    async def producing():
        queue = asyncio.Queue(1)

        async def produce():
            for number in range(3):
                await queue.put(str(number).encode())
            made.append("produced")

        async with asyncio.TaskGroup() as group:
            group.create_task(produce())
            for _ in range(3):
                yield await queue.get()

    @site.middleware
    def waits(request):
        response = yield
        yield call(asyncio.sleep, 0)
        return response

    site.get("/")(producing)
    assert client(site).get("/").body == b"012"
    assert made == ["produced"]


# A length that was told.


def test_a_told_length_is_sent(client, site, kind):
    generator = of_kind(kind, Chunks())
    site.get("/")(lambda: StreamingResponse(generator(), headers={"content-length": "3"}))
    answer = client(site).get("/")
    assert (answer.header("content-length"), answer.body) == ("3", b"012")


# Mapped.


def mapping(function, end=None):
    def middleware(request):
        response = yield
        response.map_chunks(function, end)
        return response

    return middleware


def test_chunks_are_mapped_from_the_inside_out(client, site, chunks):
    site.middleware(mapping(lambda chunk: b"(" + chunk + b")", lambda: b"."))
    site.middleware(mapping(lambda chunk: b"<" + chunk + b">", lambda: b"!"))
    assert client(site).get("/").body == b"(<0>)(<1>)(<2>)(!)."


def test_a_function_may_keep_chunks_back(client, site, chunks):
    """As a compressor does."""
    kept = []

    def keep(chunk):
        kept.append(chunk)
        return b""

    site.middleware(mapping(keep, lambda: b"+".join(kept)))
    with client(site).stream("GET", "/") as answer:
        assert list(answer.chunks()) == [b"0+1+2"]


def test_the_end_of_an_empty_body_is_mapped_too(client, site, kind):
    def nothing():
        yield from ()

    site.middleware(mapping(bytes.upper, lambda: b"the end"))
    site.get("/")(of_kind(kind, nothing))
    assert client(site).get("/").body == b"the end"


def test_a_head_maps_the_first_chunk_alone(client, site, chunks):
    called = []
    site.middleware(mapping(lambda chunk: called.append(chunk) or chunk, called.clear))
    assert client(site).head("/").body == b""
    assert (called, chunks.marks) == ([b"0"], [0, "closed"])


# One task for an async generator.


def test_a_task_group_may_be_open_across_the_yields(client, site):
    """The task that has opened it has to close it: on WSGI too it is one for all chunks."""
    tasks = set()

    async def grouped():
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                tasks.add(asyncio.current_task())
                yield await group.create_task(asyncio.sleep(0, str(number).encode()))
        tasks.add(asyncio.current_task())

    site.get("/")(grouped)
    assert client(site).get("/").body == b"012"
    assert len(tasks) == 1


def test_a_timeout_may_be_open_across_the_yields(client, site):
    async def slow():
        try:
            async with asyncio.timeout(None) as limit:
                yield b"before, "
                limit.reschedule(asyncio.get_running_loop().time())
                await asyncio.Event().wait()
        except TimeoutError:
            yield b"too late"

    site.get("/")(slow)
    assert client(site).get("/").body == b"before, too late"


def test_where_the_client_leaves_an_open_task_group_is_left(client, site, caplog):
    """It makes a group of exceptions of the GeneratorExit that closes the generator."""
    ended = []

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("child")

    async def grouped():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(waits())
                while True:
                    await asyncio.sleep(0)
                    yield b"x"
        finally:
            ended.append("generator")

    site.get("/")(grouped)
    with client(site).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"x"
    assert ended == ["child", "generator"]
    assert caplog.records == []
