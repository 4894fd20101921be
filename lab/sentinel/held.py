"""What the sentinel says: who held the loop, for how long, where, and what to do about it."""

import inspect
import linecache
import os
import re
from dataclasses import dataclass
from types import CodeType

from lab.sentinel.stack import Line
from lab.source import line_of

# A call in the line that was found, and what to use in its place.
_INSTEAD = (
    (r"\bsleep\(", "`await asyncio.sleep(...)`"),
    (r"\bsubprocess\.|\bos\.system\(", "`await asyncio.create_subprocess_exec(...)`"),
    (r"\brequests\.|\burlopen\(|\bhttpx2?\.(get|post|put|patch|delete|request|Client)\b",
     "an async client, such as httpx2's `AsyncClient`"),
    (r"\.acquire\(|\bLock\(|\block\b", "an `asyncio.Lock`"),
)  # fmt: skip
_OTHERWISE = "`await asyncio.to_thread(...)` around the call"
_WAITED_BELOW = 0.5  # of the time on a processor: for the rest it was waiting for something


class EventLoopHeld(UserWarning):
    """A handler held the event loop; see `lab.sentinel`."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event loop that could do nothing else for a while."""

    request: str  # "GET /report"
    place: Line
    handler: Line | None  # None where no code of the user's was running
    seconds: float  # so far, if it is not over
    busy: float | None = None  # the share of it on a processor, 0 to 1; None: not known
    is_over: bool = True
    call: str = ""  # the blocking call, where that was noticed, and not the time that it took

    @property
    def key(self) -> object:
        """What is told once: the handler and the line; where it computes the handler alone."""
        code = self.handler.code if self.handler else None
        return code, "computes" if self._computes else self.place

    @property
    def _computes(self) -> bool:
        return self.busy is not None and self.busy >= _WAITED_BELOW

    def __str__(self) -> str:
        subject = named(self.handler.code) if self.handler else f"{self.request} (no code of yours)"
        file, number = self.place.code.co_filename, self.place.number
        source = linecache.getline(file, number).strip()
        quoted = f", `{source}`" if source else ""
        place = f"at {_short(file)}:{number}{quoted}"
        answering = f", answering {self.request}" if self.handler else ""
        return f"{subject} {self._what} {place}{answering}; {self._advice(source)}"

    @property
    def _what(self) -> str:
        if self.call:
            return f"calls {self.call}, which holds the event loop,"
        done = "held the event loop" if self.is_over else "holds the event loop,"
        return f"{done} for {self.seconds * 1000:.0f} ms" + ("" if self.is_over else " so far,")

    def _advice(self, source: str) -> str:
        flags = self.handler.code.co_flags if self.handler else 0
        if not flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
            return _advice_to_def(flags)
        if self._computes:
            return (
                "it computed there: make the handler `def`, so that a thread does it, or have a "
                "process do it (a ProcessPoolExecutor) where it takes long"
            )
        instead = next((use for call, use in _INSTEAD if re.search(call, source)), _OTHERWISE)
        found = "" if self.call else "it waited there: "
        return f"{found}use {instead}, or make the handler `def`"


def _advice_to_def(flags: int) -> str:
    """To what was no `async def`, and yet ran on the loop."""
    if flags & inspect.CO_GENERATOR:
        return "a middleware runs on the event loop: have it `yield call(...)` for what takes long"
    if flags:
        return (
            "leave out `inline=True`, if it is that, so that it runs in a thread, or have a "
            "process do it"
        )
    return "look at what the handler returns, or what native middleware does"


def named(code: CodeType) -> str:
    """A function as a person finds it: "async def report (app.py:12)"."""
    is_async = code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR)
    word = "async def" if is_async else "def"
    return f"{word} {code.co_name} ({_short(code.co_filename)}:{line_of(code)})"


def _short(path: str) -> str:
    """The path from here where it is below, else as it is."""
    here = os.getcwd() + os.sep
    return path.removeprefix(here)
