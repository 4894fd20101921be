"""All comparisons, in the groups that `--only` chooses from."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import CASES, REFUSED, REQUEST_CASES, TYPED
from benchmarks.contenders import BARE, Row
from benchmarks.in_process.bodies import BODIES, FILES, STREAMS
from benchmarks.in_process.cells import ASGI_DEF, WSGI_ASYNC
from benchmarks.in_process.comparison import Comparison
from benchmarks.rows import ASGI_ROWS, WSGI_ROWS, rows_of
from benchmarks.wsgi_exchange import WSGIWorld

WSGI = (
    Comparison("wsgi", "WSGI", WSGIWorld, WSGI_ROWS, (*CASES, REFUSED)),
    Comparison("wsgi-requests", "WSGI", WSGIWorld, WSGI_ROWS, REQUEST_CASES),
)
# Nobody has typed bodies on WSGI; Tandem has none at all.
_TYPED = (BARE, "BlackSheep", "Litestar", "FastAPI")
_TYPED_ROWS = tuple(row for row in ASGI_ROWS if row[0] in _TYPED)
ASGI = (
    Comparison("asgi", "ASGI", ASGIWorld, ASGI_ROWS, (*CASES, REFUSED)),
    Comparison("asgi-requests", "ASGI", ASGIWorld, ASGI_ROWS, REQUEST_CASES),
    Comparison("asgi-typed", "ASGI, without Tandem", ASGIWorld, _TYPED_ROWS, (TYPED,)),
)
GROUPS: dict[str, tuple[Comparison, ...]] = {
    "wsgi": WSGI,
    "asgi": ASGI,
    "cells": (WSGI_ASYNC, ASGI_DEF),
    "streams": STREAMS,
    "files": FILES,
    "bodies": BODIES,
}
SAME_JSON: dict[str, tuple[Row, ...]] = {
    "wsgi": (("Falcon, msgspec", "falcon_msgspec_wsgi", "falcon"),),
    "asgi": (("Falcon, msgspec", "falcon_msgspec_asgi", "falcon"),),
}
CASE_NAMES = tuple(
    dict.fromkeys(
        case.name for group in GROUPS.values() for comparison in group for case in comparison.cases
    )
)


def chosen(
    groups: list[str] | None,
    names: list[str] | None,
    peers: list[str] | None = None,
    same_json: bool = False,
) -> Iterator[Comparison]:
    """The comparisons of these groups, with the cases and peers of these names; None is all."""
    for group, comparisons in GROUPS.items():
        for comparison in comparisons if not groups or group in groups else ():
            cases = tuple(case for case in comparison.cases if not names or case.name in names)
            rows = comparison.rows + (SAME_JSON.get(comparison.name, ()) if same_json else ())
            if cases:
                yield replace(comparison, cases=cases, rows=rows_of(rows, peers))
