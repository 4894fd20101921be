"""A database that has five connections, and what happens to a hundred and twenty requests.

    gunicorn app:application      uvicorn app:app      python app.py

`application` and `app` let everybody wait, in threads and on an event loop. `bounded` lets ten
wait, and says 503 to the rest.
"""

import asyncio
import threading
import time

from asgi_adapter import ASGIAdapter
from core import App, ServiceUnavailable
from lab.compare import workload
from lab.compare.own_workloads import Ask
from lab.server import serve
from wsgi_adapter import WSGIAdapter

CONNECTIONS = 5  # that the database allows
QUERY = 0.05  # seconds
LINE = 10  # requests that may wait for a connection, where the line is bounded

in_threads, on_a_loop, with_a_limit = App(), App(), App()
free = threading.Semaphore(CONNECTIONS)  # counts what is free; who finds 0 waits
free_on_the_loop = asyncio.Semaphore(CONNECTIONS)  # the same for tasks
door = asyncio.Semaphore(CONNECTIONS + LINE)  # who has a connection or waits for one


@in_threads.get("/query")
def query() -> str:
    """A thread waits for a connection, and then for the database."""
    with free:
        time.sleep(QUERY)
    return "a row\n"


@on_a_loop.get("/query")
async def query_on_the_loop() -> str:
    """A task waits for a connection, and then for the database."""
    async with free_on_the_loop:
        await asyncio.sleep(QUERY)
    return "a row\n"


@with_a_limit.get("/query")
async def query_or_refuse() -> str:
    """The same, unless ten are in line already: who would be the eleventh is told so at once."""
    if door.locked():
        raise ServiceUnavailable("too many are waiting", headers={"retry-after": "1"})
    async with door, free_on_the_loop:
        await asyncio.sleep(QUERY)
    return "a row\n"


for site in (in_threads, on_a_loop, with_a_limit):
    site.get("/", inline=True)(lambda: "ask for /query\n")


@workload("overload")
def overload() -> Ask:
    """Twice as many requests as five connections can answer."""
    return Ask("/query", rate=2 * CONNECTIONS / QUERY)


application = WSGIAdapter(in_threads)
app = ASGIAdapter(on_a_loop)
bounded = ASGIAdapter(with_a_limit)

if __name__ == "__main__":
    serve(app)
