"""Two bare callables with the three routes that `tandem compare` asks for, and no framework."""

import asyncio
import time

BODIES = {"/hello": b"hello", "/wait": b"waited", "/cpu": b"computed"}


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/wait":
        time.sleep(0.05)
    elif path == "/cpu":
        compute()
    body = BODIES.get(path, b"")
    start_response("200 OK" if body else "404 Not Found", [("content-length", str(len(body)))])
    return [body]


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError(f"only http is answered; got {scope['type']!r}")
    if scope["path"] == "/wait":
        await asyncio.sleep(0.05)
    elif scope["path"] == "/cpu":
        compute()
    body = BODIES.get(scope["path"], b"")
    headers = [(b"content-length", str(len(body)).encode())]
    status = 200 if body else 404
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def compute():
    return sum(number * number for number in range(100_000))
