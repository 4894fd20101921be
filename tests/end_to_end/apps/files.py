"""A program that sends the files of one directory, from a `def` and from an `async def`."""

import os
import resource
from pathlib import Path

from asgi_adapter import ASGIAdapter
from core import App, FileResponse, Request
from wsgi_adapter import WSGIAdapter

DIRECTORY = Path(os.environ.get("TANDEM_TEST_FILES", "."))

site = App()


@site.get("/def/{name}")
def send(name: str) -> FileResponse:
    return FileResponse(DIRECTORY / name)


@site.get("/async/{name}")
async def send_async(name: str) -> FileResponse:
    return FileResponse(DIRECTORY / name)


@site.get("/shrunk/{name}")
def send_shrunk(name: str) -> FileResponse:
    """A file from which something is taken away when its length is told already."""
    return FileResponse(DIRECTORY / name)


@site.middleware
def shrink(request: Request):  # type: ignore[no-untyped-def]
    response = yield
    if request.path.startswith("/shrunk/"):
        os.truncate(DIRECTORY / request.params["name"], 100_000)
    return response


@site.get("/peak")
def peak() -> str:
    """The most memory that this process has had, in KiB."""
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@site.get("/descriptors")
def descriptors() -> list[str]:
    """The files of the directory that this process has open."""
    links = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
    return sorted(link for link in links if link.startswith(str(DIRECTORY)))


application = WSGIAdapter(site)
app = ASGIAdapter(site)
