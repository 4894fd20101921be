"""A program whose `def` handler takes as long as somebody else does to write a file."""

from pathlib import Path

from asgi_adapter import ASGIAdapter
from core import App, Request

site = App()


@site.get("/")
def home() -> str:
    return "here"


@site.get("/read")
def read(request: Request) -> str:
    return Path(request.query["path"]).read_text()


app = ASGIAdapter(site)
