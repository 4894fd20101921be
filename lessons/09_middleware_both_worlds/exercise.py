r"""Exercise 9: a middleware that keeps a journal, in one form for both doors.

The journal is far away, so `write` is an `async def`. Your middleware has it called by
`yield call(write, request, "...")`; import `call` from core. What it writes, and when:

    begin GET /hello     before anything inside runs
    end 200              when a response has come back; its status
    failed LookupError   when an exception has come back, which then goes on; its class

And a path that begins with /closed is answered by the middleware itself: it writes "refused" and
nothing else, returns Response("closed\n", status=503), and nothing inside runs.
"""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App, NotFound, Request, Response
from wsgi_adapter import WSGIAdapter

Layer = Generator[Any, Any, Response]

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)


def mark(request: Request, text: str) -> None:
    """Write down what happened, on the request; the header `x-marks` shows it."""
    request.state.marks = [*getattr(request.state, "marks", []), text]


async def write(request: Request, text: str) -> None:
    """Write into the journal, which takes a moment."""
    await asyncio.sleep(0.001)
    mark(request, f"wrote {text}")


def marked(name: str) -> Callable[[Request], Layer]:
    """The middlewares on either side of yours."""

    def middleware(request: Request) -> Layer:
        mark(request, f"{name}>")
        try:
            response: Response = yield
        except Exception:
            mark(request, f"!{name}")
            raise
        mark(request, f"<{name}")
        response.headers["x-marks"] = ", ".join(request.state.marks)
        return response

    return middleware


def journalled(request: Request) -> Layer:
    """Your middleware, between the other two."""
    # Your turn: have `write` called before the `yield` and after it, and where it raises.
    response: Response = yield
    return response


site.middleware(marked("outer"))
site.middleware(journalled)
site.middleware(marked("inner"))


@site.get("/")
@site.get("/hello")
@site.get("/closed/today")
async def hello(request: Request) -> str:
    """An answer."""
    mark(request, "handler")
    return "hello\n"


@site.get("/missing")
def missing(request: Request) -> str:
    """An error with an answer of its own, a 404."""
    mark(request, "handler")
    raise NotFound


@site.get("/fail")
def fail(request: Request) -> str:
    """A bug."""
    mark(request, "handler")
    raise LookupError("a bug")


@site.error(500)
def sorry(request: Request, error: Exception) -> Response:
    """The answer to a bug, made when every middleware has seen it."""
    marks = ", ".join(request.state.marks)
    return Response("sorry\n", status=500, headers={"x-marks": marks})
