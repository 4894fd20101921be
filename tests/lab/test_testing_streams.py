"""Streams, both ways: nothing is made before it is asked for, and everything is ended."""

import asyncio

import pytest

from lab.testing import Client, ClientError


class Streaming:
    """A bare application in either world that streams numbers, and leaves marks."""

    def __init__(self, world, count=3, fails_at=None):
        self.world, self.count, self.fails_at = world, count, fails_at
        self.marks = []

    def application(self):
        return {"wsgi": self.wsgi, "asgi": self.asgi}[self.world]

    def mark(self, number):
        if number == self.fails_at:
            raise LookupError(f"at {number}")
        self.marks.append(number)
        return str(number).encode()

    def wsgi(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
        return self.numbers()

    def numbers(self):
        try:
            for number in range(self.count):
                yield self.mark(number)
                yield b""
        finally:
            self.marks.append("closed")

    async def asgi(self, scope, receive, send):
        watcher = asyncio.create_task(self.watch(receive))
        headers = [(b"set-cookie", b"a=1")]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for number in range(self.count):
                body = self.mark(number)
                await send({"type": "http.response.body", "body": body, "more_body": True})
                if watcher.done():
                    return
            await send({"type": "http.response.body"})
        finally:
            watcher.cancel()
            self.marks.append("closed")

    async def watch(self, receive):
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.fixture
def streaming(world):
    return Streaming(world)


def test_the_header_is_there_before_the_first_chunk_is_made(streaming):
    client = Client(streaming.application())
    with client.stream("GET", "/") as answer:
        assert (answer.status, answer.headers["set-cookie"]) == (200, "a=1")
        assert dict(client.cookies) == answer.cookies == {"a": "1"}
        assert streaming.marks == []


def test_each_chunk_is_made_when_it_is_asked_for(streaming):
    with Client(streaming.application()).stream("GET", "/") as answer:
        for number, chunk in enumerate(answer.chunks()):
            assert chunk == str(number).encode()
            assert streaming.marks == list(range(number + 1))
        assert answer.read() == b""
    assert streaming.marks == [0, 1, 2, "closed"]


def test_the_rest_can_be_read_at_once(streaming):
    with Client(streaming.application()).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"0"
        assert answer.read() == b"12"


def test_leaving_early_ends_the_application(world):
    endless = Streaming(world, count=10**9)
    with Client(endless.application()).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"0"
    assert endless.marks[-1] == "closed"
    assert len(endless.marks) < 10


def test_an_exception_in_the_body_is_raised_where_the_chunk_is_asked_for(world):
    failing = Streaming(world, fails_at=1)
    with Client(failing.application()).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert next(chunks) == b"0"
        with pytest.raises(LookupError, match="at 1"):
            next(chunks)
    assert failing.marks == [0, "closed"]


def test_an_exception_at_the_end_is_raised_where_the_block_is_left(world):
    class Failing(Streaming):
        def numbers(self):
            try:
                yield b"0"
                yield b"1"
            finally:
                raise LookupError("at the end")

        async def watch(self, receive):
            return None

        async def asgi(self, scope, receive, send):
            await super().asgi(scope, receive, send)
            raise LookupError("at the end")

    def leave_early():
        with Client(Failing(world).application()).stream("GET", "/") as answer:
            next(answer.chunks())

    with pytest.raises(LookupError, match="at the end"):
        leave_early()


def test_an_application_that_ends_only_by_force_is_named():
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:  # never looks whether anybody listens
            await send({"type": "http.response.body", "body": b"x", "more_body": True})

    def leave_early():
        with Client(application, timeout=0.05).stream("GET", "/") as answer:
            assert next(answer.chunks()) == b"x"

    with pytest.raises(ClientError, match=r"did not end within 0.05 s after the client had gone"):
        leave_early()


def test_without_a_timeout_there_is_all_the_time(streaming):
    with Client(streaming.application(), timeout=None).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"0"


def test_what_two_tasks_send_at_once_is_taken_in_turn_and_dropped_when_the_client_has_gone():
    body = {"type": "http.response.body", "body": b"x", "more_body": True}
    done = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(send(body))
        done.append((await receive())["type"])

    with Client(application).stream("GET", "/") as answer:
        assert next(answer.chunks()) == b"x"
    assert done == ["http.disconnect"]


def test_a_body_is_pulled_only_as_the_application_reads(world):
    pulled = []

    def chunks():
        for number in range(10):
            pulled.append(number)
            yield b"ab"

    def wsgi(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        environ["wsgi.input"].read(3)
        environ["wsgi.input"].read(1)
        return [b"x"]

    async def asgi(scope, receive, send):
        assert await receive() == {"type": "http.request", "body": b"ab", "more_body": True}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    answer = Client({"wsgi": wsgi, "asgi": asgi}[world]).post("/", body=chunks())
    assert pulled == {"wsgi": [0, 1], "asgi": [0]}[world]
    assert answer.taken == {"wsgi": 3, "asgi": 2}[world]


def test_what_the_body_of_a_request_raises_is_raised(world):
    def chunks():
        yield b"a"
        raise LookupError("mine")

    def wsgi(environ, start_response):
        environ["wsgi.input"].read(-1)

    async def asgi(scope, receive, send):
        while (await receive())["more_body"]:
            pass

    with pytest.raises(LookupError, match="mine"):
        Client({"wsgi": wsgi, "asgi": asgi}[world]).post("/", body=chunks())


def test_a_disconnect_comes_where_the_body_ends(world):
    def wsgi(environ, start_response):
        environ["wsgi.input"].read(-1)

    async def asgi(scope, receive, send):
        assert await receive() == {"type": "http.request", "body": b"a", "more_body": True}
        assert await receive() == {"type": "http.disconnect"}
        raise OSError("gone")

    with pytest.raises(OSError, match=r"cut off|gone"):
        Client({"wsgi": wsgi, "asgi": asgi}[world]).post("/", body=[b"a"], disconnect=True)


def test_after_a_complete_response_receive_gives_a_disconnect():
    received = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})
        received.append(await receive())

    assert Client(application).get("/").body == b"x"
    assert received == [{"type": "http.disconnect"}]


def test_what_an_application_does_after_its_response_is_waited_for(world):
    done = []

    def wsgi(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"x"
        done.append("after")

    async def asgi(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})
        await asyncio.sleep(0)
        done.append("after")

    assert Client({"wsgi": wsgi, "asgi": asgi}[world]).get("/").body == b"x"
    assert done == ["after"]
