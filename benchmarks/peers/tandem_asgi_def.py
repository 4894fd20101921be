"""Tandem with `def` handlers behind its ASGI door, in its threads."""

from asgi_adapter import ASGIAdapter
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.tandem_wsgi import make_site


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIAdapter:
    return ASGIAdapter(make_site(others, marks))
