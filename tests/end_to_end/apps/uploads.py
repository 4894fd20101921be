"""A program that takes bodies: large ones at one path, at most 1,000 bytes at another."""

from hashlib import sha256

from asgi_adapter import ASGIAdapter
from core import App, Request
from wsgi_adapter import WSGIAdapter

site = App(max_body=1_000)  # bytes
lengths: list[int] = []  # of the bodies that /small has taken


@site.post("/large", max_body=1_000_000)
def digest(request: Request) -> str:
    return sha256(request.body).hexdigest()


@site.post("/small")
async def length(request: Request) -> str:
    lengths.append(len(request.body))
    return str(lengths[-1])


@site.get("/lengths")
async def taken() -> list[int]:
    return lengths


application = WSGIAdapter(site)
app = ASGIAdapter(site)
