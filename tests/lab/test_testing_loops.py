"""The loop of a test client, and its end."""

import asyncio
import gc

from asgi_adapter import ASGIAdapter
from core import App
from lab.testing import Client


class Witness:
    """Notes, when it is garbage itself, whether a loop that goes with it is closed."""

    def __init__(self, notes):
        self.notes = notes
        self.loop = None
        self.client = None
        self.me = self  # so that all of it is one cycle

    def __del__(self):
        self.notes.append(self.loop.is_closed())


def test_a_client_that_is_garbage_closes_its_loop_before_anything_is_torn_down():
    """Else the loop, or a socket of it, would warn in whatever test is running then."""
    site, notes, loops = App(), [], []

    @site.get("/", inline=True)
    def handler():
        loops.append(asyncio.get_running_loop())
        return "x"

    witness = Witness(notes)  # made first, it is torn down before the client
    witness.client = Client(ASGIAdapter(site))
    witness.client.get("/")
    witness.loop = loops.pop()
    del witness
    gc.collect()
    assert notes == [True]
