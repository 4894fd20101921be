"""`python -m benchmarks.budget_steps`: the text route's instructions by step of a request's life.

Each step is called alone, so many times, and what an empty function costs is taken off. What is
left of the whole is the driver's own lines, and what lies between two steps.
"""

import asyncio
import sys
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from rich.console import Console
from rich.table import Table

from asgi_adapter import ASGIAdapter
from asgi_adapter.disconnects import Watch
from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import start_message
from benchmarks.asgi_exchange import scope_of
from benchmarks.budget import CountError, blocks_of
from benchmarks.cases import TEXT
from benchmarks.counted import CALLS, WARM_UP, mark
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import bare_asgi, bare_wsgi, tandem_asgi, tandem_wsgi
from benchmarks.wsgi_exchange import environ_of
from core.results import plain_answer
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.response import with_length

FIELD = ("content-type", "text/plain; charset=utf-8")
TITLES = {
    "request": "the request, of the environ or the scope",
    "context": "a context of its own (WSGI), a place among those watched (ASGI)",
    "life": "the life: a generator, made, and gone through",
    "route": "the route, by method and path",
    "handler": "the handler's call",
    "answer": "the answer to a str: encoded, with its Content-Type",
    "message": "its header fields with Content-Length; on ASGI encoded, in two messages",
    "whole": "all of it",
    "bare": "the bare callable",
}


def main() -> int:
    """Count and print; the exit code."""
    console = Console(width=None if Console().is_terminal else 130)
    half = len(TITLES) + 1
    try:
        blocks = blocks_of("benchmarks.budget_steps", 2 * half, "--count")
    except CountError as error:
        console.print(str(error), markup=False)
        return 1
    worlds = {"WSGI": _each(blocks[:half]), "ASGI": _each(blocks[half:])}
    table = Table(title="Instructions of a text request, by step", title_style="bold")
    table.add_column("step")
    for world in worlds:
        table.add_column(world, justify="right")
    for step in (*list(TITLES)[:-2], "rest", "whole", "bare"):
        title = TITLES.get(step, "the driver's own lines")
        table.add_row(title, *(f"{counts[step]:,}" for counts in worlds.values()))
    console.print(table)
    return 0


def _each(blocks: list[int]) -> dict[str, int]:
    """Instructions a call of each step; the first block is that of an empty function."""
    empty, *steps = (round(count / CALLS) for count in blocks)
    counts = {name: count - empty for name, count in zip(TITLES, steps, strict=True)}
    counts["life"] -= counts["route"] + counts["answer"]  # they are inside it
    counts["rest"] = 2 * counts["whole"] + counts["bare"] - sum(counts.values())
    return counts


def count() -> None:
    """Call each step, between two marks, as `benchmarks.counted` does."""
    _count(_wsgi_steps())
    asyncio.run(_count_asgi())


def _count(steps: list[Callable[[], Any]]) -> None:
    for step in (_nothing, *steps):
        _times(WARM_UP, step)
        mark()
        _times(CALLS, step)
        mark()


def _times(number: int, step: Callable[[], Any]) -> None:
    for _ in range(number):
        step()


def _nothing(*_: object) -> None:
    pass


def _wsgi_steps() -> list[Callable[[], Any]]:
    environ, others = environ_of(TEXT), OtherRoutes([], [])
    site, bare = tandem_wsgi.make_site(others, ()), bare_wsgi.build(others, ())
    request, application = WSGIRequest(site, environ), WSGIAdapter(site)
    return [
        lambda: WSGIRequest(site, environ),
        lambda: copy_context().run(_nothing),
        *_core_steps(site, request),
        lambda: with_length([FIELD], 13),
        lambda: application(environ, _nothing),
        lambda: bare(environ, _nothing),
    ]


async def _count_asgi() -> None:
    """In a loop, which the adapter looks for."""
    scope, others, watch = scope_of(TEXT), OtherRoutes([], []), Watch()
    site, bare = tandem_asgi.make_site(others, ()), bare_asgi.build(others, ())
    request: Any = ASGIRequest(site, scope, _receive)
    application = ASGIAdapter(site)
    application.outermost = None  # it has had its first call

    def watched() -> None:
        watch.tasks[request] = None
        del watch.tasks[request]

    def messages() -> Any:
        return (
            start_message(200, [FIELD], 13),
            {"type": "http.response.body", "body": b"Hello, world!"},
        )

    _count(
        [
            lambda: ASGIRequest(site, scope, _receive),
            watched,
            *_core_steps(site, request),
            messages,
            lambda: _awaited(application(scope, _receive, _send)),
            lambda: _awaited(bare(scope, _receive, _send)),
        ]
    )


def _core_steps(site: Any, request: Any) -> list[Callable[[], Any]]:
    """Life, route, handler and answer."""
    match, (route, _) = site.tree.match, site.tree.match("GET", "/text")
    call = route.handler.call
    request.error = None

    def live() -> None:
        for _ in site.life(request):
            request.result = "Hello, world!"

    return [
        live,
        lambda: match("GET", "/text", None),
        (lambda: _awaited(call(request))) if route.handler.is_async else lambda: call(request),
        lambda: plain_answer("Hello, world!", "GET"),
    ]


def _awaited(awaitable: Any) -> None:
    """Go through what never waits."""
    for _ in awaitable.__await__():
        pass


async def _send(_: object) -> None:
    """Nothing is kept."""


async def _receive() -> Any:
    """Nothing is asked for."""


if __name__ == "__main__":
    sys.exit(count() if "--count" in sys.argv else main())
