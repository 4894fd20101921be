"""The traced pass: each contender once more, with a recorder inside, and a handful of requests.

What waits is recorded in other ways too (`variants`), when everything else is there.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from lab.compare.contenders import Contender
from lab.compare.measure import Watch
from lab.compare.results import Comparison
from lab.compare.trace.recording import Recording, recording
from lab.compare.trace.tape import Tape
from lab.compare.trace.variants import SLEEPS, sleeping, varied, with_more_workers
from lab.load.generator import load_generator
from lab.processes import ServerStartError

MOST_CONTENDERS = 6


@dataclass(frozen=True, slots=True)
class _Pass:
    """A contender, and the one that is recorded in its name: itself, or with more workers."""

    contender: Contender
    served: Contender

    @property
    def workers(self) -> int:
        """Of the tapes: 0 for as many as were measured."""
        return 0 if self.served is self.contender else self.served.workers

    @property
    def shown(self) -> str:
        """What is going on, for whoever watches."""
        workers = f" with {self.workers} workers" * bool(self.workers)
        return f"recording a few requests: {self.contender.name}{workers}"


def trace(comparison: Comparison, directory: Path, logs: Path, watch: Watch) -> None:
    """Fill in the tapes of a comparison; a server that doesn't start traced has none."""
    passes = _passes(comparison)
    ready = comparison.workloads[0].path
    with load_generator() as generator:
        for number, one in enumerate(passes):
            share = number / len(passes)
            watch(one.shown, share, None)
            log_file = logs / f"{one.contender.file_name}-traced{one.workers or ''}.log"
            with (
                suppress(ServerStartError),
                recording(one.served, directory, log_file, ready, generator) as recorded,
            ):
                for tape in _tapes(comparison, one, recorded):
                    (comparison.variants if tape.is_variant else comparison.tapes).append(tape)
                    watch(one.shown, share, None)  # whoever shows tapes as they come sees it now


def _passes(comparison: Comparison) -> list[_Pass]:
    """The contenders that are recorded, and then those that are so with more workers too."""
    chosen = [
        contender
        for contender in comparison.contenders
        if contender.name not in comparison.failures
    ][:MOST_CONTENDERS]
    more = [(it, with_more_workers(it)) for it in chosen if varied(comparison, it)]
    return [_Pass(it, it) for it in chosen] + [_Pass(it, served) for it, served in more if served]


def _tapes(comparison: Comparison, one: _Pass, recorded: Recording) -> Iterator[Tape]:
    workload = varied(comparison, one.contender)
    if not one.workers:
        for cell in comparison.measurable:
            if cell.contender is one.contender:
                yield recorded.tape(cell.workload)
    elif workload:
        yield replace(recorded.tape(workload), workers=one.workers)
    sleeps = next(filter(recorded.answers, SLEEPS), None)
    if workload and sleeps:
        tape = recorded.tape(sleeping(workload, sleeps))
        yield replace(tape, sleeps=True, workers=one.workers)
