"""What a test is told where there is no answer to look at."""

from lab.testing.answer import Answer


class ClientError(Exception):
    """The application or the test did what leads to no answer; the message says what."""


class LifespanFailed(ClientError):
    """The application's startup or shutdown failed; the message is its own."""


class WebSocketRefused(ClientError):
    """The handshake was refused; `answer` is what the client gets instead of a WebSocket."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"the handshake was refused: {answer.status} {answer.text}".rstrip())
        self.answer = answer
        self.status = answer.status


class WebSocketClosed(ClientError):
    """The application closed the WebSocket with this code and reason (RFC 6455, 7.4)."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"the application closed the WebSocket: {code} {reason}".rstrip())
        self.code = code
        self.reason = reason
