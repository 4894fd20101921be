"""Tandem with a `def` handler that never blocks, and says so: the event loop calls it itself."""

from asgi_adapter import ASGIAdapter
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.tandem_wsgi import marking, register
from core import App


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIAdapter:
    site = App()
    for mark in marks:
        site.middleware(marking(mark))
    register(site, others.before)

    @site.get("/text", inline=True)
    def text() -> str:
        return "Hello, world!"

    register(site, others.after)
    return ASGIAdapter(site)
