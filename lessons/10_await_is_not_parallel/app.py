"""Five waits of 20 ms in one request: one after the other, or together."""

import asyncio

from asgi_adapter import ASGIAdapter
from core import App
from lab.compare import workload
from lab.server import serve
from wsgi_adapter import WSGIAdapter

SHOPS = ("north", "east", "south", "west", "centre")


async def price(shop: str) -> int:
    """What a shop asks, from a service that answers after 20 ms."""
    await asyncio.sleep(0.02)
    return len(shop)


async def one_by_one() -> list[int]:
    """Each price is awaited before the next is asked for."""
    return [await price(shop) for shop in SHOPS]


async def together() -> list[int]:
    """All prices are asked for, then awaited."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(price(shop)) for shop in SHOPS]
    return [task.result() for task in tasks]


waiting, site = App(), App()
waiting.get("/")(one_by_one)
waiting.get("/prices")(one_by_one)
site.get("/")(together)
site.get("/prices")(together)

slow_application, slow_app = WSGIAdapter(waiting), ASGIAdapter(waiting)
application, app = WSGIAdapter(site), ASGIAdapter(site)

workload("prices", "/prices")(price)

if __name__ == "__main__":
    serve(app)
