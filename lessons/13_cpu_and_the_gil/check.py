"""The check of exercise 13: where the sum is made, and who waits for it."""

import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
from concurrent.futures import Executor
from multiprocessing.pool import Pool
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any, cast

from core.worlds import World
from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.asking import asked, client_of
from lab.learn.checks.calling import run_to_its_end
from lab.testing import Client

SUM = sum(number * number for number in range(400_000))
ATTEMPTS = 3  # at the ratio: the machine may be doing something else at one of them
MOST_RATIO = 3.0
STARTED_BY = """
import multiprocessing, os, sys
multiprocessing.set_start_method(sys.argv[1])
import exercise
from lab.learn.checks.asking import asked
made_in = asked(exercise, "/cpu").json()["process"]
sys.exit(0 if made_in != os.getpid() else "it was made in the process of the server")
"""


def check_the_import_starts_nothing(exercise: ModuleType) -> None:
    """The import makes no pool and starts no process."""
    pools = [name for name, value in vars(exercise).items() if isinstance(value, Executor | Pool)]
    expect(
        pools,
        [],
        what="pools that the module has made while it was imported",
        look="make it in a function that is called by `cpu`; a name of the module is set when the "
        "module is imported, also in a process that is only about to fork",
    )
    expect(
        len(multiprocessing.active_children()),
        0,
        what="processes that the import has started",
        look="the lines outside of all functions in exercise.py",
    )


def check_the_sum_is_made_in_another_process(exercise: ModuleType) -> None:
    """Through both doors, the sum is right and made in another process."""
    for world in ("asgi", "wsgi"):
        answer = computed(exercise, world)
        expect(answer["sum"], SUM, what=f"the sum ({world})", look="in `cpu`")
        expect_that(
            answer["process"] != os.getpid(),
            what=f"where /cpu was computed ({world})",
            wanted="another process",
            came="the process of the server itself, on its event loop or in one of its threads",
            look="in `cpu`: the executors of `concurrent.futures`, of which one has processes",
        )


def check_the_pool_is_kept(exercise: ModuleType) -> None:
    """The next requests use the processes of the first."""
    requests = min(os.cpu_count() or 1, 61) + 1
    processes = {computed(exercise, "asgi")["process"] for _ in range(requests)}
    expect_that(
        len(processes) < requests,
        what=f"processes that have answered {requests} requests, one after another",
        wanted="the few of one pool",
        came=f"{len(processes)}, a new one for each request",
        look="a process takes longer to start than the sum takes: keep the pool, for example in "
        "a function under `functools.cache`",
    )


def check_it_works_however_processes_start(exercise: ModuleType) -> None:
    """It works under fork and under spawn."""
    folder = Path(exercise.__file__ or "").parent
    for method in ("fork", "spawn"):
        try:
            done = subprocess.run(
                [sys.executable, "-c", STARTED_BY, method],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=8,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(["", *sys.path])},
            )
            came = (done.stderr.strip().splitlines() or ["an exit without a word"])[-1]
        except subprocess.TimeoutExpired:
            came = "no answer in 8 s"
        else:
            if done.returncode == 0:
                continue
        raise Unmet(
            f"GET /cpu with processes started by {method}",
            "an answer",
            came,
            "what is sent to another process is a function that stands in the module, by its name",
        )


def check_health_does_not_wait(exercise: ModuleType) -> None:
    """/health takes less than 3 times as long while a sum is made."""
    ratios = list[float]()
    for _ in range(ATTEMPTS):
        ratios.append(run_to_its_end(exercise, "/health beside /cpu", lambda: ratio_of(exercise)))
        if ratios[-1] < MOST_RATIO:
            return
    raise Unmet(
        "/health beside /cpu, divided by /health alone (medians)",
        f"less than {MOST_RATIO:.0f}",
        f"{min(ratios):.0f}",
        "in `cpu`: something there waits without `await`, and the event loop waits with it "
        "(`.result()`, or a `with` around a pool, do)",
    )


def computed(exercise: ModuleType, world: str) -> dict[str, int]:
    """What /cpu answers."""
    answer = asked(exercise, "/cpu", world=cast(World, world), look="in `cpu`")
    try:
        said: Any = answer.json()
        return {"sum": said["sum"], "process": said["process"]}
    except (ValueError, TypeError, KeyError) as error:
        raise Unmet(
            "the body of /cpu", "what `compute` returns", answer.text, "in `cpu`"
        ) from error


async def ratio_of(exercise: ModuleType) -> float:
    """How much longer /health takes while a sum is made."""
    client = client_of(exercise, "asgi")
    await client.request_async("GET", "/cpu")  # whatever is made at the first request
    alone = [await asked_health(client) for _ in range(25)]
    sum_is_made = asyncio.create_task(client.request_async("GET", "/cpu"))
    beside = [await asked_health(client)]
    while not sum_is_made.done() and len(beside) < 100:
        beside.append(await asked_health(client))
    await sum_is_made
    return statistics.median(beside) / statistics.median(alone)


async def asked_health(client: Client) -> float:
    """Seconds from when /health was due until it was answered."""
    due = perf_counter()
    await asyncio.sleep(0)  # here it is due, and the loop has its turn
    await client.request_async("GET", "/health")
    return perf_counter() - due
