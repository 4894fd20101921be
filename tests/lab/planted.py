"""One application three times: as it is, as it is, and with 5 ms of work in every request."""

import time

from tests.lab.three_routes import app as plain
from tests.lab.three_routes import app as twin

__all__ = ["plain", "slower", "twin"]
PLANTED = 0.005  # seconds of processor time


async def slower(scope, receive, send):
    until = time.thread_time() + PLANTED
    while scope["type"] == "http" and time.thread_time() < until:
        pass
    await plain(scope, receive, send)
