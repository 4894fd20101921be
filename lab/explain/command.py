"""`tandem explain`: which route answers a request, why no other does, and where it will run."""

import json
from dataclasses import asdict

import click
from rich.console import Console

from lab.commands import Command
from lab.explain.explaining import explain as explanation_of
from lab.explain.subject import subject_of
from lab.explain.terminal import show


@click.command(cls=Command, short_help="Which route answers a request, and why no other does.")
@click.argument("module", metavar="MODULE[:name]")
@click.argument("method")
@click.argument("path")
@click.option("--all", "every", is_flag=True, help="Every route, not only those that come near.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(module: str, method: str, path: str, every: bool, as_json: bool) -> None:
    """Show what becomes of a request, and call no handler for it.

    MODULE is written as for Python's import, in the directory that holds it; its App is that of its
    `application` or `app`, or the one that MODULE:name is. PATH is as a client sends it:
    percent-encoded. METHOD is one of HTTP's, or WEBSOCKET.

    An example: tandem explain examples.tasks GET /tasks/5

    Exit codes: 0, and 2 for wrong usage; a request without a route is no error of yours.
    """
    told = explanation_of(subject_of(module), method, path)
    if as_json:
        click.echo(json.dumps(asdict(told), indent=1))
    else:
        show(told, Console(), every=every)
