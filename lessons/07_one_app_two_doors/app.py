"""One App behind two doors: `gunicorn app:application`, `uvicorn app:app`, `python app.py`."""

import asyncio
import threading

from asgi import ASGIDoor
from life import App
from wsgi import WSGIDoor

from lab.server import serve

site = App()
application = WSGIDoor(site)  # gunicorn
app = ASGIDoor(site)  # uvicorn


@site.route("GET", "/")
def home(body: bytes) -> str:
    """A `def`: it says which thread it runs in."""
    return f"hello from {threading.current_thread().name}\n"


@site.route("GET", "/wait")
async def wait(body: bytes) -> str:
    """An `async def`: it waits 50 ms, as for a database."""
    await asyncio.sleep(0.05)
    return "waited\n"


@site.route("POST", "/shout")
async def shout(body: bytes) -> str:
    """It uses the body of the request."""
    return body.decode().upper() + "\n"


@site.route("GET", "/broken")
def broken(body: bytes) -> str:
    """It has a bug."""
    raise LookupError("a bug")


if __name__ == "__main__":
    serve(app)
