"""Gunicorn with the settings that you name, and 64 clients that ask it for /wait at once.

    python burst.py --workers 4
    python burst.py --threads 64
    python burst.py --config exercise.py

Any options of gunicorn may stand there. It ends by itself.
"""

import sys

from lab.compare.resources import usage
from lab.learn.checks.load import at_once, seconds_in_all
from lab.learn.checks.serving import on_gunicorn

CLIENTS = 64


def main(options: list[str]) -> None:
    """Serve app.py, ask, and print how long the quickest burst took, and the memory after it."""
    with on_gunicorn("app:application", *options) as server:
        bursts = [seconds_in_all(at_once(server.port, "/wait", clients=CLIENTS)) for _ in range(2)]
        memory = usage(server.pid).memory_bytes  # of all processes; None where it is not known
    print("gunicorn", *options)
    print(f"  {CLIENTS} clients at once: {min(bursts):.2f} s until the last answer")
    print(f"  memory: {memory / 1e6:.1f} MB" if memory else "  memory: not known on this system")


if __name__ == "__main__":
    main(sys.argv[1:])
