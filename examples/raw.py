"""The two bare callables, with no framework: what every framework here is built on.

The first is WSGI (PEP 3333), the second ASGI 3. They give the same answers, and everything else in
this project is there so that nobody has to write them by hand.

In the directory that holds `examples`:

    gunicorn examples.raw:application
    uvicorn examples.raw:app
    python examples/raw.py
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from lab.server import serve

PAGES = {"/hello": b"Saying hi from hello.", "/": b"Saying hi from home."}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request: call `start_response` once, return an iterable of bytes."""
    body = PAGES.get(environ["PATH_INFO"])
    status = "200 OK" if body else "404 Not Found"
    body = body or b"Not Found!"
    start_response(
        status,
        [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))],
    )
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


async def app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer one connection: send a start message, then a body message."""
    if scope["type"] != "http":  # a server without an answer to `lifespan` goes on without it
        raise ValueError(f"this application answers http; got {scope['type']!r}")
    body = PAGES.get(scope["path"])
    status = 200 if body else 404
    body = body or b"Not Found!"
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


if __name__ == "__main__":
    serve(app)
