"""`python -m benchmarks.drip`: clients that send a byte now and then, and good requests meanwhile.

Half of the slow clients drip header fields, half a body. The server is to answer each with 408 when
its time is over, and all others as if the slow ones were not there. Loopback only, and bounded.
"""

import argparse
import asyncio
import http.client
import resource
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import quantiles
from typing import cast

from lab.errors import LabError
from lab.processes import running

PAUSE = 0.5  # seconds between two bytes
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
BODY = b"POST /tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
BATCH = 100  # clients that connect at a time
GIVE_UP = 30.0  # seconds


@dataclass
class Seen:
    """What the clients saw."""

    cut_after: list[float] = field(default_factory=list)  # seconds, of each that was answered 408
    otherwise: int = 0  # clients that something else became of


async def drip(port: int, clients: int) -> Seen:
    """Let so many clients drip until something becomes of each."""
    seen = Seen()
    dripping = []
    for number in range(clients):
        dripping.append(asyncio.create_task(_drip(port, HEAD if number % 2 else BODY, seen)))
        if number % BATCH == BATCH - 1:
            await asyncio.sleep(0.05)
    await asyncio.gather(*dripping)
    return seen


async def _drip(port: int, begin: bytes, seen: Seen) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(begin)
    answer = asyncio.ensure_future(reader.read(64))
    while not answer.done() and time.perf_counter() - began < GIVE_UP:
        await asyncio.wait((answer,), timeout=PAUSE)
        if not answer.done():
            writer.write(b"x")
    passed = time.perf_counter() - began
    if answer.done() and not answer.exception() and answer.result().startswith(b"HTTP/1.1 408 "):
        seen.cut_after.append(passed)
    else:
        answer.cancel()
        seen.otherwise += 1
    writer.close()


@contextmanager
def asking(port: int, interval: float = 0.01) -> Generator[Callable[[], list[float]]]:
    """A process of its own that asks good requests, one every so many seconds.

    Called in the end, it gives the latency of each, in seconds since it was due; raises where one
    was not answered 200. Of its own, so that it does not wait for the slow clients' event loop.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=ask, args=(port, interval, theirs))
    process.start()
    theirs.close()

    def latencies() -> list[float]:
        ours.send("stop")
        return cast(list[float], ours.recv())

    try:
        assert ours.recv() == "begun"
        yield latencies
    finally:
        ours.close()
        process.join(GIVE_UP)


def ask(port: int, interval: float, answers: Connection) -> None:
    """Ask until something is received; then send the latencies."""
    latencies: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP)
    answers.send("begun")
    due = time.perf_counter()
    while not answers.poll():
        connection.request("GET", "/hello")
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"a good request was answered {response.status}")
        now = time.perf_counter()
        latencies.append(now - due)
        due += interval
        time.sleep(max(0.0, due - now))
    answers.send(latencies)


def main() -> int:
    """Run what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drip", description=__doc__)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--face", choices=("wsgi", "asgi"), default="asgi")
    asked = parser.parse_args()
    resource.setrlimit(
        resource.RLIMIT_NOFILE,
        (asked.clients + 1_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
    )
    door = "application" if asked.face == "wsgi" else "app"
    command = [
        sys.executable, "-m", "lab.server", f"examples.tasks:{door}", "--port", "{port}",
        "--no-access-log", "--limit-connections", str(asked.clients + 100),
    ]  # fmt: skip
    try:
        with running(command, ready="/hello") as server:
            with asking(server.port) as latencies:
                time.sleep(2)
                alone = latencies()
            with asking(server.port) as latencies:
                seen = asyncio.run(drip(server.port, asked.clients))
                meanwhile = latencies()
    except LabError as error:
        print(error)  # noqa: T201
        return 1
    print(  # noqa: T201
        f"{len(seen.cut_after)} of {asked.clients} slow clients were answered 408, after "
        f"{min(seen.cut_after):.2f} to {max(seen.cut_after):.2f} s; "
        f"something else became of {seen.otherwise}\n"
        f"good requests before: {_told(alone)}\ngood requests meanwhile: {_told(meanwhile)}"
    )
    return 0


def _told(latencies: list[float]) -> str:
    cuts = quantiles(latencies, n=100)
    return (
        f"{len(latencies)}, all answered; median {cuts[49] * 1000:.1f} ms, "
        f"p99 {cuts[98] * 1000:.1f} ms, slowest {max(latencies) * 1000:.1f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
