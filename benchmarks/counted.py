"""What `benchmarks.budget` has valgrind count: so many calls of Tandem and of the bare callable.

A call of `mark` begins a new count, and ends it, for callgrind is told to write down at each call
of that function of the C library (`--dump-before`) how many instructions there were since the last.
"""

import gc
import os
import sys
from typing import Any

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import CASES
from benchmarks.contenders import BARE, TANDEM, Contender
from benchmarks.wsgi_exchange import WSGIWorld

mark = os.getloadavg
MARK = "getloadavg"  # as the C library calls it; no framework does

WARM_UP = 200  # calls, until the interpreter has adapted its instructions (PEP 659)
CALLS = 500

# The counted blocks in their order: (world, case, contender).
BLOCKS = [
    (world, case, name)
    for world in (WSGIWorld, ASGIWorld)
    for case in CASES
    for name in (BARE, TANDEM)
]


def main() -> None:
    """Call everything, with a mark before each block that counts, and one after it."""
    contenders: dict[tuple[str, str], Contender] = {}
    with WSGIWorld() as wsgi, ASGIWorld() as asgi:
        worlds: dict[str, Any] = {world.name: world for world in (wsgi, asgi)}
        for world in worlds.values():
            for name, kind in ((BARE, "bare"), (TANDEM, "tandem")):
                contender = Contender(name, f"{kind}_{world.name.lower()}", None)
                contender.build(CASES, world)
                contenders[world.name, name] = contender
        gc.freeze()
        for world_class, case, name in BLOCKS:
            world, contender = worlds[world_class.name], contenders[world_class.name, name]
            contender.check(case, world)
            if contender.faults:
                sys.exit(f"{name} on {world.name}: {contender.faults}")
            app = contender.app(case)
            world.block(app, case, WARM_UP)
            gc.collect()
            mark()
            world.block(app, case, CALLS)
            mark()


if __name__ == "__main__":
    main()
