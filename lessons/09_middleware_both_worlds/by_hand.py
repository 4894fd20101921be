"""The onion as a trace: `python by_hand.py`."""

import asyncio
from contextlib import suppress

from onion import Layer, Life, Middleware, drive, drive_async, wrapped

marks: list[str] = []


def marked(name: str) -> Middleware:
    """A middleware that leaves a mark on the way in, and one on the way out."""

    def middleware(path: str) -> Layer:
        marks.append(f"{name}>")
        try:
            answer = yield  # the inner layers and the handler run here
        except Exception:
            marks.append(f"!{name}")
            raise
        marks.append(f"<{name}")
        return answer

    return middleware


def handler() -> str:
    """Answer."""
    marks.append("handler")
    return "hello"


def broken() -> str:
    """Raise an exception."""
    marks.append("handler")
    raise LookupError


def life(path: str) -> Life:
    """The innermost life, with two layers around it."""

    def innermost() -> Life:
        answer: str = yield broken if path == "/fail" else handler
        return answer

    return wrapped(marked("a"), path, wrapped(marked("b"), path, innermost()))


for path in ("/hello", "/fail"):
    for door in ("WSGI", "ASGI"):
        marks.clear()
        with suppress(LookupError):
            drive(life(path)) if door == "WSGI" else asyncio.run(drive_async(life(path)))
        print(f"{path:7} {door}  {' '.join(marks)}")
