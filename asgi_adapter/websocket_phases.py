"""The phases of a WebSocket's conversation, as one table, and the errors that end or interrupt it.

ASGI, "HTTP & WebSocket": WebSocket; and, for a denial, ASGI, "Websocket Denial Response".
"""

from enum import Enum


class Phase(Enum):
    """Where a conversation is."""

    CONNECTING = "not accepted yet"
    OPEN = "open"
    DENIED = "being refused"  # the refusal's status and headers are out, its body is not
    CLOSED = "closed"  # by us: closed, or refused
    GONE = "left by its client"


# What may be said, and by whom: (phase, message) -> phase after it. The application says nothing
# that is not here; what the server says and is not here changes nothing.
TURNS: dict[tuple[Phase, str], Phase] = {
    (Phase.CONNECTING, "websocket.accept"): Phase.OPEN,
    (Phase.CONNECTING, "websocket.close"): Phase.CLOSED,  # the server answers 403
    (Phase.CONNECTING, "websocket.http.response.start"): Phase.DENIED,
    (Phase.DENIED, "websocket.http.response.body"): Phase.CLOSED,
    (Phase.DENIED, "websocket.disconnect"): Phase.GONE,
    (Phase.OPEN, "websocket.receive"): Phase.OPEN,
    (Phase.OPEN, "websocket.send"): Phase.OPEN,
    (Phase.OPEN, "websocket.close"): Phase.CLOSED,
    (Phase.OPEN, "websocket.disconnect"): Phase.GONE,
}


class WebSocketDisconnect(Exception):
    """The client is gone; `code` and `reason` are those of its close frame (RFC 6455, 7.4).

    1005 stands for a close frame without a code, 1006 for none at all (7.1.5); a server that
    stops says 1012 in the client's place, if it says anything.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class WebSocketStateError(RuntimeError):
    """A step out of turn: sending before the handshake is accepted, or after the close."""


class WrongFrame(TypeError):
    """A text frame came where bytes were asked for, or the other way round, or no JSON.

    Where nobody catches it the client is told so, by close code 1003 (RFC 6455, 7.4.1).
    """


def is_disconnect(error: BaseException | None) -> bool:
    """Whether this says no more than that the client is gone; also as the group of a TaskGroup."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_disconnect(one) for one in error.exceptions)
    return isinstance(error, WebSocketDisconnect)
