"""A client, a transport and a clock that are none: a connection is tested without a socket."""

import asyncio
import heapq
import re
from itertools import count

from lab.server.asgi_host import ASGIHost
from lab.server.faces import host_of
from lab.server.server import Server
from lab.server.settings import Limits, Timeouts

PATIENCE = 10.0  # seconds of real time, at most, until a thread has done its work
TURNS = 40  # of the loop: more than anything here takes


class Timer:
    def __init__(self, when, callback):
        self._when = when
        self.callback = callback

    def cancel(self):
        self.callback = None

    def when(self):
        return self._when


class FakeClock:
    """Time goes on when a test says so."""

    def __init__(self):
        self.now = 1000.0
        self._timers = []
        self._order = count()

    def time(self):
        return self.now

    def call_later(self, delay, callback):
        timer = Timer(self.now + delay, callback)
        heapq.heappush(self._timers, (timer.when(), next(self._order), timer))
        return timer

    @property
    def pending(self):
        return sum(timer.callback is not None for _, _, timer in self._timers)

    def pass_by(self, seconds):
        end = self.now + seconds
        while self._timers and self._timers[0][0] <= end:
            when, _, timer = heapq.heappop(self._timers)
            self.now = max(self.now, when)
            if timer.callback is not None:
                timer.callback()
        self.now = end


class FakeTransport(asyncio.Transport):
    """What a connection writes is in `sent`; what it does else is noted."""

    def __init__(self, protocol, half_closes=True):
        super().__init__(
            {"peername": ("127.0.0.1", 50000), "sockname": ("127.0.0.1", 8000), "socket": None}
        )
        self._protocol = protocol
        self._half_closes = half_closes
        self.sent = bytearray()
        self.unsent = 0  # bytes that the client has not taken
        self.is_paused = False
        self.has_written_eof = False
        self.is_closed = False
        self.was_aborted = False

    def write(self, data):
        assert not self.is_closed, "written after it was closed"
        assert not self.has_written_eof, "written after the end"
        self.sent += data

    def can_write_eof(self):
        return self._half_closes

    def write_eof(self):
        self.has_written_eof = True

    def close(self):
        if not self.is_closed and not self.unsent:
            self.is_closed = True
            self._protocol.connection_lost(None)

    def abort(self):
        self.was_aborted = True
        if not self.is_closed:
            self.is_closed = True
            self._protocol.connection_lost(None)

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False

    def get_write_buffer_size(self):
        return self.unsent


class Peer:
    """A client of a server that has no socket; use it in a `with`."""

    def __init__(self, app, face="asgi", limits=None, timeouts=None, on_step=None, host=None):
        self.clock = FakeClock()
        self.runner = asyncio.Runner()
        self.server = self.run(self._made(app, face, limits, timeouts, on_step, host))
        self.connection, self.transport = self.connect()

    async def _made(self, app, face, limits, timeouts, on_step, host):
        return Server(
            host or (ASGIHost(app) if face == "asgi" else host_of(app, face)),
            limits=limits or Limits(),
            timeouts=timeouts or Timeouts(),
            clock=self.clock,
            on_step=on_step,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run(self.server.give_up())
        self.run(self.server.host.stop())
        self.runner.close()

    def run(self, coroutine):
        return self.runner.run(coroutine)

    def connect(self, half_closes=True):
        """Another connection, and its transport."""

        async def connected():
            connection = self.server.connection()
            transport = FakeTransport(connection, half_closes)
            connection.connection_made(transport)
            return connection, transport

        return self.run(connected())

    def send(self, octets, piece=None):
        """Send these bytes, `piece` at a time, and let everything happen that does not wait."""

        async def sent():
            step = piece or len(octets) or 1
            for begin in range(0, len(octets), step):
                if not self.transport.is_closed:
                    self.connection.data_received(octets[begin : begin + step])
            await settled()

        self.run(sent())

    def end(self):
        """Send no more, as a client does that has closed its socket or half of it."""

        async def ended():
            if not self.transport.is_closed and not self.connection.eof_received():
                self.transport.close()
            await settled()

        self.run(ended())

    def wait(self, seconds):
        """Let some seconds pass."""

        async def passed():
            self.clock.pass_by(seconds)
            await settled()

        self.run(passed())

    def call(self, function, *arguments):
        """Call something of the connection inside the loop."""

        async def called():
            result = function(*arguments)
            await settled()
            return result

        return self.run(called())

    def until(self, condition):
        """Wait until a thread has done its work."""

        async def waited():
            async with asyncio.timeout(PATIENCE):
                while not condition():  # noqa: ASYNC110  # threads set no event of ours
                    await asyncio.sleep(0.001)

        self.run(waited())

    @property
    def sent(self):
        return bytes(self.transport.sent)

    @property
    def is_ended(self):
        """Whether the server has closed, or will when the client does."""
        return self.transport.is_closed or self.transport.has_written_eof

    def answers(self, *methods):
        """Status and body of each answer; the method counts where it was HEAD."""
        return answers_in(self.sent, *methods)

    @property
    def statuses(self):
        return [status for status, _ in self.answers()]


async def settled():
    for _ in range(TURNS):
        await asyncio.sleep(0)


def answers_in(octets, *methods):
    """Status and body of each answer in these bytes."""
    found = []
    asked = iter(methods)
    while octets:
        head, _, octets = octets.partition(b"\r\n\r\n")
        status = int(head[9:12])
        if status == 100:
            continue
        method = next(asked, "GET")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif length:
            body, octets = octets[: int(length[1])], octets[int(length[1]) :]
        elif b"\r\ntransfer-encoding: chunked" in head.lower():
            body, octets = unchunked(octets)
        else:
            body, octets = octets, b""
        found.append((status, body))
    return found


def unchunked(octets):
    """The body, and what comes after it."""
    body = b""
    while True:
        size, _, octets = octets.partition(b"\r\n")
        count = int(size, 16)
        body += octets[:count]
        octets = octets[count + 2 :]
        if not count:
            return body, octets


def undated(octets):
    """The same without what the time of day changes."""
    return re.sub(rb"(?i)\r\ndate: [^\r]*", b"", octets)


async def echo(scope, receive, send):
    """An application that tells what it was asked: METHOD TARGET BODY."""
    assert scope["type"] == "http"
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        more = message["more_body"]
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    text = b"%b %b %b" % (scope["method"].encode(), target, body)
    length = str(len(text)).encode()
    fields = [(b"content-type", b"text/plain"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": text})


def wsgi_echo(environ, start_response):
    """Its twin."""
    body = environ["wsgi.input"].read()
    text = b"%b %b %b" % (environ["REQUEST_METHOD"].encode(), environ["RAW_URI"].encode(), body)
    start_response("200 OK", [("content-type", "text/plain"), ("content-length", str(len(text)))])
    return [text]
