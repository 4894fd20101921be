"""FastAPI with `def` path operations, which it runs in anyio's threads."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.fastapi_asgi import marking


def build(others: OtherRoutes, marks: tuple[str, ...]) -> FastAPI:
    app = FastAPI()
    for mark in marks:
        app.middleware("http")(marking(mark))
    register(app, others.before)

    @app.get("/text", response_class=PlainTextResponse)
    def text() -> str:
        return "Hello, world!"

    register(app, others.after)
    return app


def register(app: FastAPI, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.get(path)(other_member if "{" in path else other_page)


def other_page() -> str:
    return "other"


def other_member(name: str) -> str:
    return name
