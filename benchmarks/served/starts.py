"""How long it takes until there is something to ask: import, and a server's first answer."""

import random
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from rich.console import Console

from benchmarks.contenders import BARE, Row
from benchmarks.progress import progress
from benchmarks.report.servers import starts_table
from benchmarks.rows import rows_of
from benchmarks.served.kinds import KINDS, Kind, environment
from benchmarks.served.rounds import PATH, PROJECT
from benchmarks.served.summed import spread
from lab.errors import LabError
from lab.processes import running

START_KINDS = tuple(kind for kind in KINDS if kind.name in {"gunicorn sync", "uvicorn"})

# What an application of one file imports, of either world.
IMPORTS = {
    "bare_wsgi": "pass",
    "tandem_wsgi": "from core import App; from wsgi_adapter import WSGIAdapter",
    "falcon_wsgi": "import falcon",
    "bottle_wsgi": "from bottle import Bottle, request, response",
    "flask_wsgi": "from flask import Flask, request",
    "django_wsgi": "import django.urls, django.http; "
    "from django.core.wsgi import get_wsgi_application",
    "pyramid_wsgi": "import pyramid.config, pyramid.response",
    "microdot_wsgi": "from microdot.wsgi import Microdot",
    "bare_asgi": "pass",
    "tandem_asgi": "from core import App; from asgi_adapter import ASGIAdapter",
    "blacksheep_asgi": "from blacksheep import Application, Request, json, text",
    "muffin_asgi": "from muffin import Application",
    "falcon_asgi": "import falcon.asgi",
    "starlette_asgi": "from starlette.applications import Starlette; "
    "import starlette.responses, starlette.routing",
    "litestar_asgi": "from litestar import Litestar, get, post",
    "fastapi_asgi": "from fastapi import FastAPI",
    "quart_asgi": "from quart import Quart, request",
    "microdot_asgi": "from microdot.asgi import Microdot",
}
TIMED = "from time import process_time as now; began = now(); {}; print(now() - began)"


def run(rounds: int, peers: list[str] | None, console: Console, kept: dict[str, Any]) -> None:
    """Start everyone so many times, in turn; what is to be written is in `kept`."""
    imports: dict[str, list[float]] = {}
    answers: dict[str, list[float]] = {}
    jobs = [
        (kind, row) for kind in START_KINDS if not kind.missing for row in rows_of(kind.rows, peers)
    ]
    with progress(console, "import and cold start", (rounds + 1) * len(jobs)) as advance:
        try:
            for number in range(rounds + 1):  # round 0 writes and reads the bytecode
                for kind, row in random.sample(jobs, len(jobs)):
                    _once(kind, row, imports, answers, counts=number > 0)
                    advance()
        finally:
            kept.update(_summed(imports, answers))
    console.print(starts_table(kept))


def import_seconds(statement: str) -> float:
    """Processor seconds of an import in a fresh interpreter. Raises LabError where it fails."""
    command = [sys.executable, "-W", "ignore", "-c", TIMED.format(statement)]
    finished = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    if finished.returncode:
        raise LabError(f"could not run {statement!r}: {finished.stderr.strip()[-200:]}")
    return float(finished.stdout)


def first_answer_seconds(kind: Kind, module: str) -> float:
    """From the start of a server's process to the end of its first answer; raises LabError."""
    began = perf_counter()
    with running(kind.command, cwd=PROJECT, env=environment(module), ready=PATH):
        return perf_counter() - began


def _once(
    kind: Kind,
    row: Row,
    imports: dict[str, list[float]],
    answers: dict[str, list[float]],
    counts: bool,
) -> None:
    name, module, _ = row
    shown = f"{name}, {kind.world}"
    for figures, take in (
        (imports, lambda: import_seconds(IMPORTS[module])),
        (answers, lambda: first_answer_seconds(kind, module)),
    ):
        value = _or_none(take)
        if counts and value is not None:
            figures.setdefault(shown, []).append(value * 1000)


def _or_none(take: Callable[[], float]) -> float | None:
    """What it gives; None where that contender can't be started here."""
    try:
        return take()
    except LabError:
        return None


def _summed(imports: dict[str, list[float]], answers: dict[str, list[float]]) -> dict[str, Any]:
    kinds = {kind.world: kind.name for kind in START_KINDS}
    return {
        "unit": "milliseconds",
        "servers": list(kinds.values()),
        "contenders": {
            name: {
                "import": spread(found),
                "first answer": {
                    kinds[name.rpartition(", ")[2]]: spread(answers.get(name, [])),
                },
            }
            for name, found in imports.items()
            if not name.startswith(BARE)
        },
    }
