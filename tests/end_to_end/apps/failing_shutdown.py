"""A program of whose two shutdown functions the one that runs first fails."""

import sys

from asgi_adapter import ASGIAdapter
from core import App

site = App()
app = ASGIAdapter(site)


@app.on_shutdown
async def runs_last() -> None:
    sys.stderr.write("ended all the same\n")


@app.on_shutdown
def fails_first() -> None:
    raise RuntimeError("the disk is full")
