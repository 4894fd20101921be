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
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch(shop)) for shop in shops]
    except TimeoutError as error:
        raise Unavailable(f"not all have answered within {seconds} s") from error
    except ExceptionGroup as group_of_errors:
        raise Unavailable(f"{group_of_errors.exceptions[0]!r}") from group_of_errors
    return [task.result() for task in tasks]


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
