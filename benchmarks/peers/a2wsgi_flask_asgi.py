"""Flask as an ASGI application, by a2wsgi: the whole of it in a thread."""

from a2wsgi import WSGIMiddleware

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import flask_wsgi


def build(others: OtherRoutes, marks: tuple[str, ...]) -> WSGIMiddleware:
    return WSGIMiddleware(flask_wsgi.build(others, marks))
