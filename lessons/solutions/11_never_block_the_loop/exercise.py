"""Exercise 11: three handlers that hold the event loop, each in another way.

Mend them so that the loop is free while they take their time. What they do stays the same: the
pause is as long, the rates come from the same address, the hash has as many rounds. `health` is
right as it is.
"""

import asyncio
import hashlib
import urllib.request

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

PAUSE = 0.2  # seconds
RATES_URL = "http://127.0.0.1:8000/rates"  # the check has a service of its own, and puts it here
ROUNDS = 400_000  # of the hash: a tenth of a second of computing, or more

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)


@site.get("/")
async def health() -> str:
    """Answer at once."""
    return "well\n"


@site.get("/pause")
async def pause() -> str:
    """Wait before a second attempt."""
    await asyncio.sleep(PAUSE)
    return "waited\n"


@site.get("/rates")
async def rates() -> str:
    """Ask another service."""
    return await asyncio.to_thread(text_at, RATES_URL)


def text_at(url: str) -> str:
    """What is at this address; the thread that asks waits for it."""
    with urllib.request.urlopen(url) as answer:
        text: str = answer.read().decode()
    return text


@site.get("/hash/{password}")
def hashed(password: str) -> str:
    """Compute for a while: a hash that is slow on purpose."""
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", ROUNDS).hex()
