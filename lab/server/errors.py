"""What a connection can fail with."""


class Refused(Exception):
    """The server answers this request itself, and closes the connection."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason  # a sentence for the client: what was wanted, and where that stands


class ClientDisconnected(ConnectionError):
    """The client is gone, or was given up.

    An OSError, as the ASGI specification asks ("Disconnected Client - send exception").
    """
