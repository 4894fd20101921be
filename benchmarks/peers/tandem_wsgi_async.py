"""Tandem with `async def` handlers behind its WSGI door, on the thread's own loop."""

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.tandem_asgi import make_site
from wsgi_adapter import WSGIAdapter


def build(others: OtherRoutes, marks: tuple[str, ...]) -> WSGIAdapter:
    return WSGIAdapter(make_site(others, marks))
