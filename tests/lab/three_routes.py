"""Two bare callables with the routes that `tandem compare` asks for, and no framework."""

import asyncio
import time

BODIES = {
    "/hello": b"hello",
    "/wait": b"waited",
    "/cpu": b"computed",
    "/fan-out": b"ten",
    "/stream": b"streamed",
    "/blocked": b"slept",
}


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path in ("/wait", "/fan-out", "/blocked"):
        time.sleep(0.05)
    elif path == "/cpu":
        compute()
    body = BODIES.get(path, b"")
    start_response("200 OK" if body else "404 Not Found", [("content-length", str(len(body)))])
    return in_pieces(body) if path == "/stream" else [body]


def in_pieces(body):
    for byte in body:
        time.sleep(0.02)
        yield bytes([byte])


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError(f"only http is answered; got {scope['type']!r}")
    if scope["path"] == "/blocked":
        time.sleep(0.05)  # noqa: ASYNC251 - what the workload is about
    elif scope["path"] in ("/wait", "/fan-out"):
        await asyncio.sleep(0.05)
    elif scope["path"] == "/cpu":
        compute()
    body = BODIES.get(scope["path"], b"")
    headers = [(b"content-length", str(len(body)).encode())]
    status = 200 if body else 404
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for byte in body if scope["path"] == "/stream" else b"":
        await asyncio.sleep(0.02)
        await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
    rest = b"" if scope["path"] == "/stream" else body
    await send({"type": "http.response.body", "body": rest})


def compute():
    return sum(number * number for number in range(100_000))
