"""Bodies that are read while they come, on WSGI: which thread waits for them."""

import asyncio
import threading

import pytest

from core import App, EventStream
from core.event_stream import KEEP_ALIVE
from lab.testing import Client
from lab.testing.wsgi import environ_of
from tests.wsgi_adapter.test_loop import in_thread
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.shared_loop import _loops, run_on_shared_loop, shared_loop
from wsgi_adapter.waiting_thread import waiting_thread

PATIENCE = 10  # seconds


@pytest.fixture(autouse=True)
def _closed():
    """The shared loop is a process's; between two tests it is made anew."""
    yield
    for shared in list(_loops.values()):
        shared.close()


@pytest.fixture(params=["own", "shared"])
def loop(request):
    return request.param


def served(site, loop, read, length=2):
    """What the site answers to a body that is got by calling `read` with a size."""
    body = type("Input", (), {"read": staticmethod(read)})()
    lines = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": body}
    environ["CONTENT_LENGTH"] = str(length)
    chunks = WSGIAdapter(site, loop=loop)(environ, lambda line, headers: lines.append(line))
    return lines[0], b"".join(chunks)


def test_the_thread_that_serves_the_request_reads_its_body(loop):
    site, readers = App(), []

    @site.post("/", stream=True)
    async def handler(request):
        return b"".join([chunk async for chunk in request.stream])

    def read(size):
        readers.append(threading.get_ident())
        return b"x"

    def serve():
        return served(site, loop, read), threading.get_ident()

    answer, thread = in_thread(serve)
    assert answer == ("200 OK", b"xx")
    assert readers == [thread] * 2


def test_who_waits_for_a_body_does_not_hold_up_the_shared_loop():
    site, is_read = App(), threading.Event()

    @site.post("/", stream=True)
    async def upload(request):
        return b"".join([chunk async for chunk in request.stream])

    @site.get("/")
    async def other():
        is_read.set()
        return "answered"

    application = WSGIAdapter(site, loop="shared")
    begun = threading.Event()

    def body():
        begun.set()
        assert is_read.wait(PATIENCE)
        yield b"late"

    answers = []
    uploading = threading.Thread(
        target=lambda: answers.append(Client(application).post("/", body=body()).text)
    )
    uploading.start()
    assert begun.wait(PATIENCE)
    assert Client(application).get("/").text == "answered"
    uploading.join(PATIENCE)
    assert answers == ["late"]


def test_a_for_in_an_async_def_is_refused_on_either_loop(loop, caplog):
    site = App()

    @site.post("/", stream=True)
    async def handler(request):
        return b"".join(request.stream)

    assert served(site, loop, lambda size: b"xx")[0].startswith("500 ")
    assert "in an `async def` it is `async for`" in caplog.text


@pytest.mark.parametrize("loop", ["own", "shared"])
def test_an_async_generator_reads_while_it_answers(loop):
    site = App()

    @site.post("/", stream=True)
    async def handler(request):
        async for chunk in request.stream:
            yield chunk.upper()

    application = WSGIAdapter(site, loop=loop)
    assert Client(application).post("/", body=[b"a", b"b"]).text == "AB"


def test_a_lost_connection_is_a_disconnect_on_either_loop(loop):
    site = App()

    @site.post("/", stream=True)
    async def handler(request):
        return b"".join([chunk async for chunk in request.stream])

    def lost(size):
        raise ConnectionResetError

    assert served(site, loop, lost) == (
        "400 Bad Request",
        b"Bad Request: the body ended after 0 of 2 bytes\n",
    )


def test_a_worker_that_is_told_to_exit_while_it_reads_exits(loop):
    """gunicorn's worker raises SystemExit in its main thread when it is out of time."""
    site, ended = App(), threading.Event()

    @site.post("/", stream=True)
    async def handler(request):
        try:
            return b"".join([chunk async for chunk in request.stream])
        finally:
            ended.set()

    def told_to_exit(size):
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        served(site, loop, told_to_exit)
    assert ended.wait(PATIENCE)


def test_a_read_that_nobody_waits_for_any_more_is_waited_out():
    """The next request of this thread must not find it reading."""
    site, order, timed_out = App(), [], threading.Event()

    @site.post("/", stream=True)
    async def handler(request):
        try:
            async with asyncio.timeout(0.001):
                async for _ in request.stream:
                    pass
        except TimeoutError:
            order.append("timed out")
            timed_out.set()
        return "late"

    def read(size):
        assert timed_out.wait(PATIENCE)
        order.append("read")
        return b"xx"

    assert served(site, "shared", read) == ("200 OK", b"late")
    assert order == ["timed out", "read"]


def test_a_read_that_was_given_up_before_it_began_never_begins():
    site, sizes, given_up = App(), [], threading.Event()

    @site.post("/", stream=True)
    async def handler(request):
        chunks = aiter(request.stream)
        first = asyncio.ensure_future(anext(chunks))
        second = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        given_up.set()
        return await first

    def read(size):
        assert given_up.wait(PATIENCE)
        sizes.append(size)
        return b"x"

    assert served(site, "shared", read) == ("200 OK", b"x")
    assert sizes == [2]


def test_a_task_can_not_read_when_its_request_is_over():
    site, left = App(), []

    @site.post("/", stream=True)
    async def handler(request):
        async def read_late():
            await is_over.wait()
            return [chunk async for chunk in request.stream]

        is_over = asyncio.Event()
        left.append((asyncio.create_task(read_late()), is_over))
        return "x"

    @site.get("/")
    async def look():
        task, is_over = left[0]
        is_over.set()
        with pytest.raises(RuntimeError, match="this request is over"):
            await task
        return "refused"

    application = WSGIAdapter(site, loop="shared")
    assert Client(application).post("/", body=b"hi").text == "x"
    assert Client(application).get("/").text == "refused"


