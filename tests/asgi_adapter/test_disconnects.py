"""Clients that leave: who is told, who is cancelled, and that nothing of it stays."""

import asyncio
import gc
import threading

import pytest

from asgi_adapter import ASGIAdapter, disconnects
from core import App, ClientDisconnected, Response, StreamingResponse, call
from lab.asgi_validator import ASGIValidator
from tests.core.streaming import KINDS, Chunks, of_kind

PATIENCE = 10  # seconds
GONE = {"type": "http.disconnect"}


@pytest.fixture(autouse=True)
def _looking_often(monkeypatch):
    monkeypatch.setattr(disconnects, "INTERVAL", 0.001)


@pytest.fixture
def site():
    return App()


class Server:
    """A server whose client leaves when the test says so, and that tells it only to `receive`."""

    def __init__(self, site):
        self.application = ASGIAdapter(site)
        self.gone = asyncio.Event()
        self.sent = []
        self.receiving = 0

    async def receive(self):
        self.receiving += 1
        try:
            await self.gone.wait()
        finally:
            self.receiving -= 1
        return GONE

    async def send(self, message):
        await asyncio.sleep(0)
        self.sent.append(message)

    def begin(self, path="/", method="GET", headers=()):
        """The task that serves one request."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": list(headers),
            "client": None,
            "server": None,
        }
        serving = ASGIValidator(self.application)(scope, self.receive, self.send)
        return asyncio.get_running_loop().create_task(serving)

    @property
    def watchers(self):
        return list(self.application.watch.watchers.values())

    async def is_watching(self):
        await until(lambda: self.receiving)

    async def leaves(self):
        """The client does, once somebody would notice."""
        await self.is_watching()
        self.gone.set()


def run(main):
    """Run it on a loop of its own, on which nothing is left in the end."""

    async def timed():
        async with asyncio.timeout(PATIENCE):
            await main
        await asyncio.sleep(0)  # a watcher that was cancelled ends
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(timed())


async def until(is_so):
    while not is_so():  # whatever it is, nobody tells  # noqa: ASYNC110
        await asyncio.sleep(0)


def errors(caplog):
    return [record for record in caplog.records if record.levelname not in ("DEBUG", "INFO")]


# An `async def` is cancelled.


def test_an_async_def_is_cancelled_and_middleware_sees_why(site, caplog):
    seen = []

    @site.middleware
    def middleware(request):
        try:
            yield
        except ClientDisconnected as error:
            seen.append(str(error))
            yield call(asyncio.sleep, 0)  # it may tidy up
            seen.append("tidied up")
            raise

    @site.error(400)
    def never_asked(request, error):
        seen.append("asked")

    @site.get("/")
    async def handler(request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(f"cancelled, {request.disconnected}")
            await asyncio.sleep(0)
            raise
        finally:
            seen.append("finally")

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving
        assert serving.cancelling() == 0

    run(main())
    left = "400 the client left before it had its response"
    assert seen == ["cancelled, True", "finally", left, "tidied up"]
    assert errors(caplog) == []


@pytest.mark.parametrize("where", ["handler", "call out", "error handler"])
def test_every_async_def_of_a_request_may_be_cancelled_once_its_body_was_read(site, where, caplog):
    reached = []

    async def waits():
        reached.append(where)
        await asyncio.Event().wait()

    @site.middleware
    def middleware(request):
        response = yield
        if where == "call out":
            yield call(waits)
        return response

    @site.error(LookupError)
    async def handle(request, error):
        await waits()

    @site.get("/")
    async def handler():
        await asyncio.sleep(0.05)  # the watcher comes while it is here
        if where == "handler":
            await waits()
        if where == "error handler":
            raise LookupError
        return "x"

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.is_watching()
        await until(lambda: reached)
        server.gone.set()
        await serving

    run(main())
    assert errors(caplog) == []


def test_nobody_receives_before_the_body_was_read(site):
    """It would be taken from the one who reads it."""
    asked = []

    @site.middleware
    def middleware(request):
        yield call(asyncio.sleep, 0.02)
        asked.append(server.receiving)
        return (yield)

    site.get("/")(lambda: "x")
    server = None

    async def main():
        nonlocal server
        server = Server(site)
        await server.begin()

    run(main())
    assert asked == [0]


def test_a_handler_that_swallows_its_cancellation_is_over(site, caplog):
    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "swallowed"

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving
        assert serving.cancelling() == 0
        assert server.sent[-1]["body"] == b"swallowed"

    run(main())
    assert errors(caplog) == []


@pytest.mark.parametrize("way", ["group", "timeout", "both", "group in a timeout"])
def test_a_handler_may_be_cancelled_in_a_task_group_or_a_timeout(site, way, caplog):
    ended = []

    async def child():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("child")

    @site.get("/")
    async def handler():
        if way == "timeout":
            async with asyncio.timeout(PATIENCE):
                await child()
        elif way == "group":
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
        else:
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
                group.create_task(child())
                await asyncio.Event().wait()

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving
        assert serving.cancelling() == 0

    run(main())
    assert ended == ["child"]
    assert errors(caplog) == []


def test_what_a_handler_opens_after_the_client_left_is_not_cancelled_by_that(site):
    """Its count of cancellations is right again."""
    ended = []

    async def opens():
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
        ended.append("as it should")

    @site.middleware
    def middleware(request):
        try:
            return (yield)
        except ClientDisconnected:
            yield call(opens)
            raise

    @site.get("/")
    async def handler():
        await asyncio.Event().wait()

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert ended == ["as it should"]


@pytest.mark.parametrize("kind", [ExceptionGroup, BaseExceptionGroup, LookupError])
def test_what_fails_in_being_cancelled_is_a_bug_and_logged(site, kind, caplog):
    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        finally:
            if kind is LookupError:
                raise LookupError("tidying up")
            bugs = [LookupError("tidying up")]
            if kind is BaseExceptionGroup:
                bugs.append(asyncio.CancelledError())
            raise kind("some", bugs)

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving
        assert serving.cancelling() == 0

    run(main())
    [record] = errors(caplog)
    assert "tidying up" in record.getMessage()
    assert "CancelledError" not in record.getMessage()


def test_a_group_of_nothing_but_cancellations_is_one(site, caplog):
    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            raise BaseExceptionGroup("all", [error]) from None

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert errors(caplog) == []


# What is not cancelled.


def test_a_def_in_its_thread_is_told(site):
    told = threading.Event()

    @site.get("/")
    def handler(request):
        for _ in range(1000):
            if request.disconnected:
                told.set()
                return "x"
            threading.Event().wait(0.01)
        return "nobody has told"

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert told.is_set()


def test_a_shielded_handler_is_told_and_goes_on(site, caplog):
    ended = []

    @site.get("/", shielded=True)
    async def handler(request):
        await until(lambda: request.disconnected)
        await asyncio.sleep(0)
        ended.append("paid")
        return "x"

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert ended == ["paid"]
    assert errors(caplog) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_is_not_begun_for_a_client_that_has_left(site, kind, caplog):
    """It might be silent for ever, and nobody would end it."""
    made = Chunks()

    @site.get("/", shielded=True)
    async def handler(request):
        await until(lambda: request.disconnected)
        return of_kind(kind, made)()

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert made.marks == []
    assert errors(caplog) == []


# Streams.


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_is_ended_and_closed(site, kind, caplog):
    """This server's `send` is silent, as uvicorn's is."""
    closed = []

    def endless():
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    site.get("/")(of_kind(kind, endless))

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert closed == [True]
    assert errors(caplog) == []


def test_a_stream_that_is_silent_is_ended_too(site, caplog):
    closed = []

    @site.get("/")
    async def handler():
        try:
            yield b"x"
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert closed == [True]
    assert errors(caplog) == []


def test_a_stream_whose_client_takes_nothing_is_ended_when_it_leaves(site, caplog):
    """The server holds `send` up, and would for ever."""
    closed = []

    class Slow(Server):
        async def send(self, message):
            if self.sent:
                await asyncio.Event().wait()
            await super().send(message)

    def endless():
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    site.get("/")(endless)

    async def main():
        server = Slow(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert closed == [True]
    assert errors(caplog) == []


@pytest.mark.parametrize("at", ["http.response.start", "http.response.body"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_may_tell_it_by_an_error_of_send(site, kind, at, caplog):
    """ASGI, "Disconnected Client - send exception"."""
    made, seen = Chunks(), []

    class Telling(Server):
        async def send(self, message):
            if message["type"] == at:
                raise ConnectionResetError
            await super().send(message)

    @site.get("/")
    def handler(request):
        response = StreamingResponse(of_kind(kind, made)())
        response.background(lambda: seen.append(request.disconnected))
        return response

    async def main():
        await Telling(site).begin()

    run(main())
    assert made.marks == [0, "closed"]
    assert seen == [True]
    assert errors(caplog) == []


def test_an_os_error_of_the_stream_is_no_disconnect(site, caplog):
    site.get("/")(Chunks(fails_at=1, error=OSError("a disk")))

    async def main():
        with pytest.raises(OSError, match="a disk"):
            await Server(site).begin()

    run(main())
    assert len(errors(caplog)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_background_work_is_done_though_the_client_has_left(site, kind):
    done = []

    def endless():
        while True:
            yield b"x"

    async def work():
        await asyncio.sleep(0.01)
        done.append("work")

    @site.get("/")
    def handler():
        response = StreamingResponse(of_kind(kind, endless)())
        response.background(work)
        return response

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await serving

    run(main())
    assert done == ["work"]


def test_the_end_of_a_response_is_no_disconnect(site):
    """`receive` says the same then (ASGI, "Disconnect"); work after it is neither told nor cut."""
    seen = []

    async def work(request):
        await asyncio.sleep(0.02)
        seen.append(request.disconnected)

    @site.get("/")
    async def handler(request):
        await asyncio.sleep(0.02)  # a watcher comes
        response = Response("x")
        response.background(work, request)
        return response

    class Ending(Server):
        async def send(self, message):
            await super().send(message)
            if not message.get("more_body", True):
                self.gone.set()

    async def main():
        await Ending(site).begin()

    run(main())
    assert seen == [False]


# The server's own cancellation.


def test_a_server_that_cancels_is_heard(site, caplog):
    ended = []

    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("handler")

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.is_watching()
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    run(main())
    assert ended == ["handler"]
    assert errors(caplog) == []


@pytest.mark.parametrize("first", ["the server", "the client"])
def test_a_server_that_cancels_while_the_client_leaves_is_heard(site, first):
    """gunicorn does some seconds after the client has left."""
    ended = []

    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()  # it takes its time
        finally:
            ended.append("handler")

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.is_watching()
        if first == "the server":
            serving.cancel()
        server.gone.set()
        await asyncio.sleep(0.01)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    run(main())
    assert ended == ["handler"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_is_closed_where_the_server_cancels(site, kind, caplog):
    made = Chunks()

    class Slow(Server):
        async def send(self, message):
            await super().send(message)
            if message.get("body"):
                await asyncio.Event().wait()

    site.get("/")(of_kind(kind, made))

    async def main():
        server = Slow(site)
        serving = server.begin()
        await until(lambda: len(server.sent) == 2)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    run(main())
    assert made.marks == [0, "closed"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_prepared_stream_is_closed_where_the_server_cancels_in_a_middleware(site, kind):
    made = Chunks()

    @site.middleware
    def middleware(request):
        response = yield
        yield call(asyncio.Event().wait)
        return response

    site.get("/")(of_kind(kind, made))

    async def main():
        server = Server(site)
        serving = server.begin()
        await until(lambda: made.marks)
        await asyncio.sleep(0.01)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    run(main())
    assert made.marks == [0, "closed"]


def test_a_request_whose_loop_is_left_says_nothing(site, recwarn):
    """Not even that it goes on: nothing can be awaited any more."""
    closed = []

    def endless():
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    @site.get("/")
    async def handler():
        await asyncio.Event().wait()

    site.get("/stream")(endless)

    class Slow(Server):
        async def send(self, message):
            await asyncio.Event().wait()

    async def main():
        server = Slow(site)
        serving.extend([server.begin("/"), server.begin("/stream")])
        await server.is_watching()

    serving, loop = [], asyncio.new_event_loop()
    loop.run_until_complete(main())
    coroutines = [task.get_coro() for task in serving]
    for coroutine in coroutines:
        coroutine.close()
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False
    loop.close()
    del coroutines, coroutine, task
    serving.clear()
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []


# What it costs, and what is left.


def test_a_short_request_has_no_watcher(site, monkeypatch):
    monkeypatch.setattr(disconnects, "INTERVAL", 60.0)  # these are short, be the machine busy
    made = []

    @site.get("/")
    async def handler():
        await asyncio.sleep(0)
        return "x"

    async def main():
        loop = asyncio.get_running_loop()
        server = Server(site)
        monkeypatch.setattr(server.application.watch, "_look", lambda loop: made.append("look"))
        requests = [server.begin() for _ in range(100)]
        loop.set_task_factory(lambda *arguments, **options: made.append("task"))
        for request in requests:
            await until(request.done)
        loop.set_task_factory(None)
        assert server.receiving == 0
        assert server.application.watch.tasks == {}

    run(main())
    assert made == []


def test_a_long_request_has_one_watcher_however_often_it_is_looked_at(site, monkeypatch):
    looks, look = [], disconnects.Watch._look
    monkeypatch.setattr(
        disconnects.Watch, "_look", lambda self, loop: (look(self, loop), looks.append(1))
    )

    @site.get("/")
    async def handler():
        await asyncio.Event().wait()

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.is_watching()
        while len(looks) < 5:
            await asyncio.sleep(0.001)
            other = server.begin("/missing")
            await other
        assert (len(server.watchers), server.receiving) == (1, 1)
        server.gone.set()
        await serving
        assert server.watchers == []

    run(main())


def test_nothing_is_looked_at_where_nobody_is_waited_for(site):
    async def main():
        server = Server(site)
        site.get("/")(lambda: "x")
        await server.begin()
        watch = server.application.watch
        await until(lambda: watch.looking is None)
        assert (watch.tasks, watch.watchers, watch._loops) == ({}, {}, set())

    run(main())


def test_a_server_that_fails_to_receive_leaves_the_request_alone(site, caplog):
    @site.get("/")
    async def handler():
        await until(lambda: caplog.records)
        return "x"

    class Failing(Server):
        async def receive(self):
            raise LookupError("in receive")

    async def main():
        server = Failing(site)
        await server.begin()
        assert server.sent[-1]["body"] == b"x"

    run(main())
    [record] = caplog.records
    assert "can't be noticed: LookupError('in receive')" in record.getMessage()


def test_a_body_that_nobody_has_asked_for_is_dropped(site):
    """That of a GET has no meaning; behind it comes the disconnect."""
    received = []

    class Sending(Server):
        async def receive(self):
            if len(received) < 3:
                received.append(True)
                return {"type": "http.request", "body": b"x", "more_body": True}
            return await super().receive()

    @site.get("/")
    async def handler():
        await asyncio.Event().wait()

    async def main():
        server = Sending(site)
        serving = server.begin(headers=[(b"transfer-encoding", b"chunked")])
        await server.leaves()
        await serving

    run(main())
    assert len(received) == 3


def test_one_adapter_is_used_by_several_loops_at_once(site):
    """One in each thread, as in a test run or in a notebook; each looks for its own requests."""
    ended, loops = [], 4
    all_here = threading.Barrier(loops)

    @site.get("/")
    async def handler():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(threading.get_ident())

    application = ASGIAdapter(site)

    async def main():
        server = Server(site)
        server.application = application
        serving = [server.begin() for _ in range(3)]
        all_here.wait(PATIENCE)
        await until(lambda: server.receiving == 3)
        all_here.wait(PATIENCE)
        server.gone.set()
        await asyncio.gather(*serving)

    threads = [threading.Thread(target=lambda: run(main())) for _ in range(loops)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 3 * loops
    assert len(set(ended)) == loops
    assert application.watch.watchers == {}


def test_a_loop_that_was_closed_is_forgotten(site):
    """As between two tests."""
    application = ASGIAdapter(site)
    site.get("/")(lambda: "x")

    async def main():
        server = Server(site)
        server.application = application
        await server.begin()

    for _ in range(5):
        run(main())
    assert len(application.watch._loops) <= 1
