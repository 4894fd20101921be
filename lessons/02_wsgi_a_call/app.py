"""WSGI with nothing around it: a function that a server calls, and what it returns.

    gunicorn app:application
    uvicorn app:app             the same answers, for servers of the other kind (lesson 6)
    python app.py               on this project's own server

Ask for /, for /count, and for /Gr%C3%BC%C3%9Fe.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from lab.server import serve

TEXT = ("Content-Type", "text/plain; charset=utf-8")
Message = dict[str, Any]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What is asked for, as one piece; for /count three pieces, each made when it is wanted."""
    if environ["PATH_INFO"] == "/count":
        return count(start_response)
    start_response("200 OK", [TEXT])
    return [f"{environ['REQUEST_METHOD']} {path_of(environ)}\n".encode()]


def count(start_response: StartResponse) -> Iterator[bytes]:
    """Three pieces. Nothing in here runs before the first is asked for."""
    start_response("200 OK", [TEXT])
    for number in (1, 2, 3):
        yield f"{number}\n".encode()


def path_of(environ: WSGIEnvironment) -> str:
    """The path as text: each character of PATH_INFO stands for one byte (PEP 3333)."""
    octets: bytes = environ["PATH_INFO"].encode("latin-1")
    return octets.decode("utf-8", "replace")


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """The same for ASGI servers."""
    if scope["type"] != "http":
        raise NotImplementedError(f"only http is answered here; got {scope['type']}")
    line = f"{scope['method']} {scope['path']}\n"
    pieces = ["1\n", "2\n", "3\n"] if scope["path"] == "/count" else [line]
    fields = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    serve(application)
