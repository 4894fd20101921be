"""A web server of 25 lines: HTTP is text on a socket (RFC 9112)."""

import os
import socket
from contextlib import suppress


def response(text: str) -> bytes:
    """A whole answer: status line, header fields, an empty line, body."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return (head + text).encode()


def converse(client: socket.socket) -> None:
    """Read one request, as far as the empty line that ends its head; answer; close."""
    with client, client.makefile("rb") as lines:
        for line in lines:
            print(line, flush=True)
            if line in (b"\r\n", b"\n"):
                client.sendall(response("Hello\n"))
                break


def serve(port: int) -> None:
    """Take one client after another, until Ctrl-C."""
    with socket.create_server(("127.0.0.1", port)) as listening, suppress(KeyboardInterrupt):
        while True:
            client, _ = listening.accept()
            with suppress(ConnectionError):  # a client that hangs up ends only its own turn
                converse(client)


if __name__ == "__main__":
    serve(int(os.environ.get("PORT", "8000")))
