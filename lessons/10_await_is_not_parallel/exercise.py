"""Exercise 10: ask all services at once, for no longer than a time, and leave nothing running.

`all_of` awaits `fetch(shop)` for every shop, all of them at the same time, and returns their
results in the order of `shops`. Where one of them raises, or where they have not all answered
within `seconds`, it raises Unavailable, and then none of them is running any more.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App, ServiceUnavailable
from wsgi_adapter import WSGIAdapter

Fetch = Callable[[str], Coroutine[Any, Any, int]]


class Unavailable(Exception):
    """Not every service has answered."""


async def all_of(fetch: Fetch, shops: Sequence[str], seconds: float) -> list[int]:
    """The results of `fetch` for all shops, in their order. Raises Unavailable."""
    # Your turn: a TaskGroup inside an `asyncio.timeout`, and Unavailable for what both may raise.
    return [await fetch(shop) for shop in shops]


site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)


async def price(shop: str) -> int:
    """What a shop asks, from a service that answers after 20 ms."""
    await asyncio.sleep(0.02)
    return len(shop)


@site.get("/")
async def prices() -> list[int]:
    """The prices of five shops."""
    try:
        return await all_of(price, ("north", "east", "south", "west", "centre"), 0.5)
    except Unavailable as error:
        raise ServiceUnavailable from error
