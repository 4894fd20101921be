"""The ways to serve an application: a table of the exact commands, and what each needs."""

import shlex
from dataclasses import dataclass

from lab.versions import at_least, version_of

# gunicorn writes no line for each request unless it is asked to; so neither do the others here.
GUNICORN = "gunicorn --workers {workers} --worker-class %s --bind 127.0.0.1:{port} {door}"
UVICORN = "uvicorn --workers {workers} --no-access-log --port {port} %s {door}"
GRANIAN = "granian --workers {workers} --interface %s --no-ws --port {port} {door}"
TANDEM = "lab.server --face %s --no-access-log --port {port} {door}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to serve an application: one row of the table."""

    name: str
    interface: str  # "WSGI" or "ASGI", of the server
    about: str  # how one process takes requests, in a few words; "{threads}" in it is filled in
    command: str  # after `python -m`; {workers}, {threads}, {port} and {door} are filled in
    needs: tuple[str, ...]  # distributions, "gunicorn>=25.1" where an older one won't do
    bridged: bool = False  # the application is one of the other interface, behind a2wsgi
    has_workers: bool = True  # whether it can run more than one process

    @property
    def takes(self) -> str:
        """The interface of the applications it serves."""
        return {"WSGI": "ASGI", "ASGI": "WSGI"}[self.interface] if self.bridged else self.interface

    @property
    def option(self) -> str:
        """Its name as `--contender` takes it."""
        return self.name.replace(" ", "-")

    @property
    def missing(self) -> str:
        """What there is to install before it can be used, as a command's end; "" for nothing."""
        lacking = [need for need in self.needs if not _is_there(need)]
        return " ".join(shlex.quote(need) for need in lacking)


KINDS = (
    Kind("gunicorn sync", "WSGI", "one request at a time", GUNICORN % "sync", ("gunicorn",)),
    Kind(
        "gunicorn gthread",
        "WSGI",
        "{threads} threads",
        GUNICORN.replace("--bind", "--threads {threads} --bind") % "gthread",
        ("gunicorn",),
    ),
    Kind(
        "gunicorn gevent",
        "WSGI",
        "greenlets on one thread, for `def` handlers",
        GUNICORN % "gevent",
        ("gunicorn", "gevent>=24.10.1"),
    ),
    Kind(
        "gunicorn asgi",
        "ASGI",
        "one event loop, gunicorn's own",
        GUNICORN % "asgi",
        ("gunicorn>=25.0",),
    ),
    Kind(
        "uvicorn",
        "ASGI",
        "one event loop, with the parser and loop that are installed",
        UVICORN.replace("%s ", ""),
        ("uvicorn",),
    ),
    Kind(
        "uvicorn h11",
        "ASGI",
        "one event loop, all in Python",
        UVICORN % "--http h11 --loop asyncio",
        ("uvicorn", "h11"),
    ),
    Kind(
        "uvicorn httptools",
        "ASGI",
        "one event loop, parser and loop in C",
        UVICORN % "--http httptools --loop uvloop",
        ("uvicorn", "httptools", "uvloop"),
    ),
    Kind(
        "hypercorn",
        "ASGI",
        "one event loop, all in Python",
        "hypercorn --workers {workers} --bind 127.0.0.1:{port} {door}",
        ("hypercorn",),
    ),
    Kind(
        "daphne",
        "ASGI",
        "one event loop, Twisted's",
        "daphne --verbosity 0 --bind 127.0.0.1 --port {port} {door}",
        ("daphne",),
        has_workers=False,
    ),
    Kind(
        "granian wsgi",
        "WSGI",
        "{threads} threads behind a server in Rust",
        GRANIAN.replace("--no-ws", "--blocking-threads {threads}") % "wsgi",
        ("granian",),
    ),
    Kind(
        "granian asgi",
        "ASGI",
        "one event loop behind a server in Rust",
        GRANIAN % "asgi",
        ("granian",),
    ),
    Kind(
        "waitress",
        "WSGI",
        "{threads} threads behind one loop",
        "waitress --threads={threads} --listen=127.0.0.1:{port} {door}",
        ("waitress",),
        has_workers=False,
    ),
    Kind(
        "tandem wsgi",
        "WSGI",
        "the teaching server, {threads} threads behind one loop",
        TANDEM.replace("--port", "--threads {threads} --port") % "wsgi",
        ("h11>=0.16", "wsproto"),
        has_workers=False,
    ),
    Kind(
        "tandem asgi",
        "ASGI",
        "the teaching server, one event loop",
        TANDEM % "asgi",
        ("h11>=0.16", "wsproto"),
        has_workers=False,
    ),
    Kind(
        "a2wsgi on gunicorn",
        "WSGI",
        "an ASGI application behind a2wsgi, {threads} threads",
        GUNICORN.replace("--bind", "--threads {threads} --bind") % "gthread",
        ("gunicorn", "a2wsgi"),
        bridged=True,
    ),
    Kind(
        "a2wsgi on uvicorn",
        "ASGI",
        "a WSGI application behind a2wsgi, {threads} threads",
        UVICORN.replace("%s ", ""),
        ("uvicorn", "a2wsgi"),
        bridged=True,
    ),
)
DEFAULT_KINDS = ("gunicorn sync", "gunicorn gthread", "uvicorn")


def _is_there(need: str) -> bool:
    name, _, least = need.partition(">=")
    if not least:
        return version_of(name) is not None
    return at_least(name, *map(int, least.split(".")))
