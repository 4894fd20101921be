"""Every kind of server in turn: loaded, printed, kept."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from benchmarks.progress import progress
from benchmarks.report.servers import servers_table
from benchmarks.rows import rows_of
from benchmarks.served.kinds import KINDS, Kind
from benchmarks.served.load import Load, load_name, loading
from benchmarks.served.rounds import Taken, load_rounds, serving
from benchmarks.served.summed import summed
from benchmarks.wrk import CONNECTIONS


def run(rounds: int, peers: Sequence[str] | None, console: Console, kept: dict[str, Any]) -> None:
    """Load all of them; what is to be written is in `kept`, also where this is cut short."""
    console.print(
        f"[bold]On servers[/]: {load_name()}, {CONNECTIONS} connections; "
        f"{rounds} rounds of 1 s; median (lowest-highest)"
    )
    with loading() as load:
        for kind in KINDS:
            if kind.missing:
                console.print(f"{kind.name} is left out: pip install {' '.join(kind.missing)}")
                continue
            _run_kind(kind, rounds, peers, load, console, kept)


def _run_kind(
    kind: Kind,
    rounds: int,
    peers: Sequence[str] | None,
    load: Load,
    console: Console,
    kept: dict[str, Any],
) -> None:
    rows = rows_of(kind.rows, list(peers) if peers else None)
    console.print(f"[dim]{kind.name}: {len(rows)} servers are started[/]")
    with serving(kind, rows) as (servers, faults):
        taken = {name: Taken(fault=faults.get(name, "")) for name, _, _ in rows}
        total = (rounds + 1) * len(servers)
        try:
            with progress(console, f"{kind.name}, {len(servers)} contenders", total) as advance:
                load_rounds(servers, taken, load, rounds, advance)
        finally:
            figures = kept[kind.name] = summed(kind, taken)
    console.print(servers_table(kind.name, figures))
    for name, fault in figures["faults"].items():
        console.print(f"{name}: {fault}", markup=False, style="dim")
