"""`tandem run`: options in, a server until Ctrl-C."""

import os
from typing import Any

import click

from lab.commands import Command
from lab.errors import WrongUsageError
from lab.load.job import is_loopback
from lab.run.servers import KINDS, OWN
from lab.run.serving import serve
from lab.run.wish import Wish

DEFAULT_PORT = 8000


@click.command(cls=Command, short_help="Serve an application.")
@click.argument("module", metavar="MODULE[:name]")
@click.option(
    "--server", type=click.Choice(list(KINDS)), default=OWN, show_default=True, help="Which one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port; 0 for any that is free.  [$PORT, else {DEFAULT_PORT}]",
)
@click.option("--face", type=click.Choice(["wsgi", "asgi"]), help="By which interface.")
@click.option("--reload", "is_reloaded", is_flag=True, help="Start again when a file changes.")
@click.option(
    "--dev",
    "is_dev",
    is_flag=True,
    help="Reload, errors shown in the browser, and a warning for what holds the event loop.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processes, of gunicorn or uvicorn.",
)
@click.pass_context
def run(context: click.Context, /, **chosen: Any) -> None:
    """Serve an application until Ctrl-C.

    For example: tandem run examples.tasks --dev, and on another server: tandem run examples.tasks
    --server gunicorn --workers 2 --port 9000.

    MODULE is written as for Python's import, in the directory that holds it. MODULE:name is an App,
    a WSGI or an ASGI application, of any framework. Without a name it is `app` (ASGI), else
    `application` (WSGI), the other way round on gunicorn; else the module's only App.

    The own server is for lessons and development. gunicorn and uvicorn come with the extra `serve`.

    Exit codes: 0 after Ctrl-C or SIGTERM, 1 when it fails, 2 for wrong usage.
    """
    context.exit(serve(_wish(chosen), lambda sentence: click.echo(sentence, err=True)))


def _wish(chosen: dict[str, Any]) -> Wish:
    if chosen["is_dev"] and chosen["host"] != "localhost" and not is_loopback(chosen["host"]):
        raise WrongUsageError(
            "--dev shows errors with their source, so it serves this machine alone: leave --host "
            f"out, or --dev; got --host {chosen['host']}"
        )
    if chosen["port"] is None:
        chosen["port"] = _port_of_environment()
    return Wish(chosen.pop("module"), chosen.pop("server"), **chosen)


def _port_of_environment() -> int:
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise WrongUsageError(
            f"the environment variable PORT is a number from 0 to 65535; got {text!r}"
        )
    return int(text)
