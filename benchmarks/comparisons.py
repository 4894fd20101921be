"""What is compared: each comparison has its contenders, its cases, and the goals of Tandem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import (
    BODY_CASES,
    CASES,
    CHUNK_CASES,
    FILE_CASES,
    REFUSED,
    REQUEST_CASES,
    SLEEP,
    TEXT,
    TYPED,
    Case,
)
from benchmarks.contenders import BARE, TANDEM, Row
from benchmarks.wsgi_exchange import WSGIWorld


@dataclass(frozen=True)
class Comparison:
    """Some contenders in some cases, timed in turn."""

    name: str  # in results.json
    title: str  # of its tables
    world: type[Any]
    rows: tuple[Row, ...]  # the bare callable first
    cases: tuple[Case, ...]
    divisor: int = 1  # a block has so many times fewer calls than the plan says
    goals: Mapping[str, float] = field(default_factory=dict)  # peer -> the ratio aimed at

    @property
    def unit(self) -> str:
        """What the figures are microseconds of."""
        return "chunk" if self.cases[0].chunks else "call"


def chosen(
    groups: list[str] | None, names: list[str] | None, same_json: bool
) -> Iterator[Comparison]:
    """The comparisons of these groups, with the cases of these names; None is all of them."""
    for group, comparisons in GROUPS.items():
        for comparison in comparisons if not groups or group in groups else ():
            cases = tuple(case for case in comparison.cases if not names or case.name in names)
            rows = comparison.rows + (SAME_JSON.get(comparison.name, ()) if same_json else ())
            if cases:
                yield replace(comparison, cases=cases, rows=rows)


_BARE_WSGI: Row = (BARE, "bare_wsgi", None)
_BARE_ASGI: Row = (BARE, "bare_asgi", None)
_WSGI_DEF: Row = (TANDEM, "tandem_wsgi", "tandem-web")
_WSGI_ASYNC: Row = (TANDEM, "tandem_wsgi_async", "tandem-web")
_ASGI_DEF: Row = (TANDEM, "tandem_asgi_def", "tandem-web")
_ASGI_ASYNC: Row = (TANDEM, "tandem_asgi", "tandem-web")

# The other cells of the 2 x 2, as they are called where they stand beside the one that is compared.
DEF, ASYNC, INLINE = "Tandem, def", "Tandem, async def", "Tandem, def, inline"

_WSGI_ROWS: tuple[Row, ...] = (
    _BARE_WSGI,
    _WSGI_DEF,
    ("Falcon", "falcon_wsgi", "falcon"),
    ("Bottle", "bottle_wsgi", "bottle"),
    ("Flask", "flask_wsgi", "flask"),
    ("Django", "django_wsgi", "django"),
    ("Pyramid", "pyramid_wsgi", "pyramid"),
    ("microdot", "microdot_wsgi", "microdot"),
)
_ASGI_ROWS: tuple[Row, ...] = (
    _BARE_ASGI,
    _ASGI_ASYNC,
    ("BlackSheep", "blacksheep_asgi", "blacksheep"),
    ("Muffin", "muffin_asgi", "muffin"),
    ("Falcon", "falcon_asgi", "falcon"),
    ("Starlette", "starlette_asgi", "starlette"),
    ("Litestar", "litestar_asgi", "litestar"),
    ("FastAPI", "fastapi_asgi", "fastapi"),
    ("Quart", "quart_asgi", "quart"),
    ("microdot", "microdot_asgi", "microdot"),
)
WSGI = (
    Comparison("wsgi", "WSGI", WSGIWorld, _WSGI_ROWS, (*CASES, REFUSED)),
    Comparison("wsgi-requests", "WSGI", WSGIWorld, _WSGI_ROWS, REQUEST_CASES),
    Comparison("wsgi-files", "a file on WSGI", WSGIWorld, _WSGI_ROWS, FILE_CASES, divisor=10),
)
# Nobody has typed bodies on WSGI; Tandem has none at all.
_TYPED = (BARE, "BlackSheep", "Litestar", "FastAPI")
_TYPED_ROWS = tuple(row for row in _ASGI_ROWS if row[0] in _TYPED)
ASGI = (
    Comparison("asgi", "ASGI", ASGIWorld, _ASGI_ROWS, (*CASES, REFUSED)),
    Comparison("asgi-requests", "ASGI", ASGIWorld, _ASGI_ROWS, REQUEST_CASES),
    Comparison("asgi-typed", "ASGI, without Tandem", ASGIWorld, _TYPED_ROWS, (TYPED,)),
    Comparison("asgi-files", "a file on ASGI", ASGIWorld, _ASGI_ROWS, FILE_CASES, divisor=10),
)
WSGI_ASYNC = Comparison(
    name="wsgi-async",
    title="async def on WSGI",
    world=WSGIWorld,
    rows=(
        _BARE_WSGI,
        _WSGI_ASYNC,
        (DEF, "tandem_wsgi", None),
        ("asgiref", "asgiref_wsgi", "asgiref"),
        ("a2wsgi", "a2wsgi_bare_wsgi", "a2wsgi"),
        ("a2wsgi, Starlette", "a2wsgi_starlette_wsgi", "starlette"),
        ("Flask[async]", "flask_wsgi_async", "flask"),
        ("Django", "django_wsgi_async", "django"),
    ),
    cases=(TEXT, SLEEP),
    divisor=10,
    goals={"Flask[async]": 0.25, "a2wsgi": 0.5, "a2wsgi, Starlette": 0.5},
)
ASGI_DEF = Comparison(
    name="asgi-def",
    title="def on ASGI",
    world=ASGIWorld,
    rows=(
        _BARE_ASGI,
        _ASGI_DEF,
        (INLINE, "tandem_asgi_inline", None),
        (ASYNC, "tandem_asgi", None),
        ("Starlette", "starlette_asgi_def", "starlette"),
        ("FastAPI", "fastapi_asgi_def", "fastapi"),
        ("a2wsgi", "a2wsgi_bare_asgi", "a2wsgi"),
        ("a2wsgi, Flask", "a2wsgi_flask_asgi", "flask"),
        ("Django", "django_asgi_def", "django"),
    ),
    cases=(TEXT,),
    divisor=10,
    goals={"Starlette": 0.8},
)
STREAMS = (
    Comparison(
        name="wsgi-def-chunks",
        title="chunks of a generator on WSGI",
        world=WSGIWorld,
        rows=_WSGI_ROWS,
        cases=CHUNK_CASES,
        divisor=20,
    ),
    Comparison(
        name="wsgi-async-chunks",
        title="chunks of an async generator on WSGI",
        world=WSGIWorld,
        rows=(
            _BARE_WSGI,
            _WSGI_ASYNC,
            ("a2wsgi", "a2wsgi_bare_wsgi", "a2wsgi"),
            ("a2wsgi, Starlette", "a2wsgi_starlette_wsgi", "starlette"),
        ),
        cases=CHUNK_CASES,
        divisor=200,
    ),
    Comparison(
        name="asgi-def-chunks",
        title="chunks of a generator on ASGI",
        world=ASGIWorld,
        rows=(
            _BARE_ASGI,
            _ASGI_DEF,
            ("Starlette", "starlette_asgi_def", "starlette"),
            ("a2wsgi", "a2wsgi_bare_asgi", "a2wsgi"),
            ("a2wsgi, Flask", "a2wsgi_flask_asgi", "flask"),
        ),
        cases=CHUNK_CASES,
        divisor=200,
    ),
    Comparison(
        name="asgi-async-chunks",
        title="chunks of an async generator on ASGI",
        world=ASGIWorld,
        rows=(*_ASGI_ROWS, ("Django", "django_asgi", "django")),
        cases=CHUNK_CASES,
        divisor=20,
    ),
)
BODIES = (
    Comparison(
        name="wsgi-bodies",
        title="a whole body on WSGI",
        world=WSGIWorld,
        rows=(
            _BARE_WSGI,
            _WSGI_DEF,
            ("Flask", "flask_wsgi", "flask"),
            ("Django", "django_wsgi", "django"),
        ),
        cases=BODY_CASES,
        divisor=5,
    ),
    Comparison(
        name="asgi-bodies",
        title="a whole body on ASGI",
        world=ASGIWorld,
        rows=(
            _BARE_ASGI,
            _ASGI_ASYNC,
            ("Starlette", "starlette_asgi", "starlette"),
            ("Django", "django_asgi", "django"),
        ),
        cases=BODY_CASES,
        divisor=5,
    ),
)
GROUPS: dict[str, tuple[Comparison, ...]] = {
    "wsgi": WSGI,
    "asgi": ASGI,
    "cells": (WSGI_ASYNC, ASGI_DEF),
    "streams": STREAMS,
    "bodies": BODIES,
}
SAME_JSON: dict[str, tuple[Row, ...]] = {
    "wsgi": (("Falcon, msgspec", "falcon_msgspec_wsgi", "falcon"),),
    "asgi": (("Falcon, msgspec", "falcon_msgspec_asgi", "falcon"),),
}
