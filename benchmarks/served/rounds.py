"""Everyone behind one kind of server at the same time, loaded in turn, round by round.

What the machine does meanwhile falls on all of them; a ratio to the bare callable is taken within
a round. Loopback only, and bounded.
"""

import random
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from benchmarks.contenders import Row
from benchmarks.served.kinds import Kind, environment
from benchmarks.served.load import Load
from lab.compare.resources import process_tree, usage
from lab.errors import LabError
from lab.processes import Server, running

PROJECT = Path(__file__).parent.parent.parent
PATH = "/text"


@dataclass
class Taken:
    """What was taken of one contender on one kind of server."""

    rates: list[float] = field(default_factory=list)  # requests a second, round by round
    cpu: list[float] = field(default_factory=list)  # microseconds of the server a request
    memory: int | None = None  # PSS of its worker at the end, in bytes
    fault: str = ""


@contextmanager
def serving(kind: Kind, rows: Sequence[Row]) -> Generator[tuple[dict[str, Server], dict[str, str]]]:
    """A server for each, by name; and what is wrong with those that could not be used."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        faults: dict[str, str] = {}
        for name, module, _ in rows:
            try:
                server = stack.enter_context(
                    running(kind.command, cwd=PROJECT, env=environment(module), ready=PATH)
                )
                check(f"{server.url}{PATH}")
            except LabError as error:
                faults[name] = str(error)
            else:
                servers[name] = server
        yield servers, faults


def check(url: str) -> None:
    """A wrong answer is not worth a rate. Raises LabError."""
    try:
        with urlopen(url, timeout=10) as response:
            body = response.read()
    except OSError as error:
        raise LabError(f"wanted an answer of {url}; got {error}") from error
    if body != b"Hello, world!":
        raise LabError(f"wanted b'Hello, world!' of {url}; got {body[:60]!r}")


def load_rounds(
    servers: dict[str, Server],
    taken: dict[str, Taken],
    load: Load,
    rounds: int,
    advance: Callable[[], object],
) -> None:
    """Load each once in each round, in an order that is shuffled anew; round 0 warms up.

    Who does not answer rightly under load is out from then on, and its fault is kept.
    """
    for number in range(rounds + 1):
        right = [name for name in servers if not taken[name].fault]
        for name in random.sample(right, len(right)):
            try:
                one_stretch(servers[name], taken[name], load, counts=number > 0)
            except LabError as error:
                taken[name] = Taken(fault=str(error))
            advance()
    for name, server in servers.items():
        if not taken[name].fault:
            taken[name].memory = worker_memory(server.pid)


def one_stretch(server: Server, taken: Taken, load: Load, counts: bool) -> None:
    """A second of load on one server."""
    before = usage(server.pid)
    found = load(f"{server.url}{PATH}", 1)
    spent = usage(server.pid).cpu_since(before)
    if counts:
        taken.rates.append(found.rate)
        if spent is not None:
            taken.cpu.append(spent / found.requests * 1e6)


def worker_memory(pid: int) -> int | None:
    """The PSS of the process that does the work: the largest of the tree that has no children."""
    members = process_tree(pid)
    leaves = [member for member in members if process_tree(member) == [member]]
    sizes = [size for leaf in leaves if (size := usage(leaf).memory_bytes) is not None]
    return max(sizes, default=None)
