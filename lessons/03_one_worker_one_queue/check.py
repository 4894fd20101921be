"""Lesson 3: a prediction, held against arithmetic first, and then against gunicorn."""

from pathlib import Path
from types import ModuleType

from lab.learn.checks import Unmet, expect_that
from lab.learn.checks.calling import called, described
from lab.learn.checks.load import at_once, seconds_in_all
from lab.learn.checks.serving import on_gunicorn

LOOK = "in `seconds_in_all` of exercise.py"
APP = Path(__file__).parent  # the lesson's own folder, with app.py
TOLERANCE = 0.25  # of what was measured
TRIES = 3  # a machine may be busy with something else for a moment


def check_one_worker_answers_one_after_another(exercise: ModuleType) -> None:
    """One worker answers everybody, one after another."""
    _expect(exercise, 64, 0.05, 1, wanted=3.2, because="64 times 50 ms")
    _expect(exercise, 1, 0.05, 1, wanted=0.05, because="one request")


def check_workers_share_the_requests(exercise: ModuleType) -> None:
    """Several workers share the requests, and the last round may not be full."""
    _expect(exercise, 64, 0.05, 4, wanted=0.8, because="each of four answers 16")
    why = "two workers answer 2, and two answer 3: those are the last"
    _expect(exercise, 10, 0.1, 4, wanted=0.3, because=why)


def check_a_request_is_not_divided(exercise: ModuleType) -> None:
    """More workers than clients make no request shorter."""
    why = "a request is not divided among workers"
    _expect(exercise, 1, 0.05, 4, wanted=0.05, because=why)
    _expect(exercise, 3, 0.05, 100, wanted=0.05, because=why)


def check_gunicorn_agrees(exercise: ModuleType) -> None:
    """Gunicorn with two workers takes as long as you say, within 25 %."""
    clients, workers = 11, 2
    with on_gunicorn("app:application", "--workers", str(workers), folder=APP) as server:
        for tries_left in reversed(range(TRIES)):
            alone = min(seconds_in_all(at_once(server.port, "/wait", clients=1)) for _ in range(3))
            measured = seconds_in_all(at_once(server.port, "/wait", clients=clients))
            predicted = _predicted(exercise, clients, alone, workers)
            if abs(predicted - measured) <= TOLERANCE * measured:
                return
            if not tries_left:
                raise Unmet(
                    f"{clients} clients, {workers} workers, {1000 * alone:.0f} ms each",
                    f"within {TOLERANCE:.0%} of what gunicorn took, {measured:.2f} s",
                    f"{predicted:.2f} s, in {TRIES} tries",
                    f"{LOOK}; or the machine is busy with something else: check again",
                )


def _expect(
    exercise: ModuleType, clients: int, seconds: float, workers: int, *, wanted: float, because: str
) -> None:
    came = _predicted(exercise, clients, seconds, workers)
    expect_that(
        abs(came - wanted) < 1e-9,
        what=_call(clients, seconds, workers),
        wanted=f"{wanted:g}: {because}",
        came=f"{came:g}",
        look=LOOK,
    )


def _predicted(exercise: ModuleType, clients: int, seconds: float, workers: int) -> float:
    came = called(exercise, "seconds_in_all", clients, seconds, workers, look=LOOK)
    if not isinstance(came, (int, float)):
        raise Unmet(_call(clients, seconds, workers), "a number", described(came), LOOK)
    return came


def _call(clients: int, seconds: float, workers: int) -> str:
    return f"seconds_in_all(clients={clients}, seconds={seconds}, workers={workers})"
