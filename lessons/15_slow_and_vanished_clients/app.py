"""A report that takes ten queries, and a count of the queries that were made.

gunicorn app:application      uvicorn app:app      python app.py
"""

import asyncio

from asgi_adapter import ASGIAdapter
from core import App
from lab.server import serve
from wsgi_adapter import WSGIAdapter

QUERY = 0.1  # seconds

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)
queries = 0  # that the database has answered


async def ask_database() -> None:
    """One query."""
    global queries
    await asyncio.sleep(QUERY)
    queries += 1


@site.get("/report")
async def report() -> str:
    """Ten queries, one after the other: a second."""
    for _ in range(10):
        await ask_database()
    return "the report\n"


@site.get("/wait")
async def wait() -> str:
    """One query."""
    await ask_database()
    return "a row\n"


@site.get("/queries", inline=True)
def count() -> str:
    """How many queries there were until now."""
    return f"{queries} queries\n"


@site.get("/hello", inline=True)
def hello() -> str:
    """Somebody who wants nearly nothing."""
    return "hello\n"


site.get("/", inline=True)(hello)

if __name__ == "__main__":
    serve(app)
