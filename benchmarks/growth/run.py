"""Every growth: timed or counted, printed, kept."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from benchmarks.asked import Size
from benchmarks.contenders import BARE
from benchmarks.growth.comparisons import Growth, growths
from benchmarks.growth.connections import (
    KEEP_ALIVE,
    WEBSOCKETS,
    Held,
    descriptors,
    memory_by_number,
)
from benchmarks.growth.lines import line
from benchmarks.in_process.figures import Figure, Figures
from benchmarks.in_process.run import timed
from benchmarks.progress import progress
from benchmarks.report.growth import growth_table
from benchmarks.served.summed import spread

CONNECTIONS = (10, 100, 1_000, 10_000)
ROUNDS = 3  # of connections


def run(size: Size, peers: list[str] | None, console: Console, kept: dict[str, Any]) -> None:
    """Measure all of them; what is to be written is in `kept` as soon as there is something."""
    for growth in growths(peers, size.most_bytes):
        kept[growth.name] = _in_process(growth, size, console)
        console.print(growth_table(kept[growth.name]))
    with descriptors(size.most_connections) as most:
        if most < size.most_connections:
            console.print(f"[red]the limit of descriptors allows {most:,} connections[/]")
        for name, title, servers in (
            ("keep-alive", "idle connections, kept alive", KEEP_ALIVE),
            ("websockets", "idle WebSockets", WEBSOCKETS),
        ):
            kept[name] = _connections(title, servers, numbers_to(most), console)
            console.print(growth_table(kept[name]))


def numbers_to(most: int) -> list[int]:
    """How many connections are measured: those of CONNECTIONS that are allowed, and the most."""
    return [number for number in CONNECTIONS if number < most] + [most]


def _in_process(growth: Growth, size: Size, console: Console) -> dict[str, Any]:
    """One comparison of sizes; who is wrong in one of them has no line, and the fault is told."""
    contenders, figures = timed(growth.comparison, size.growth, console)
    for contender in contenders:
        for case, fault in contender.faults.items():
            console.print(f"[red]{contender.name}[/], {growth.title} {case}: {fault}")
    return {
        "title": growth.title,
        "axis": growth.axis,
        "unit": "us a call" if growth.of_call else "us over the bare callable",
        "lines": _lines(growth, figures),
    }


def _lines(growth: Growth, figures: Figures) -> dict[str, Any]:
    lines = {}
    for name, *_ in growth.comparison.rows:
        row = [figures.get(str(size), {}).get(name) for size in growth.sizes]
        if name == BARE and not growth.of_call:
            continue
        found = [figure for figure in row if figure is not None]
        if len(found) == len(growth.sizes):
            lines[name] = line(growth.sizes, [_spread(growth, figure) for figure in found])
    return lines


def _spread(growth: Growth, figure: Figure) -> dict[str, float]:
    floor = 0.0 if growth.of_call else figure.median - figure.cost
    return {
        "median": figure.median - floor,
        "lowest": figure.quarter - floor,
        "highest": figure.three_quarters - floor,
    }


def _connections(
    title: str, servers: Sequence[Held], numbers: Sequence[int], console: Console
) -> dict[str, Any]:
    """The memory of each server, of several rounds, in turn."""
    servers = [held for held in servers if not held.kind.missing]
    found: dict[str, list[list[float]]] = {held.name: [] for held in servers}
    with progress(console, title, ROUNDS * len(servers) * len(numbers)) as advance:
        for _ in range(ROUNDS):
            for held in servers:
                found[held.name].append(memory_by_number(held, numbers, advance))
    lines = {}
    for name, rounds in found.items():
        spreads = [
            spread([taken / 1e6 for taken in column]) for column in zip(*rounds, strict=True)
        ]
        lines[name] = line(numbers, [each for each in spreads if each])
        most = numbers[-1]
        lines[name]["bytes a connection"] = spread([taken[-1] / most for taken in rounds])
    return {"title": title, "axis": "connections", "unit": "MB of the worker", "lines": lines}
