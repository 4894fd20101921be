"""a2wsgi with nothing inside: the bare WSGI callable as an ASGI application."""

from a2wsgi import WSGIMiddleware

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import bare_wsgi


def build(others: OtherRoutes, marks: tuple[str, ...]) -> WSGIMiddleware:
    return WSGIMiddleware(bare_wsgi.build(others, marks))
