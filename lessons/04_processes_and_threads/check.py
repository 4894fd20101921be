"""Lesson 4: gunicorn runs with the settings, and ten requests have to meet at a barrier."""

from pathlib import Path
from types import ModuleType

from lab.learn.checks import Unmet, expect_that
from lab.learn.checks.barrier import Barrier
from lab.learn.checks.calling import described
from lab.learn.checks.load import at_once
from lab.learn.checks.serving import on_gunicorn

LOOK = "`workers` and `threads` in exercise.py"
IN_FLIGHT = 10
MOST_PROCESSES = 2
BURSTS = 3  # which process takes which request is chance: once may be luck
PATIENCE = 2.0  # seconds, that those who have come to the barrier wait for the others


def check_the_settings_are_numbers(exercise: ModuleType) -> None:
    """`workers` and `threads` are numbers of 1 or more."""
    for name in ("workers", "threads"):
        value = getattr(exercise, name, 1)  # 1 is what gunicorn takes, where a file says nothing
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        came = described(value) if value is not None else "None"
        expect_that(is_count, what=f"`{name}`", wanted="a number, 1 or more", came=came, look=LOOK)


def check_there_is_memory_for_them(exercise: ModuleType) -> None:
    """There are two processes at most."""
    workers = getattr(exercise, "workers", 1)
    wanted = f"{MOST_PROCESSES} at most: each is a whole Python with your application in it"
    met = workers <= MOST_PROCESSES
    expect_that(met, what="`workers`", wanted=wanted, came=str(workers), look=LOOK)


def check_ten_are_in_flight(exercise: ModuleType) -> None:
    """Ten requests are in flight at the same time, three times in a row."""
    with (
        Barrier(IN_FLIGHT, PATIENCE) as barrier,
        on_gunicorn(
            "lab.learn.checks.meeting:application",
            *("--config", "exercise.py"),
            folder=Path(exercise.__file__ or "").parent,
            variables=barrier.variables,
        ) as server,
    ):
        for burst in range(1, BURSTS + 1):
            at_once(server.port, "/meet", clients=IN_FLIGHT)
            if not barrier.opened:
                raise Unmet(
                    f"burst {burst} of {BURSTS}, on gunicorn --config exercise.py",
                    f"{IN_FLIGHT} requests in flight at the same time",
                    f"{barrier.most} at most; the others stood in a queue",
                    _advice(exercise),
                )
            barrier.reset()


def _advice(exercise: ModuleType) -> str:
    workers, threads = (getattr(exercise, name, 1) for name in ("workers", "threads"))
    if workers * threads < IN_FLIGHT:
        return f"{LOOK}: {workers} x {threads} is less than {IN_FLIGHT}"
    return (
        f"{LOOK}: {workers} x {threads} is {workers * threads}, but each process has a queue of "
        "its own, and one may get more requests than it has threads"
    )
