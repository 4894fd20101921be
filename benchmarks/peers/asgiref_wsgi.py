"""A bare WSGI callable whose handlers are `async def`, called through asgiref's `async_to_sync`."""

import asyncio
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync

from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., list[bytes]]:  # noqa: ARG001 - it has no router
    handlers = {"/text": async_to_sync(text), "/sleep": async_to_sync(sleep)}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = handlers[environ["PATH_INFO"]]()
        headers = [("content-type", "text/plain"), ("content-length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    return application


async def text() -> bytes:
    return b"Hello, world!"


async def sleep() -> bytes:
    await asyncio.sleep(0)
    return b"Hello, world!"
