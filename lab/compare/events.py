"""`tandem compare --events`: what happens in a run, told to another program while it goes on.

Each line on stdout is a JSON object, and "event" is its kind:

- `begin`: what is compared; `contenders` and `workloads` in their order;
- `progress`: `what` comes next, the `share` that is done (0 to 1), the seconds `left`, or null;
- `cell`: a contender's figures on a workload, over the rounds so far; it replaces the last such;
- `left-out`: a cell that is not measured, and `why`;
- `failure`: a contender that dropped out, and `why`, with the end of its log;
- `tape`: a contender's traced requests of a workload (`trace/tape.py`), `about` it a caption and a
  sentence `short`, each row with the numbers of the rows that it waited for (`by`), and the same
  `said` in words; also those with one thing changed (`trace/variants.py`);
- `verdict`: what came out for a workload; after it, at the end, `end`.

Whoever reads this has gone when a line can't be written: then the run ends, as on Ctrl-C.
"""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from lab.compare import words
from lab.compare.in_short import in_short
from lab.compare.measure import Watch
from lab.compare.results import Cell, Comparison
from lab.compare.spread import Spread
from lab.compare.trace.tape import Tape
from lab.compare.verdicts import verdict
from lab.compare.waterfall import about, in_words
from lab.compare.yardsticks import yardstick


@contextmanager
def events(comparison: Comparison) -> Generator[Watch]:
    """A function that is told how far the run is, for the length of the block; it tells stdout."""
    told = Events(comparison, _to_stdout)
    told.begin()
    try:
        yield told.tell
    finally:
        told.end()


def _to_stdout(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


class Events:
    """Writes down what is new in a comparison, each time that it is told how far the run is."""

    def __init__(self, comparison: Comparison, write: Callable[[str], None]) -> None:
        self._comparison = comparison
        self._line = write
        self._rounds = [0] * len(comparison.cells)  # of each cell that were told
        self._left_out: set[int] = set()  # cells, by their place
        self._failed: set[str] = set()  # contenders, by name
        self._tapes = [0, 0]  # that were told, and variants

    def begin(self) -> None:
        """What is compared."""
        made = self._comparison
        self._write(
            "begin",
            title=made.title,
            rounds=made.settings.rounds,
            load=made.settings.load,
            contenders=[
                {"name": it.name, "interface": it.interface, "about": it.about}
                for it in made.contenders
            ],
            workloads=[self._workload(number) for number in range(len(made.workloads))],
        )

    def tell(self, what: str, share: float, left: float | None) -> None:
        """What has come since the last time, and what comes next."""
        self._news()
        self._write("progress", what=what, share=share, left=left)

    def end(self) -> None:
        """What has come, and what came out of it."""
        self._news()
        for workload in self._comparison.workloads:
            if any(cell.samples for cell in self._comparison.of(workload)):
                sentence = verdict(self._comparison, workload)
                self._write("verdict", workload=workload.name, said=sentence)
        self._write("end")

    def _news(self) -> None:
        for number, cell in enumerate(self._comparison.cells):
            if len(cell.samples) > self._rounds[number]:
                self._rounds[number] = len(cell.samples)
                self._write("cell", **self._figures(cell))
            if cell.left_out and number not in self._left_out:
                self._left_out.add(number)
                self._write("left-out", **_names(cell), why=cell.left_out)
        for name, why in self._comparison.failures.items():
            if name not in self._failed:
                self._failed.add(name)
                self._write("failure", contender=name, why=why)
        for number, tapes in enumerate((self._comparison.tapes, self._comparison.variants)):
            for tape in tapes[self._tapes[number] :]:
                self._tapes[number] += 1
                self._write("tape", **_tape(tape))

    def _workload(self, number: int) -> dict[str, Any]:
        workload = self._comparison.workloads[number]
        by = yardstick(self._comparison, workload)
        return {
            "name": workload.name,
            "title": workload.title,
            "shown": workload.shown,
            "judged_by": by.title,
            "is_higher_better": by.is_higher_better,
        }

    def _figures(self, cell: Cell) -> dict[str, Any]:
        by = yardstick(self._comparison, cell.workload)
        score = by.score(cell)
        return _names(cell) | {
            "rounds": len(cell.samples),
            "score": asdict(score) if score else None,
            "said": by.with_range(score) if score else "no good answer",
            "rate": words.rate_range(cell.rate) if cell.rate else "",
            "p50": _time(cell.latency(50)),
            "p99": _time(cell.latency(99)),
            "errors": sum(cell.errors.values()),
            "requests": cell.requests,
        }

    def _write(self, kind: str, **fields: Any) -> None:
        self._line(json.dumps({"event": kind, **fields}, separators=(",", ":")) + "\n")


def _names(cell: Cell) -> dict[str, str]:
    return {"contender": cell.contender.name, "workload": cell.workload.name}


def _time(spread: Spread | None) -> str:
    return words.seconds(spread.median if spread else None)


def _tape(tape: Tape) -> dict[str, Any]:
    told = asdict(tape)
    for number, row in enumerate(told["rows"]):
        row["by"] = [blocker.row for blocker in tape.blockers(number)]
        row["said"] = in_words(tape, number)
    short = f"{tape.contender} {in_short(tape)}" if tape.rows else ""
    return told | {"end": tape.end, "about": about(tape), "short": short}
