"""`python -m benchmarks.own_server`: our own server beside others, one bare callable on each.

All of them run at the same time, and are loaded in turn, round by round: what the machine does
meanwhile falls on all. A ratio is taken within a round. Loopback only. The others are those that
are written in Python too; what a parser and a loop in C are worth, the last line shows.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.machine import machine
from benchmarks.wrk import CONNECTIONS, WrkError, rate, require_wrk
from lab.errors import LabError
from lab.processes import Server, running

PROJECT = Path(__file__).parent.parent
WSGI, ASGI = "benchmarks.bare:application", "benchmarks.bare:app"
WSGIREF = """
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from benchmarks.bare import application

WSGIServer.request_queue_size = 128  # its 5 would refuse clients
WSGIRequestHandler.log_message = lambda *_: None
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""
OWN_ASGI, OWN_WSGI = "own, ASGI", "own, WSGI"
OWN = ("-m", "lab.server", "--port", "{port}", "--no-access-log")
UVICORN = ("-m", "uvicorn", "--port", "{port}", "--no-access-log", ASGI)
CONTENDERS = {
    OWN_ASGI: (*OWN, ASGI),
    OWN_WSGI: (*OWN, WSGI),
    "wsgiref": ("-c", WSGIREF, "{port}"),
    "waitress": ("-m", "waitress", "--listen=127.0.0.1:{port}", WSGI),
    "hypercorn": ("-m", "hypercorn", "--bind", "127.0.0.1:{port}", ASGI),
    "uvicorn h11": (*UVICORN, "--http", "h11", "--loop", "asyncio"),
    "uvicorn httptools uvloop": (*UVICORN, "--http", "httptools", "--loop", "uvloop"),
}


def main() -> int:
    """Run what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_server", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each server in each round")
    asked = parser.parse_args()
    console = Console()
    try:
        require_wrk()
        console.print("{python}, {processor}, {cores} cores, load {load}".format(**machine()))
        console.print(f"wrk, 1 thread, {CONNECTIONS} connections; {asked.rounds} rounds")
        report(measured(asked.rounds, asked.seconds), console)
    except (WrkError, LabError) as error:
        console.print(str(error), markup=False)
        return 1
    return 0


def measured(rounds: int, seconds: int) -> dict[str, list[float]]:
    """Requests a second of each, round by round, after a second of warming up."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {
            name: stack.enter_context(
                running([sys.executable, *command], cwd=PROJECT, ready="/text")
            )
            for name, command in CONTENDERS.items()
        }
        for server in servers.values():
            rate(f"{server.url}/text", seconds=1)
        rates: dict[str, list[float]] = {name: [] for name in servers}
        for number in range(rounds):
            names = list(servers) if number % 2 else list(reversed(servers))
            for name in names:
                rates[name].append(rate(f"{servers[name].url}/text", seconds))
    return rates


def report(rates: dict[str, list[float]], console: Console) -> None:
    """Medians, and how many times as fast as each of the others ours is."""
    console.print(f"{'':26}{'requests/s':>12}{OWN_ASGI:>14}{OWN_WSGI:>14}   times as fast")
    for name, found in rates.items():
        ratios = [
            f"{median(mine / other for mine, other in zip(rates[own], found, strict=True)):>14.2f}"
            for own in (OWN_ASGI, OWN_WSGI)
        ]
        console.print(f"{name:26}{median(found):>12,.0f}{''.join(ratios)}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
