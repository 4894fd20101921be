"""microdot on ASGI: the same handlers in its `Microdot` of that world."""

from microdot.asgi import Microdot

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.microdot_wsgi import fill


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Microdot:
    return fill(Microdot(), others, marks)
