"""The applications that `benchmarks.servers` puts behind gunicorn and uvicorn, as factories."""

from typing import Any

from benchmarks.other_routes import other_routes


def bare_application() -> Any:
    """`gunicorn "benchmarks.served:bare_application()"`."""
    from benchmarks.peers.bare_wsgi import build

    return build(other_routes(), ())


def tandem_application() -> Any:
    """`gunicorn "benchmarks.served:tandem_application()"`."""
    from benchmarks.peers.tandem_wsgi import build

    return build(other_routes(), ())


def bare_app() -> Any:
    """`uvicorn --factory benchmarks.served:bare_app`."""
    from benchmarks.peers.bare_asgi import build

    return build(other_routes(), ())


def tandem_app() -> Any:
    """`uvicorn --factory benchmarks.served:tandem_app`."""
    from benchmarks.peers.tandem_asgi import build

    return build(other_routes(), ())
