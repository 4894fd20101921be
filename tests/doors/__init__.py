"""Both doors of an App, knocked at without a server: the same request in, the same kind of answer.

`wsgi` builds an environ as gunicorn does, `asgi` a scope as uvicorn does; each puts the validator
of its protocol between itself and the adapter.
"""

from tests.doors.asgi import ASGIClient
from tests.doors.wsgi import WSGIClient

CLIENTS = {"wsgi": WSGIClient, "asgi": ASGIClient}

__all__ = ["CLIENTS", "ASGIClient", "WSGIClient"]
