"""Five waits of 20 ms, counted: `python by_hand.py`."""

import asyncio
from time import perf_counter

from app import one_by_one, together


async def main() -> None:
    """Run each once, and say how long it took."""
    for function in (one_by_one, together):
        began = perf_counter()
        await function()
        print(f"{function.__name__:10} {(perf_counter() - began) * 1000:6.1f} ms")


asyncio.run(main())
