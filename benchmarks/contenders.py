"""Who takes part is built and checked; one that is missing or wrong says so and is not timed."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.cases import Case, fault
from benchmarks.other_routes import other_routes

BARE, TANDEM = "bare callable", "Tandem"

Row = tuple[str, str, str | None]  # name, file in benchmarks/peers, distribution


@dataclass
class Contender:
    """One framework in one world, with an application for each number of middlewares and routes."""

    name: str
    module: str  # the file in benchmarks/peers
    distribution: str | None  # whose version is shown; None has none of its own
    apps: dict[tuple[tuple[str, ...], int], Any] = field(default_factory=dict)  # by marks, routes
    faults: dict[str, str] = field(default_factory=dict)  # case name -> what is wrong

    @property
    def version(self) -> str:
        """The installed version; nothing where there is none."""
        try:
            return version(self.distribution) if self.distribution else ""
        except PackageNotFoundError:
            return ""

    def app(self, case: Case) -> Any:
        """The application that answers a case."""
        return self.apps[case.marks, case.routes]

    def build(self, cases: Sequence[Case], world: Any) -> None:
        """Build and start what the cases need; an ImportError is every case's fault."""
        try:
            build = import_module(f"benchmarks.peers.{self.module}").build
        except ImportError as error:
            self.faults = {case.name: f"not importable: {error}" for case in cases}
            return
        for marks, routes in {(case.marks, case.routes) for case in cases}:
            with root_logger_kept():
                app = self.apps[marks, routes] = build(other_routes(routes), marks)
                world.start(app)

    def check(self, case: Case, world: Any) -> None:
        """Ask once; what is wrong with the answer is kept, and the case not timed."""
        if case.name in self.faults:
            return
        try:
            found = fault(case, world.ask(self.app(case), case))
        except Exception as error:  # a contender's failure is a result, not ours
            found = f"raised {error!r}"
        if found:
            self.faults[case.name] = found


@contextmanager
def root_logger_kept() -> Iterator[None]:
    """Undo what is done to the root logger: Litestar's set-up makes BlackSheep write its log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
