"""`tandem replay`: whether a tape's request is still answered as it was recorded."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from core.worlds import World
from lab.commands import Command
from lab.errors import WrongUsageError
from lab.module import Applications, applications
from lab.xray.drive import record
from lab.xray.options import TIMEOUT
from lab.xray.recording import Recording
from lab.xray.replay import IGNORED, differences, recorded
from lab.xray.response import response_of
from lab.xray.shown import printable
from lab.xray.tape import Tape


@click.command(
    cls=Command, short_help="Ask a recorded request again, of WSGI and ASGI; show what differs."
)
@click.argument("tape", type=click.Path(path_type=Path))
@click.argument("module", metavar="MODULE[:name]")
@click.option(
    "--ignore",
    multiple=True,
    metavar="FIELD",
    help=f"A header field that may differ, beside {' and '.join(IGNORED)}.",
)
@TIMEOUT
@click.pass_context
def replay(context: click.Context, /, **chosen: Any) -> None:
    """Ask what is on a TAPE of a module, and compare the answers with the recorded ones.

    A tape is made by `tandem xray MODULE METHOD PATH --save TAPE`. Both worlds of the module are
    asked; where the tape has one, the other is compared with that. Credentials that are masked on
    the tape are sent masked: record it with --keep-secrets where they matter.

    Exit codes: 0 for the same answers, 1 for a difference, 2 for wrong usage.
    """
    context.exit(_replay(Tape.load(chosen["tape"]), chosen))


def _replay(tape: Tape, chosen: dict[str, Any]) -> int:
    console, code = Console(), 0
    with redirect_stdout(sys.stderr):  # what the module prints is none of the output
        asked = _asked(tape, applications(chosen["module"]))
        answers: dict[World, Recording] = {
            world: record(application, world, tape.script, chosen["timeout"])
            for world, application in asked.items()
        }
    for world, now in answers.items():
        compared, before = recorded(tape, world)
        ignored = [*IGNORED, *chosen["ignore"]]
        found = differences(response_of(before), response_of(now), ignored)
        title = printable(tape.script.title)
        head = f"{title}, {world.upper()} compared with recorded {compared.upper()}: "
        end = ("the same", "green") if not found else (f"{len(found)} different", "bold red")
        console.print(Text.assemble((head, "bold"), end), soft_wrap=True)
        for sentence in found:
            console.print(Text(f"  {printable(sentence)}"), soft_wrap=True)
            code = 1
    return code


def _asked(tape: Tape, found: Applications) -> Applications:
    """The applications that can be asked this."""
    worlds: list[World] = [it for it in found if tape.script.kind == "http" or it == "asgi"]
    if not worlds:
        raise WrongUsageError(f"a {tape.script.kind} is for ASGI, and this module has WSGI only")
    return {world: found[world] for world in worlds}
