"""Exercise 13: `/cpu` may keep a core busy, but it must not hold up `/health`.

`compute` says in which process it ran. Now that is the process of the server itself, and its
event loop stands still meanwhile. Give the work to a pool of processes:

- the pool is made at the first request, not at the import, and kept for the next ones;
- it works whether processes are started by fork or by spawn.
"""

import os

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)


def compute(numbers: int = 400_000) -> dict[str, int]:
    """The sum of so many squares, and the process that has made it."""
    return {"sum": sum(number * number for number in range(numbers)), "process": os.getpid()}


@site.get("/health", inline=True)
def health() -> str:
    """Whoever asks wants to know at once."""
    return "well"


@site.get("/cpu")
async def cpu() -> dict[str, int]:
    """A sum of squares, made in another process."""
    # Your turn: have `compute` called in a process of a pool, and await its result.
    return compute()
