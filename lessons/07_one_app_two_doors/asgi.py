"""The ASGI door: it carries out each step by awaiting it, and the loop serves others meanwhile."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from life import Answer, App, Call, Life, ReadBody, Step

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class ASGIDoor:
    """The callable that uvicorn calls."""

    def __init__(self, site: App) -> None:
        self.site = site

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Drive the life of one request, then answer."""
        if scope["type"] != "http":
            raise RuntimeError(f"only http is served here; got {scope['type']}")
        life = self.site.life(scope["method"], scope["path"])
        status, text = await self.drive(life, receive)
        body = text.encode()
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def drive(self, life: Life, receive: Receive) -> Answer:
        """Carry out step after step; send in what came of it, or throw in what was raised."""
        try:
            step = next(life)
            while True:
                try:
                    result = await self.carry_out(step, receive)
                except Exception as error:
                    step = life.throw(error)
                else:
                    step = life.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a generator's `return`

    async def carry_out(self, step: Step, receive: Receive) -> Any:
        """What came of a step. Wherever this awaits, the loop runs other requests."""
        if isinstance(step, ReadBody):
            return await whole_body(receive)
        if not isinstance(step, Call):
            raise TypeError(f"a door carries out ReadBody and Call; got {step!r}")
        if inspect.iscoroutinefunction(step.handler):
            return await step.handler(step.body)
        return await asyncio.to_thread(step.handler, step.body)


async def whole_body(receive: Receive) -> bytes:
    """The body of the request, which comes in messages."""
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)
