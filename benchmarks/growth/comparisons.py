"""What grows in one process: each size is a case, and all sizes are timed in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import CASES, Case
from benchmarks.in_process.comparison import Comparison
from benchmarks.rows import ASGI_ROWS, WSGI_ROWS, rows_of
from benchmarks.wsgi_exchange import WSGIWorld

ROUTES = (10, 100, 1_000, 10_000)
MIDDLEWARES = (0, 1, 2, 5, 10, 20)
FIELDS = (5, 10, 20, 50, 100)
BYTES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
BESIDE = ["Falcon", "Flask", "BlackSheep", "Starlette"]  # the quickest of each world, and one more
ON_WSGI = ["Falcon", "Flask"]

_TEXT, _PARAMETER, *_ = CASES


@dataclass(frozen=True)
class Growth:
    """One comparison whose cases are sizes."""

    name: str  # in results.json
    title: str
    axis: str  # what the sizes are
    of_call: bool  # the whole call is told, for bodies; else the cost over the bare callable
    sizes: tuple[int, ...]
    comparison: Comparison


def growths(peers: list[str] | None, most_bytes: int) -> Iterator[Growth]:
    """All of them, in both worlds."""
    beside = [name for name in BESIDE if not peers or name in peers]
    for world in (WSGIWorld, ASGIWorld):
        rows = WSGI_ROWS if world is WSGIWorld else ASGI_ROWS
        fitting = [name for name in beside if (name in ON_WSGI) == (world is WSGIWorld)]
        # An empty list would be all.
        rows = rows_of(rows, fitting or ["none of them"])
        for name, axis, cases in _kinds(most_bytes):
            title = f"{axis}, {world.name}"
            yield Growth(
                name=f"{name}-{world.name.lower()}",
                title=title,
                axis=axis,
                of_call=name == "bodies",
                sizes=tuple(int(case.name) for case in cases),
                comparison=Comparison(name, title, world, rows, cases),
            )


def _kinds(most_bytes: int) -> Iterator[tuple[str, str, tuple[Case, ...]]]:
    yield (
        "routes",
        "routes",
        tuple(replace(_PARAMETER, name=str(size), routes=size) for size in ROUTES),
    )
    yield (
        "middlewares",
        "middlewares",
        tuple(
            replace(_TEXT, name=str(size), marks=tuple(f"x-mark-{n}" for n in range(size)))
            for size in MIDDLEWARES
        ),
    )
    yield (
        "fields",
        "header fields",
        tuple(
            Case(str(size), str(size), "GET", "/last", text="last", fields=size) for size in FIELDS
        ),
    )
    yield "bodies", "bytes of a body", tuple(_body(size) for size in BYTES if size <= most_bytes)


def _body(size: int) -> Case:
    return Case(
        name=str(size),
        title=f"{size:,}",
        method="POST",
        path="/length",
        text=str(size),
        body=bytes(size),
        body_type="application/octet-stream",
        divisor=max(1, size // 20_000),
    )
