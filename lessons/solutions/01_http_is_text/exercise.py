"""The server of this lesson once more. Its answers do not say yet how long they are.

    python exercise.py        serves on port 8000
    python ask.py exercise    shows what it answers

Only `response` is to be changed.
"""

import os
import socket
from contextlib import suppress


def response(text: str) -> bytes:
    """A whole answer, whose head says how many bytes its body has."""
    body = text.encode()
    fields = f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"HTTP/1.1 200 OK\r\n{fields}\r\n".encode() + body


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
