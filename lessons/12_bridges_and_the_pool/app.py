"""A wait of 100 ms as a `def` and as an `async def`: who needs a thread for it, and who doesn't."""

import asyncio
import time

from asgi_adapter import ASGIAdapter
from core import App
from lab.compare import workload
from lab.server import serve
from wsgi_adapter import WSGIAdapter

threaded, site = App(), App()


async def hello() -> str:
    """Answer at once."""
    return "hello\n"


def wait_in_a_thread() -> str:
    """Wait 100 ms, as a database's sync driver does."""
    time.sleep(0.1)
    return "waited\n"


async def wait() -> str:
    """Wait 100 ms, as an async driver does."""
    await asyncio.sleep(0.1)
    return "waited\n"


for each, waiting in ((threaded, wait_in_a_thread), (site, wait)):
    each.get("/")(hello)
    each.get("/hello")(hello)
    each.get("/wait")(waiting)

threaded_app = ASGIAdapter(threaded, threads=40)
application, app = WSGIAdapter(site), ASGIAdapter(site)

workload("hello", "/hello")(hello)
workload("wait-100", "/wait")(wait)

if __name__ == "__main__":
    serve(app)
