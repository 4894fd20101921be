"""a2wsgi with nothing inside: the bare ASGI callable as a WSGI application."""

from a2wsgi import ASGIMiddleware

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import bare_asgi


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIMiddleware:
    return ASGIMiddleware(bare_asgi.build(others, marks))
