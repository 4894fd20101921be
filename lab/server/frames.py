"""The frames of a WebSocket: bytes to messages and back, by wsproto (RFC 6455, 5 to 7)."""

from typing import Any

from wsproto.connection import Connection as Wire
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from lab.server.inbox import Inbox
from lab.server.settings import Limits, Timeouts

TOO_BIG = 1009  # RFC 6455, 7.4.1
REASON_BYTES = 123  # RFC 6455, 5.5


class Frames:
    """What passes on a connection after the 101."""

    def __init__(self, line: Any, inbox: Inbox, limits: Limits, timeouts: Timeouts) -> None:
        self._line = line  # the connection
        self._inbox = inbox
        self._limits = limits
        self._timeouts = timeouts
        self._wire = Wire(ConnectionType.SERVER)
        self._parts: list[str | bytes] = []  # of a message that is not whole
        self._size = 0  # of them, in bytes
        self._has_pinged = False  # and heard nothing since
        line.reading.set(timeouts.ping)

    def received(self, octets: bytes) -> None:
        """Bytes have come."""
        self._has_pinged = False
        is_over = self._inbox.disconnect is not None
        if self._wire.state is not ConnectionState.CLOSED and not is_over:
            self._line.reading.set(self._timeouts.ping)
            self.read(octets)
        elif self._wire.state is ConnectionState.LOCAL_CLOSING:
            self.read(octets)

    def read(self, octets: bytes) -> None:
        """Deal with every event that these bytes make up."""
        self._wire.receive_data(octets)
        pongs: list[bytes] = []
        for event in self._wire.events():
            self._line.step("event", event)
            if isinstance(event, TextMessage | BytesMessage):
                if not self._take(event):
                    return
            elif isinstance(event, Ping):
                if self._wire.state is ConnectionState.OPEN:
                    pongs.append(self._wire.send(event.response()))
            elif isinstance(event, CloseConnection):
                self._closed_by_client(event)
                return
            else:
                assert isinstance(event, Pong)
        self._line.write(b"".join(pongs))  # one call for all: there may be thousands

    def send(self, event: Event) -> None:
        """Send a message, or one of the protocol's own frames."""
        self._line.write(self._wire.send(event))

    def ping(self) -> None:
        """Nothing came for a while: ask whether the client is there; then give it up."""
        if self._wire.state is not ConnectionState.OPEN or self._has_pinged:
            self._line.transport.abort()
            return
        self._has_pinged = True
        self.send(Ping())
        self._line.reading.set(self._timeouts.ping)

    def close(self, code: int, reason: str) -> None:
        """Close from here: then the client has some seconds to do so too."""
        if self._wire.state is not ConnectionState.OPEN:
            return
        self.send(CloseConnection(code, _cut(reason)))
        self._inbox.end(code, reason)
        self._line.reading.set(self._timeouts.linger)

    def _take(self, event: TextMessage | BytesMessage) -> bool:
        """A part of a message; whether to go on."""
        if self._inbox.disconnect is not None:
            return True  # we have closed: RFC 6455, 1.4, what still comes is discarded
        data = event.data
        if data:  # an empty one would cost memory, and count for nothing
            self._parts.append(data if isinstance(data, str) else bytes(data))
        self._size += len(data.encode()) if isinstance(data, str) else len(data)
        if self._size > self._limits.message:
            self.close(TOO_BIG, f"a message has at most {self._limits.message} bytes")
            return False
        if event.message_finished:
            is_text = isinstance(event, TextMessage)
            whole: Any = ("" if is_text else b"").join(self._parts)  # type: ignore[arg-type]
            self._parts, self._size = [], 0
            self._inbox.put({"type": "websocket.receive", "text" if is_text else "bytes": whole})
        return True

    def _closed_by_client(self, event: CloseConnection) -> None:
        """RFC 6455, 5.5.1: a close is answered by one; so is what is no WebSocket (7.1.7)."""
        if self._wire.state is ConnectionState.REMOTE_CLOSING:
            self.send(event.response())
            self._inbox.end(int(event.code), event.reason or "")
        elif self._wire.state is ConnectionState.OPEN:  # wsproto found a mistake
            self.send(CloseConnection(event.code, _cut(event.reason or "")))
            self._inbox.end(int(event.code), event.reason or "")
        self._line.finish()


def _cut(reason: str) -> str:
    """As much of a reason as a close frame may hold (RFC 6455, 5.5)."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")
