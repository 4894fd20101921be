"""Starlette as a WSGI application, by a2wsgi: an event loop in a thread of its own."""

from a2wsgi import ASGIMiddleware

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import starlette_asgi


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIMiddleware:
    return ASGIMiddleware(starlette_asgi.build(others, marks))
