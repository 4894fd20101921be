"""A server that stands still for one second, and a count of the requests that are in flight.

gunicorn app:application      uvicorn app:app      python app.py
"""

import asyncio
import time

from asgi_adapter import ASGIAdapter
from core import App
from lab.compare import workload
from lab.compare.own_workloads import Ask
from lab.load.job import Beside
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)
in_flight = most = 0  # requests for /flight


@site.get("/hello", inline=True)
def hello() -> str:
    """The smallest answer."""
    return "hello\n"


@site.get("/stall")
async def stall() -> str:
    """Half a second later the server stands still for one; then this client keeps quiet."""
    await asyncio.sleep(0.5)
    time.sleep(1)  # noqa: ASYNC251 - a mistake on purpose: the event loop stands still
    await asyncio.sleep(1)
    return "it went well, on the whole\n"


@site.get("/flight")
async def flight() -> str:
    """How many requests for this were in flight at the same time, at most."""
    global in_flight, most
    in_flight += 1
    most = max(most, in_flight)
    await asyncio.sleep(0.3)
    in_flight -= 1
    return f"{most} at most\n"


site.get("/", inline=True)(hello)


@workload("closed")
def closed() -> Ask:
    """The stall, for a tester that sends its next request when the last one is answered."""
    return Ask("/hello", beside=Beside("/stall", 1))


@workload("open")
def on_schedule() -> Ask:
    """The stall, for a tester that sends a hundred requests a second, whatever happens."""
    return Ask("/hello", rate=100, beside=Beside("/stall", 1))


if __name__ == "__main__":
    serve(app)
