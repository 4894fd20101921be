"""`python -m lab.load`: jobs in, records out, each a line of JSON (stdin, stdout).

It ends when stdin ends, so it can't outlive the process that asks.
"""

import asyncio
import gc
import sys

from lab.load.drive import run
from lab.load.job import Job


def main() -> None:
    """Do one job after another."""
    gc.disable()  # a collection in the middle would look like a slow server
    for line in sys.stdin:
        record = asyncio.run(run(Job.from_json(line)))
        sys.stdout.write(record.to_json() + "\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main()