def test_a_def_reads_though_a_loop_of_a_test_runs_in_its_thread():
    site = App()
    site.post("/", stream=True)(lambda request: b"".join(request.stream))
    client = Client(site, world="wsgi")
    assert asyncio.run(client.request_async("POST", "/", body=b"hi")).text == "hi"


def begun(site, loop, body=b""):
    """The chunks of an answer as a server iterates them."""
    application = WSGIAdapter(site, loop=loop)
    environ = environ_of(Client(application).asked("POST", "/", body=body))
    return application(environ, lambda *start: None)


def test_a_source_of_events_reads_the_body_after_a_comment_that_keeps_alive(loop):
    """On the shared loop it may come to that while its thread sends, and does not wait."""
    site, gates, asks = App(), [], threading.Event()

    @site.post("/", stream=True)
    async def handler(request):
        async def events():
            gates.append((asyncio.get_running_loop(), asyncio.Event()))
            await gates[0][1].wait()
            asyncio.get_running_loop().call_soon(asks.set)
            async for chunk in request.stream:
                yield chunk.decode()

        return EventStream(events(), keep_alive=0.001)

    body = begun(site, loop, b"hi")
    chunks = [next(body) for _ in range(3)]
    assert chunks == [KEEP_ALIVE] * 3
    its_loop, gate = gates[0]
    its_loop.call_soon_threadsafe(gate.set)
    assert asks.wait(PATIENCE) if loop == "shared" else not asks.is_set()
    while (chunk := next(body)) == KEEP_ALIVE:
        pass
    assert chunk == b"data: hi\n\n"
    body.close()


def test_a_source_of_events_may_compute_when_the_server_comes_for_more(monkeypatch):
    """The shared loop is inside the request's context then, and nobody else can enter it."""
    site, gates = App(), []
    computing, came = threading.Event(), threading.Event()

    @site.post("/")
    async def handler():
        async def events():
            gates.append(asyncio.Event())
            await gates[0].wait()
            computing.set()
            assert came.wait(PATIENCE)
            yield "result"

        return EventStream(events(), keep_alive=0.001)

    body = begun(site, "shared")
    assert [next(body) for _ in range(2)] == [KEEP_ALIVE] * 2
    its_loop = shared_loop().loop
    its_loop.call_soon_threadsafe(gates[0].set)
    assert computing.wait(PATIENCE)
    call_soon = its_loop.call_soon_threadsafe

    def call_soon_threadsafe(*arguments, **options):
        came.set()
        return call_soon(*arguments, **options)

    monkeypatch.setattr(its_loop, "call_soon_threadsafe", call_soon_threadsafe)
    while (chunk := next(body)) == KEEP_ALIVE:
        pass
    assert chunk == b"data: result\n\n"
    body.close()


def test_a_task_reads_from_one_chunk_of_the_answer_to_the_next():
    """What it asks for while the thread sends is done when the thread waits again."""
    site, asks = App(), threading.Event()

    @site.post("/", stream=True)
    async def handler(request):
        async def read(gate):
            await gate.wait()
            asyncio.get_running_loop().call_soon(asks.set)
            return b"".join([chunk async for chunk in request.stream])

        async with asyncio.TaskGroup() as group:
            gates.append(asyncio.Event())
            reading = group.create_task(read(gates[0]))
            yield b"first"
            yield await reading

    gates = []
    body = begun(site, "shared", b"second")
    assert next(body) == b"first"
    shared_loop().loop.call_soon_threadsafe(gates[0].set)
    assert asks.wait(PATIENCE)
    assert list(body) == [b"second"]
    body.close()


def test_a_thread_that_waits_for_a_coroutine_inside_its_own_context_is_forgotten():
    """Else what this thread serves next would have its bodies read by a wait that is over."""

    async def look():
        return waiting_thread.get()

    assert run_on_shared_loop(look()) is not None
    assert waiting_thread.get() is None


def test_a_request_within_a_request_has_its_own_thread(loop):
    """A context that is copied is another's: two threads can't wait for one queue."""
    inner, outer = App(), App()

    @inner.post("/", stream=True)
    async def read(request):
        return b"".join([chunk async for chunk in request.stream])

    inside = WSGIAdapter(inner, loop="shared")

    @outer.post("/", stream=True)
    async def handler(request):
        asked = asyncio.to_thread(lambda: Client(inside).post("/", body=b"inner").text)
        mine = [chunk async for chunk in request.stream]
        return f"{await asked} {b''.join(mine).decode()}"

    answer = Client(WSGIAdapter(outer, loop=loop)).post("/", body=b"outer")
    assert answer.text == "inner outer"


def test_a_source_of_events_that_is_left_ends_reading_the_rest(loop):
    """It is cancelled where it waits; what it does then has the thread that it had before."""
    site, ended = App(), []

    @site.post("/", stream=True)
    async def handler(request):
        async def events():
            try:
                await asyncio.Event().wait()
                yield "never"
            finally:
                ended.append(b"".join([chunk async for chunk in request.stream]))

        return EventStream(events(), keep_alive=0.001)

    body = begun(site, loop, b"hi")
    assert [next(body) for _ in range(2)] == [KEEP_ALIVE] * 2
    body.close()
    assert ended == [b"hi"]
