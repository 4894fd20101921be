"""Tapes as a trace that ui.perfetto.dev and chrome://tracing open (Trace Event Format, JSON).

Each tape is a process there; its threads are first the lanes, with who had them and for what, and
then the requests, with what they waited for. Times are microseconds.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lab.compare.trace.tape import Row, Tape

WORDS = {"run": "runs", "wait": "keeps the thread and waits", "hold": "holds the loop"}


def perfetto(tapes: Iterable[Tape]) -> str:
    """The JSON text of a trace of all these tapes."""
    events = [event for pid, tape in enumerate(tapes, 1) for event in _process(pid, tape)]
    return json.dumps({"displayTimeUnit": "ms", "traceEvents": events}) + "\n"


def _process(pid: int, tape: Tape) -> Iterator[dict[str, Any]]:
    ways = [*["time.sleep"] * tape.sleeps, *[f"{tape.workers} workers"] * bool(tape.workers)]
    name = f"{tape.contender}: {tape.workload}" + "".join(f", {way}" for way in ways)
    yield _named("process", pid, 0, name)
    for lane, title in enumerate(tape.lanes):
        yield _named("thread", pid, lane, title)
    for number, row in enumerate(tape.rows):
        thread = len(tape.lanes) + number
        yield _named("thread", pid, thread, f"request {row.name}")
        yield from _request(pid, thread, row)


def _request(pid: int, thread: int, row: Row) -> Iterator[dict[str, Any]]:
    """What its client saw, then what it did, on its own thread and on its lanes."""
    yield _slice(pid, thread, f"#{row.name} {row.path}", row.due, row.done)
    if row.began > row.due:
        yield _slice(pid, thread, "waits for its turn", row.due, row.began)
    for segment in row.segments:
        place = {"line": segment.line} if segment.line else {}
        name = WORDS[segment.kind]
        yield _slice(pid, thread, name, segment.start, segment.end, place)
        yield _slice(pid, segment.lane, f"#{row.name} {name}", segment.start, segment.end, place)


def _slice(
    pid: int, thread: int, name: str, start: float, end: float, about: dict[str, str] | None = None
) -> dict[str, Any]:
    times = {"ts": round(start * 1e6), "dur": round(max(end - start, 0.0) * 1e6)}
    return {"ph": "X", "pid": pid, "tid": thread, "name": name, "args": about or {}, **times}


def _named(what: str, pid: int, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "pid": pid, "tid": thread, "name": f"{what}_name", "args": {"name": name}}
