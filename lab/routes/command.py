"""`tandem routes`: all that an App answers, and where each handler runs."""

import json
from dataclasses import asdict

import click
from rich.console import Console

from core.worlds import World
from lab.commands import Command
from lab.explain.subject import subject_of
from lab.routes.table import routes_of
from lab.routes.terminal import show


@click.command(cls=Command, short_help="All routes, and where each handler runs.")
@click.argument("module", metavar="MODULE[:name]")
@click.option("--protocol", type=click.Choice(["wsgi", "asgi"]), help="Behind this one only.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def routes(module: str, protocol: World | None, as_json: bool) -> None:
    """Show the routes of an App, their handlers, and what is around them.

    MODULE is written as for Python's import, in the directory that holds it; its App is that of its
    `application` or `app`, or the one that MODULE:name is.

    An example: tandem routes examples.tasks --protocol asgi

    Exit codes: 0, and 2 for wrong usage.
    """
    found = routes_of(subject_of(module, protocol))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
    else:
        show(found, Console())
