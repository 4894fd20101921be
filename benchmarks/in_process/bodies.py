"""Bodies that come or go in many pieces: streams in all four cells, a megabyte, files."""

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import BODY_CASES, CHUNK_CASES, FILE_CASES
from benchmarks.in_process.cells import TANDEM_ASGI_DEF, TANDEM_WSGI_ASYNC
from benchmarks.in_process.comparison import Comparison
from benchmarks.rows import (
    ASGI_ROWS,
    BARE_ASGI,
    BARE_WSGI,
    TANDEM_ASGI,
    TANDEM_WSGI,
    WSGI_ROWS,
)
from benchmarks.wsgi_exchange import WSGIWorld

STREAMS = (
    Comparison(
        name="wsgi-def-chunks",
        title="chunks of a generator on WSGI",
        world=WSGIWorld,
        rows=WSGI_ROWS,
        cases=CHUNK_CASES,
        divisor=20,
    ),
    Comparison(
        name="wsgi-async-chunks",
        title="chunks of an async generator on WSGI",
        world=WSGIWorld,
        rows=(
            BARE_WSGI,
            TANDEM_WSGI_ASYNC,
            ("a2wsgi", "a2wsgi_bare_wsgi", "a2wsgi"),
            ("a2wsgi, Starlette", "a2wsgi_starlette_wsgi", "starlette"),
        ),
        cases=CHUNK_CASES,
        divisor=200,
        waits=True,
    ),
    Comparison(
        name="asgi-def-chunks",
        title="chunks of a generator on ASGI",
        world=ASGIWorld,
        rows=(
            BARE_ASGI,
            TANDEM_ASGI_DEF,
            ("Starlette", "starlette_asgi_def", "starlette"),
            ("a2wsgi", "a2wsgi_bare_asgi", "a2wsgi"),
            ("a2wsgi, Flask", "a2wsgi_flask_asgi", "flask"),
        ),
        cases=CHUNK_CASES,
        divisor=200,
        waits=True,
    ),
    Comparison(
        name="asgi-async-chunks",
        title="chunks of an async generator on ASGI",
        world=ASGIWorld,
        rows=(*ASGI_ROWS, ("Django", "django_asgi", "django")),
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
            BARE_WSGI,
            TANDEM_WSGI,
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
            BARE_ASGI,
            TANDEM_ASGI,
            ("Starlette", "starlette_asgi", "starlette"),
            ("Django", "django_asgi", "django"),
        ),
        cases=BODY_CASES,
        divisor=5,
    ),
)
FILES = (
    Comparison("wsgi-files", "a file on WSGI", WSGIWorld, WSGI_ROWS, FILE_CASES, divisor=25),
    Comparison("asgi-files", "a file on ASGI", ASGIWorld, ASGI_ROWS, FILE_CASES, 25, waits=True),
)
