"""Bodies that are read while they come, on ASGI: one of two may await `receive`."""

import asyncio

import pytest

from asgi_adapter import ASGIAdapter, disconnects
from core import App, ClientDisconnected, Router

PATIENCE = 10  # seconds
LAST = {"type": "http.request", "body": b"last"}
MORE = {"type": "http.request", "body": b"more", "more_body": True}
GONE = {"type": "http.disconnect"}


@pytest.fixture(autouse=True)
def _looking_often(monkeypatch):
    monkeypatch.setattr(disconnects, "INTERVAL", 0.001)


class Server:
    """A server whose client sends what the test tells it to."""

    def __init__(self, site, *, threads=2):
        self.application = ASGIAdapter(site, threads=threads)
        self.messages = asyncio.Queue()
        self.waiting = 0  # who awaits `receive`
        self.most_waiting = 0
        self.sent = []

    async def receive(self):
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)
        try:
            return await self.messages.get()
        finally:
            self.waiting -= 1

    async def send(self, message):
        await asyncio.sleep(0)
        self.sent.append(message)

    def begin(self, path="/"):
        """The task that serves one request."""
        headers = [(b"transfer-encoding", b"chunked")]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        serving = self.application(scope, self.receive, self.send)
        return asyncio.get_running_loop().create_task(serving)

    @property
    def text(self):
        return b"".join(message.get("body", b"") for message in self.sent)


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))


async def until(condition):
    """Wait until it is true."""
    while not condition():  # noqa: ASYNC110  # nothing tells it but a look
        await asyncio.sleep(0)


@pytest.fixture
def looks(monkeypatch):
    """Wait until the Watch has looked for requests without a watcher, twice."""
    count, look = 0, disconnects.Watch._look

    def counting(self, loop):
        nonlocal count
        look(self, loop)
        count += 1

    async def two_more():
        before = count
        await until(lambda: count >= before + 2)

    monkeypatch.setattr(disconnects.Watch, "_look", counting)
    return two_more


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_nobody_else_receives_while_a_body_is_read(kind, looks):
    site = App()

    @site.post("/def", stream=True)
    def handler(request):
        return b" ".join(request.stream)

    @site.post("/async def", stream=True)
    async def async_handler(request):
        return b" ".join([chunk async for chunk in request.stream])

    async def main():
        server = Server(site)
        serving = server.begin(f"/{kind}")
        for message in (MORE, MORE, LAST):
            await looks()
            server.messages.put_nowait(message)
        await serving
        assert server.most_waiting == 1
        assert server.text == b"more more last"

    run(main())


@pytest.mark.parametrize("shielded", [False, True])
@pytest.mark.parametrize("reads", ["all", "some"])
def test_a_client_that_leaves_after_its_body_was_read_is_noticed(shielded, reads):
    site, router, ended = App(), Router(), []

    @router.post("/", stream=True, shielded=shielded)
    async def handler(request):
        async for _ in request.stream:
            if reads == "some":
                break
        read.set()
        try:
            await until(lambda: request.disconnected)
            ended.append("told")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def main():
        nonlocal read
        read = asyncio.Event()
        server = Server(site)
        serving = server.begin()
        server.messages.put_nowait(LAST if reads == "all" else MORE)
        await read.wait()
        server.messages.put_nowait(GONE)
        await serving
        assert ended == ["told" if shielded else "cancelled"]

    site.include(router)
    read = None
    run(main())


def test_an_endless_response_ends_where_the_body_was_not_read_to_its_end():
    """uvicorn's `send` tells nobody that the client has gone."""
    site, closed = App(), []

    @site.post("/", stream=True)
    async def handler(request):
        async for _ in request.stream:
            break

        async def forever():
            try:
                while True:
                    await asyncio.sleep(0)
                    yield b"x"
            finally:
                closed.append(True)

        return forever()

    async def main():
        server = Server(site)
        serving = server.begin()
        server.messages.put_nowait(MORE)
        await until(lambda: len(server.sent) > 3)
        server.messages.put_nowait(MORE)
        server.messages.put_nowait(GONE)
        await serving
        assert closed == [True]

    run(main())


def test_who_was_told_by_the_stream_that_the_client_left_is_not_cancelled_as_well(looks):
    site, ended = App(), []

    @site.post("/", stream=True)
    async def handler(request):
        try:
            async for _ in request.stream:
                pass
        except ClientDisconnected:
            await looks()
            ended.append(request.disconnected)
        return "x"

    async def main():
        server = Server(site)
        serving = server.begin()
        server.messages.put_nowait(MORE)
        server.messages.put_nowait(GONE)
        server.messages.put_nowait(GONE)
        await serving
        assert ended == [True]

    run(main())


def test_another_loop_can_not_read(caplog):
    site = App()

    @site.post("/", stream=True)
    def handler(request):
        async def read():
            return [chunk async for chunk in request.stream]

        return asyncio.run(read())

    async def main():
        server = Server(site)
        server.messages.put_nowait(LAST)
        await server.begin()
        assert server.sent[0]["status"] == 500
        assert "in a `def` it is `for`" in caplog.text

    run(main())
