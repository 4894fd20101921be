"""A shop: pages that wait for a database, pages that compute, and a page for who is in a hurry.

gunicorn app:application      uvicorn app:app      python app.py
"""

import asyncio

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


def render(numbers: int) -> str:
    """Work for the processor: 10,000 numbers are a millisecond or so."""
    return str(sum(number * number for number in range(numbers)))


@site.get("/quick")
async def quick() -> str:
    """A page whose query takes 5 ms."""
    await asyncio.sleep(0.005)
    return render(10_000)


@site.get("/slow")
async def slow() -> str:
    """The same page with a query that takes 0.6 s."""
    await asyncio.sleep(0.6)
    return render(10_000)


@site.get("/orders")
async def orders() -> str:
    """Mostly a query: 0.1 s."""
    await asyncio.sleep(0.1)
    return render(1_000)


@site.get("/invoice")
def invoice() -> str:
    """All work, and no wait: some 30 ms."""
    return render(400_000)


@site.get("/hello", inline=True)
def hello() -> str:
    """For who is in a hurry."""
    return "hello\n"


site.get("/", inline=True)(hello)


@workload("quick-query")
def quick_query() -> Ask:
    """How long the page takes with a query of 5 ms, twenty times a second."""
    return Ask("/quick", rate=20)


@workload("slow-query")
def slow_query() -> Ask:
    """How long the page takes with a query of 0.6 s, twenty times a second."""
    return Ask("/slow", rate=20)


@workload("mixed")
def mixed() -> Ask:
    """How many orders are answered while two clients want invoices."""
    return Ask("/orders", beside=Beside("/invoice", 2))


@workload("hurry")
def hurry() -> Ask:
    """How long who is in a hurry waits while two clients want invoices."""
    return Ask("/hello", rate=23, beside=Beside("/invoice", 2))


if __name__ == "__main__":
    serve(app)
