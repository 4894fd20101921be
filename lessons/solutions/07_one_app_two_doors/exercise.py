"""Exercise 7: a third step, which both doors carry out, each in its own way.

A handler raises Busy where what it needs is busy for a moment. It should be asked again a little
later: after PAUSES[0] seconds, then after PAUSES[1], and if it is busy once more Busy goes on to
the one who asked, which makes a 500 of it. For that the life of a request yields a new step.
There are three places to work in, each marked `Your turn`.
"""

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from asgi import ASGIDoor, Receive
from life import App, Call, Handler, Step
from wsgi import WSGIDoor

PAUSES = (0.02, 0.04)  # seconds


class Busy(Exception):
    """Ask again a little later."""


@dataclass
class Pause(Step):
    """Wanted: that some time passes before the life of this request goes on."""

    seconds: float


class PatientApp(App):
    """An App whose handlers may be busy."""

    def asking(self, handler: Handler, body: bytes) -> Generator[Step, Any, str]:
        """The handler's text; where it is busy, it is called again after a pause."""
        for seconds in PAUSES:
            try:
                text: str = yield Call(handler, body)
                return text
            except Busy:
                yield Pause(seconds)
        text = yield Call(handler, body)
        return text


class PatientWSGIDoor(WSGIDoor):
    """A WSGI door that knows a Pause."""

    def carry_out(self, step: Step, environ: dict[str, Any]) -> Any:
        """What came of a step."""
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        return super().carry_out(step, environ)


class PatientASGIDoor(ASGIDoor):
    """An ASGI door that knows a Pause."""

    async def carry_out(self, step: Step, receive: Receive) -> Any:
        """What came of a step."""
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        return await super().carry_out(step, receive)


site = PatientApp()
application = PatientWSGIDoor(site)
app = PatientASGIDoor(site)
calls = 0


@site.route("GET", "/")
async def every_second_time(body: bytes) -> str:
    """Busy, then not, then busy again."""
    global calls
    calls += 1
    if calls % 2:
        raise Busy
    return f"call {calls}\n"
