"""The check of exercise 19: the choice and the baseline under the same mixed load, in one run."""

import statistics
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.compare.contenders import Contender, choose
from lab.compare.kinds import KINDS
from lab.compare.resources import usage
from lab.compare.target import Target
from lab.errors import WrongUsageError
from lab.learn.checks import Unmet, expect_that
from lab.load.generator import load_generator
from lab.load.job import Beside, Job
from lab.load.record import Record
from lab.processes import ServerStartError, running

BASELINE = ("gunicorn-sync", 1, 1)
SECONDS = 1.5  # of load
ATTEMPTS = 2  # where it is missed by little: the machine may be doing something else
LITTLE = 1.5
MOST_WORKERS, MOST_THREADS = 8, 256
LEAST_REASON = 40  # characters
LOOK = "in `report`"

# What is measured: how it is said, and the target as a ratio to the baseline's.
AT_LEAST = {"orders": ("orders a second", 6.0)}
AT_MOST = {"hello": ("the time of /hello", 1 / 3), "memory": ("memory", 2.5)}


@dataclass
class Figures:
    """What one configuration did."""

    orders: float  # a second
    hello: float  # milliseconds, half of them
    memory: float  # MB; 0 where it is not known

    def ratio(self, name: str, baseline: "Figures") -> float:
        """A figure divided by the baseline's."""
        own, its = getattr(self, name), getattr(baseline, name)
        return float(own / its) if its else 0.0


measured: dict[str, Figures] = {}  # "baseline" and "choice"; the last check looks at them again


def check_there_is_such_a_configuration(exercise: ModuleType) -> None:
    """The report names a configuration that there is."""
    chosen(exercise)


def check_it_meets_the_target(exercise: ModuleType) -> None:
    """The mixed load: more orders, a quicker hello, and not much more memory."""
    choice, folder = chosen(exercise), Path(exercise.__file__ or "").parent
    for attempt in range(1, ATTEMPTS + 1):
        measured["baseline"] = under_load(contender(*BASELINE), folder)
        measured["choice"] = under_load(choice, folder)
        unmet, missed_by = what_is_unmet(measured["choice"], measured["baseline"])
        if unmet is None:
            return
        if missed_by > LITTLE or attempt == ATTEMPTS:
            raise unmet


def check_the_report_says_why(exercise: ModuleType) -> None:
    """The report says why, in words and in figures of your own."""
    because, figures = exercise.report.because, exercise.report.figures
    expect_that(
        isinstance(because, str) and len(because) >= LEAST_REASON,
        what="`because`",
        wanted=f"a sentence or two, {LEAST_REASON} characters at least",
        came=repr(because)[:80],
        look=LOOK,
    )
    known = [*AT_LEAST, *AT_MOST]
    expect_that(
        isinstance(figures, dict)
        and len(figures) >= 2
        and set(figures) <= set(known)
        and all(is_pair(pair) for pair in figures.values()),
        what="`figures`",
        wanted=f"at least two of {', '.join(known)}, each with the baseline's figure and yours",
        came=repr(figures)[:120],
        look=f"{LOOK}: for example figures={{'orders': (9.5, 200.0), ...}}",
    )
    for name, (baseline, choice) in figures.items():
        here = measured["choice"].ratio(name, measured["baseline"])
        expect_that(
            here == 0 or 1 / 1.5 < here < 1.5 or (choice > baseline) == (here > 1),
            what=f"figures[{name!r}]",
            wanted=f"the same order as in the run just now, where yours was {here:.2f} times its",
            came=f"the baseline {baseline:g}, your choice {choice:g}",
            look=f"{LOOK}: the baseline's figure comes first",
        )


def chosen(exercise: ModuleType) -> Contender:
    """The configuration of the report; Unmet where there is none such."""
    report: Any = getattr(exercise, "report", None)
    try:
        name, workers, threads = report.contender, report.workers, report.threads
    except AttributeError as error:
        raise Unmet("`report`", "a LabReport", repr(report), "in exercise.py") from error
    for what, number, most in (
        ("workers", workers, MOST_WORKERS),
        ("threads", threads, MOST_THREADS),
    ):
        is_good = isinstance(number, int) and 1 <= number <= most
        expect_that(is_good, what=f"`{what}`", wanted=f"1 to {most}", came=repr(number), look=LOOK)
    expect_that(
        (name, workers) != BASELINE[:2],
        what="the configuration",
        wanted="another one than the baseline itself",
        came=f"{name}, {workers} worker",
        look="measure some: tandem compare app --workload mixed --contender gunicorn-sync ...",
    )
    return contender(name, workers, threads)


def contender(name: Any, workers: int, threads: int) -> Contender:
    """A contender of `tandem compare`, ready to be started; Unmet where there is none such."""
    options = [kind.option for kind in KINDS if not kind.missing]
    if name not in options:
        raise Unmet("`contender`", f"one of {', '.join(options)}", repr(name), LOOK)
    try:
        return choose([Target("app")], [f"{name}:{workers}"], threads=threads)[0]
    except WrongUsageError as error:
        raise Unmet("the configuration", "one that can be served", str(error), LOOK) from error


def under_load(configuration: Contender, folder: Path) -> Figures:
    """What a configuration did under the mixed load."""
    try:
        with running(
            configuration.command, cwd=folder, env=configuration.environment(), ready="/"
        ) as server:
            orders, hello = mixed_load(server.port)
            memory = usage(server.pid).memory_bytes or 0
    except ServerStartError as error:
        raise Unmet(configuration.shown, "a server that starts", str(error)[-300:], LOOK) from error
    failed = orders.errors or hello.errors
    if failed or not hello.answered:
        came = f"{failed or 'no answers'}"
        raise Unmet(f"answers of {configuration.name}", "only 2xx", came, LOOK)
    return Figures(
        orders.answered / orders.seconds,
        statistics.median(hello.latencies()) * 1000,
        memory / 1e6,
    )


def mixed_load(port: int) -> tuple[Record, Record]:
    """All clients at once: 24 for orders, two for invoices, one in a hurry."""
    orders = Job(port, "/orders", connections=24, seconds=SECONDS, timeout=20)
    hello = Job(
        port, "/hello", connections=4, seconds=SECONDS, rate=20, timeout=20,
        beside=Beside("/invoice", 2),
    )  # fmt: skip
    with load_generator() as first, load_generator() as second, ThreadPoolExecutor(2) as pool:
        asked = pool.submit(first.run, orders), pool.submit(second.run, hello)
        return asked[0].result(), asked[1].result()


def what_is_unmet(choice: Figures, baseline: Figures) -> tuple[Unmet | None, float]:
    """The first part of the target that is not met, and how many times it is missed."""
    for names, is_least in ((AT_LEAST, True), (AT_MOST, False)):
        for name, (said, target) in names.items():
            ratio = choice.ratio(name, baseline)
            if (ratio < target) if is_least else (ratio > target):
                unmet = Unmet(
                    f"{said}, divided by the baseline's",
                    f"{target:.2g} or {'more' if is_least else 'less'}",
                    f"{ratio:.2f} ({getattr(choice, name):.4g} and {getattr(baseline, name):.4g})",
                    "which part of the load is that, and what does it wait for?",
                )
                return unmet, target / max(ratio, 1e-9) if is_least else ratio / target
    return None, 1.0


def is_pair(value: Any) -> bool:
    """Whether these are two figures."""
    return (
        isinstance(value, tuple | list)
        and len(value) == 2
        and all(isinstance(figure, int | float) and figure > 0 for figure in value)
    )
