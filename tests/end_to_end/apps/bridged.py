"""The program `parity` through a2wsgi: its ASGI door served by WSGI, its WSGI door by ASGI."""

from a2wsgi import ASGIMiddleware, WSGIMiddleware

from tests.end_to_end.apps import parity

application = ASGIMiddleware(parity.app)
app = WSGIMiddleware(parity.application)
