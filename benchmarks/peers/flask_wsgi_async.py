"""Flask with `async def` views (its docs, "Using async and await"): asgiref runs them."""

import asyncio

from flask import Flask, Response

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.flask_wsgi import marking, register


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Flask:
    app = Flask(__name__, static_folder=None)
    for mark in marks:
        app.after_request(marking(mark))
    register(app, others.before)

    @app.get("/text")
    async def text() -> Response:
        return Response("Hello, world!", mimetype="text/plain")

    @app.get("/sleep")
    async def sleep() -> Response:
        await asyncio.sleep(0)
        return Response("Hello, world!", mimetype="text/plain")

    register(app, others.after)
    return app
