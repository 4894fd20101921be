"""`python -m benchmarks.servers`: the text route on real servers, Tandem beside the bare callable.

The two are served at the same time by two servers of the same kind, and loaded in turn, in pairs
whose order alternates: what the machine does meanwhile falls on both. Loopback only.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from rich.console import Console

from benchmarks.machine import machine
from benchmarks.wrk import CONNECTIONS, WrkError, rate, require_wrk
from lab.errors import LabError
from lab.processes import running

PROJECT = Path(__file__).parent.parent
GUNICORN = "-m gunicorn --workers 1 --worker-class sync --bind 127.0.0.1:{port} --log-level warning"
UVICORN = "-m uvicorn --host 127.0.0.1 --port {port} --log-level warning --no-access-log --factory"


@dataclass(frozen=True)
class Kind:
    """A server, and how it serves each of the two."""

    name: str
    options: str
    bare: str
    tandem: str
    remark: str

    def command(self, target: str) -> list[str]:
        """The command line; {port} is filled in by `running`."""
        return [sys.executable, *self.options.split(), target]


KINDS = (
    Kind(
        name="gunicorn",
        options=GUNICORN,
        bare="benchmarks.served:bare_application()",
        tandem="benchmarks.served:tandem_application()",
        remark="closes each connection after its answer",
    ),
    Kind(
        name="uvicorn",
        options=UVICORN,
        bare="benchmarks.served:bare_app",
        tandem="benchmarks.served:tandem_app",
        remark="connections are kept",
    ),
)


@dataclass(frozen=True)
class Pair:
    """Two rates, taken one right after the other."""

    bare: float  # requests a second
    tandem: float


def main() -> int:
    """Run what the command line asks for; the exit code."""
    asked = _parser().parse_args()
    # As an exception, so that the servers are ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    try:
        require_wrk()
        console.print("{python}, {processor}, {cores} cores, load {load}".format(**machine()))
        console.print(
            f"wrk, 1 thread, {CONNECTIONS} connections; "
            f"{asked.pairs} pairs of {asked.seconds} s; median (lowest-highest)"
        )
        for kind in KINDS:
            if asked.only in {None, kind.name}:
                report(kind, paired(kind, asked.pairs, asked.seconds, console.print), console)
    except (WrkError, LabError) as error:
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped")
        return 130
    return 0


def paired(kind: Kind, pairs: int, seconds: int, tell: Callable[[str], object]) -> list[Pair]:
    """The rates of every pair, after a second of warming up."""
    bare_command, tandem_command = kind.command(kind.bare), kind.command(kind.tandem)
    with (
        running(bare_command, cwd=PROJECT, ready="/text") as bare,
        running(tandem_command, cwd=PROJECT, ready="/text") as tandem,
    ):
        urls = (f"{bare.url}/text", f"{tandem.url}/text")
        for url in urls:
            _check(url)
            rate(url, seconds=1)
        taken = []
        for number in range(pairs):
            taken.append(_one_pair(*urls, seconds, tandem_first=bool(number % 2)))
            tell(f"[dim]{kind.name}, pair {number + 1} of {pairs}: {_line(taken[-1])}[/]")
    return taken


def report(kind: Kind, pairs: list[Pair], console: Console) -> None:
    """The medians with their ranges, and the median of the pairs' ratios."""
    console.print(f"[bold]{kind.name}[/] ({kind.remark})")
    for name, rates in (
        ("bare callable", [pair.bare for pair in pairs]),
        ("Tandem", [pair.tandem for pair in pairs]),
    ):
        low, high = min(rates), max(rates)
        console.print(f"  {name:14} {median(rates):>8,.0f} requests/s  ({low:,.0f}-{high:,.0f})")
    ratios = [pair.tandem / pair.bare for pair in pairs]
    low, high = min(ratios), max(ratios)
    console.print(f"  Tandem / bare  {median(ratios):>8.3f}             ({low:.3f}-{high:.3f})")


def _one_pair(bare_url: str, tandem_url: str, seconds: int, tandem_first: bool) -> Pair:
    if tandem_first:
        tandem = rate(tandem_url, seconds)
        return Pair(bare=rate(bare_url, seconds), tandem=tandem)
    bare = rate(bare_url, seconds)
    return Pair(bare=bare, tandem=rate(tandem_url, seconds))


def _line(pair: Pair) -> str:
    return f"bare {pair.bare:,.0f}, Tandem {pair.tandem:,.0f}, ratio {pair.tandem / pair.bare:.3f}"


def _check(url: str) -> None:
    """A wrong answer is not worth a rate."""
    try:
        with urlopen(url, timeout=10) as response:
            body = response.read()
    except OSError as error:
        raise WrkError(f"wanted an answer of {url}; got {error}") from error
    if body != b"Hello, world!":
        raise WrkError(f"wanted b'Hello, world!' of {url}; got {body[:60]!r}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.servers", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--pairs", type=int, default=15, help="of runs of wrk (15)")
    parser.add_argument("--seconds", type=int, default=2, help="a run of wrk (2)")
    parser.add_argument("--only", choices=[kind.name for kind in KINDS], help="one of the servers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
