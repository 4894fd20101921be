"""A fault that can be planted in any application: an exception after the start of its response.

The first chunk goes out, by half where there is no other, and then it raises, as a stream does
whose source is lost. So one can see what a server is left with, in either world.
"""

from collections.abc import Iterator
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Receive, Scope, Send
from wsgi_adapter.types import Environ, StartResponse, WSGIApplication


class PlantedError(RuntimeError):
    """The x-ray has planted this."""

    def __init__(self) -> None:
        super().__init__("planted by x-ray, after the first chunk")


def breaking_wsgi(application: WSGIApplication) -> WSGIApplication:
    """The application, with a body that breaks."""

    def broken(environ: Environ, start_response: StartResponse) -> Any:
        return BreakingBody(application(environ, start_response))

    return broken


class BreakingBody:
    """Half of the first chunk, then the exception; `close` is passed on."""

    def __init__(self, body: Any) -> None:
        self.body = body  # the application's own

    def __iter__(self) -> Iterator[Any]:
        for chunk in self.body:
            yield _half(chunk)
            break
        raise PlantedError

    def close(self) -> None:
        """PEP 3333: a middleware passes `close` on."""
        if hasattr(self.body, "close"):
            self.body.close()


def breaking_asgi(application: ASGIApplication) -> ASGIApplication:
    """The application, whose `send` raises once the first chunk has gone."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        async def breaking_send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "body": _half(message.get("body", b"")), "more_body": True})
                raise PlantedError
            await send(message)

        await application(scope, receive, breaking_send)

    return broken


def _half(chunk: Any) -> Any:
    return chunk[: (len(chunk) + 1) // 2]
