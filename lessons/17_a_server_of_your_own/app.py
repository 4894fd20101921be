"""Two bare callables; `python app.py` serves the first with the server of this lesson.

python app.py      gunicorn app:application      uvicorn app:app
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any

from server import serve


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI: what was asked for."""
    body = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """ASGI: the same."""
    if scope["type"] != "http":
        raise RuntimeError(f"only http is served; got {scope['type']}")
    body = f"{scope['method']} {scope['path']}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(application, int(os.environ.get("PORT", "8000"))))
