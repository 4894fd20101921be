"""Comparisons: each a process of its own, one at a time, followed by as many pages as like to.

A second one at the same time would be measured as the slowness of the first. The process tells what
happens on its stdout (`lab.compare.events`); it is kept here, so that a page that comes later, or
comes back, is told all of it.
"""

import asyncio
import json
import logging
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import Conflict, Event
from lab.pages.chosen import ChosenComparison
from lab.pages.programs import end, said_in, started
from lab.pages.store import Ended, Store

GRACE = 20.0  # seconds: a comparison ends its servers, and writes its report

logger = logging.getLogger("tandem.lab")


class Run:
    """One comparison, from its start on."""

    def __init__(self, number: int, chosen: ChosenComparison) -> None:
        self.number = number  # from 1, new for each while the lab is open
        self.chosen = chosen
        self.began = datetime.now(UTC)
        self.process: asyncio.subprocess.Process | None = None
        self.is_over = False
        self.is_stopped = False  # somebody has asked for it
        self._is_alone = False  # nobody is to follow it any more
        self._events: list[bytes] = []  # encoded once for all who follow
        self._news = asyncio.Event()

    def tell(self, event: dict[str, Any]) -> None:
        """To all who follow."""
        place = f"{self.number}:{len(self._events) + 1}"
        self._events.append(Event(event, id=place).encoded)
        self._news.set()
        self._news = asyncio.Event()

    def finish(self, **outcome: Any) -> None:
        """The last event."""
        self.is_over = True
        self.tell({"event": "over", **outcome})

    def let_go(self) -> None:
        """End what all who follow are waiting for."""
        self._is_alone = True
        self._news.set()

    def known_to(self, last_id: str) -> int:
        """How many events a page knows that has had this one last; of another run it is none."""
        number, _, count = last_id.partition(":")
        return int(count) if number == str(self.number) and count.isdecimal() else 0

    async def follow(self, after: int = 0) -> AsyncIterator[bytes]:
        """The events, those that were and those to come; `after` is how many are known."""
        while True:
            news = self._news
            while after < len(self._events):
                after += 1
                yield self._events[after - 1]
            if self.is_over or self._is_alone:
                return
            await news.wait()


class Runs:
    """The comparison that is under way, if there is one."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.current: Run | None = None  # also for a while when it is over
        self._folder = folder
        self._store = store
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether there is one under way."""
        return self.current is not None and not self.current.is_over

    def start(self, chosen: ChosenComparison) -> Run:
        """Begin one; raises Conflict where there is one already."""
        if self.is_busy:
            raise Conflict("a comparison is under way: wait for its end, or stop it")
        number = self.current.number + 1 if self.current else 1
        run = self.current = Run(number, chosen)
        self._task = asyncio.get_running_loop().create_task(self._carry_out(run))
        return run

    async def stop(self) -> None:
        """End the one that is under way, and wait until nothing of it is left."""
        if self.current is None or self._task is None or self.current.is_over:
            raise Conflict("there is no comparison under way")
        self.current.is_stopped = True
        if self.current.process is not None:
            await end(self.current.process, GRACE)
        await self._task

    async def close(self) -> None:
        """As `stop`, where the lab ends."""
        if self.is_busy:
            await self.stop()

    def let_go(self) -> None:
        """End what is sent to pages: a server that is to end would wait for them."""
        if self.current is not None:
            self.current.let_go()

    async def _carry_out(self, run: Run) -> None:
        """Its whole life; whatever happens, it is over afterwards."""
        try:
            with tempfile.TemporaryDirectory() as name:
                ended = await self._run(run, Path(name))
            number = None
            if ended.report or not run.is_stopped:  # what was stopped too early shows nothing
                number = await asyncio.to_thread(self._store.add, ended)
            run.finish(state=ended.state, number=number, said=ended.log)
        except Exception as error:
            logger.exception("a comparison failed")
            run.finish(state="failed", number=None, said=f"{type(error).__name__}: {error}")

    async def _run(self, run: Run, out: Path) -> Ended:
        with (out / "errors").open("w+b") as errors:
            arguments = run.chosen.arguments(out)
            run.process = await started(arguments, self._folder, asyncio.subprocess.PIPE, errors)
            try:
                if run.is_stopped:  # while it was being started
                    await end(run.process, GRACE)
                await self._listen(run, run.process)
                await run.process.wait()
            finally:
                await end(run.process, GRACE)
            return _ended(run, out, said_in(errors))

    @staticmethod
    async def _listen(run: Run, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            run.tell(json.loads(line))


def _ended(run: Run, out: Path, log: str) -> Ended:
    """What there is of it to keep."""
    report, page = (_text(out / name) for name in ("report.json", "report.html"))
    state = "stopped" if run.is_stopped else "finished" if report else "failed"
    chosen = run.chosen
    counts = (len(chosen.contenders), "server"), (len(chosen.workloads), "workload")
    return Ended(
        began=run.began.isoformat(timespec="seconds"),
        title=" and ".join(chosen.targets),
        detail=", ".join(_counted(*each) for each in (*counts, (chosen.rounds, "round"))),
        state=state,
        log="" if report else log,
        report=report,
        page=page,
    )


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
