"""`tandem xray`: one request to a module, seen from both worlds; and held against the rules."""

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from core.worlds import World
from lab.errors import LabError, WrongUsageError
from lab.xray.check import check
from lab.xray.drive import record
from lab.xray.findings import Finding
from lab.xray.module import Applications, applications
from lab.xray.page import page
from lab.xray.presets import PRESETS, Options, script_of
from lab.xray.recording import Recording
from lab.xray.response import response_of
from lab.xray.script import MOST_CHUNKS, Script
from lab.xray.tape import Tape, write
from lab.xray.terminal import show, show_findings, show_notes

_FILE = click.Path(dir_okay=False, path_type=Path)
_PRESETS = "\n\n".join(f"{name}: {preset.about}" for name, preset in PRESETS.items())


@click.command(
    epilog=f"Presets, and what a client does in each:\n\n{_PRESETS}",
    short_help="One request, seen from WSGI and ASGI side by side; --check holds it to the rules.",
)
@click.argument("module", metavar="MODULE[:name]")
@click.argument("method", required=False, metavar="[METHOD PATH]")
@click.argument("path", required=False, metavar="")
@click.option("-H", "--header", "headers", multiple=True, help="A header field, 'Name: value'.")
@click.option(
    "-d",
    "--data",
    multiple=True,
    help="Body, or @file. Several are joined by &; with --chunked each is a chunk.",
)
@click.option("--json", "json_body", help="Body as JSON, or @file.")
@click.option("--chunked", is_flag=True, help="Send the body in chunks, its length unknown.")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="See below.")
@click.option("--hang-up-after", type=click.IntRange(1), help="Leave after so many chunks.  [100]")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds that an ASGI application may be silent.",
)
@click.option("--check", "checks", is_flag=True, help="Exit 1 where a rule is broken.")
@click.option("--save", type=_FILE, metavar="TAPE", help="Keep the recording, as JSON.")
@click.option(
    "--html",
    type=_FILE,
    metavar="FILE",
    help="Write a page to step through, in place of the view here.",
)
@click.option("--as-json", is_flag=True, help="Print the tape, or what was found, as JSON.")
@click.option("--keep-secrets", is_flag=True, help="Don't mask credentials and cookies.")
@click.pass_context
def xray(context: click.Context, /, **chosen: Any) -> None:
    """Show what passes between a server and an application, for WSGI and ASGI side by side.

    MODULE is written as for Python's import, in the directory that holds it. Its `application`
    (WSGI) and its `app` (ASGI) are both asked; MODULE:name asks one. It may be of any framework.

    METHOD and PATH are the request: GET / unless you say something else.

    With --check the recording is held against PEP 3333 and ASGI 3.0. Where no request and no preset
    is given, it is every preset that the module has a world for. A hang-up or a planted exception
    is no fault of the application. Exit codes: 0, 1 for something found, 2 for wrong
    usage.
    """
    try:
        code = _xray(chosen)
    except LabError as error:
        click.echo(f"Error: {error}", err=True)
        code = error.exit_code
    context.exit(code)


def _xray(chosen: dict[str, Any]) -> int:
    """Record, write, show or check; the exit code."""
    method, path = chosen["method"], chosen["path"]
    if method is not None and path is None:
        raise WrongUsageError(
            f"METHOD is followed by PATH, as in `tandem xray {chosen['module']} GET /`; "
            f"got {method!r} alone"
        )
    options = Options(
        chosen["headers"],
        chosen["data"],
        chosen["json_body"],
        chosen["chunked"],
        chosen["hang_up_after"],
    )
    is_one = bool(method or chosen["preset"] or options != Options())
    script = script_of(method, path, options, chosen["preset"])
    is_all = chosen["checks"] and not is_one and not (chosen["save"] or chosen["html"])
    with redirect_stdout(sys.stderr):  # what the module prints is none of the output
        found = applications(chosen["module"])
        scripts = _all_scripts(found) if is_all else [script]
        tapes = [_taped(chosen, found, each) for each in scripts]
    return _told(chosen, tapes, "GET / by every preset" if is_all else script.title)


def _all_scripts(found: Applications) -> list[Script]:
    """For a check of everything: each preset that a world of the module has."""
    return [
        script_of(None, None, Options(), name)
        for name, preset in PRESETS.items()
        if found.keys() & set(preset.worlds)
    ]


def _taped(chosen: dict[str, Any], found: Applications, script: Script) -> Tape:
    worlds: list[World] = [it for it in found if script.kind == "http" or it == "asgi"]
    if not worlds:
        raise WrongUsageError(
            f"a {script.kind} is for ASGI, and {chosen['module']} has a WSGI application only"
        )
    sides: dict[World, Recording] = {
        world: record(found[world], world, script, chosen["timeout"]) for world in worlds
    }
    return Tape(chosen["module"], script, sides)


def _told(chosen: dict[str, Any], tapes: list[Tape], what: str) -> int:
    """Write the files, print what is asked for; the exit code."""
    tapes = tapes if chosen["keep_secrets"] else [tape.masked() for tape in tapes]
    findings, tape = _findings(tapes) if chosen["checks"] else [], tapes[0]
    console = Console()
    if chosen["save"]:
        tape.save(chosen["save"])
    if chosen["html"]:
        write(chosen["html"], page(tape, findings if chosen["checks"] else None))
    if chosen["as_json"]:
        click.echo(_as_json(findings, what) if chosen["checks"] else tape.json(), nl=False)
        return 1 if findings else 0
    if chosen["checks"]:
        show_findings(findings, console, what)
        show_notes(_notes(tapes), console)
    elif not chosen["html"]:
        show(tape, console)
    for path in filter(None, (chosen["save"], chosen["html"])):
        console.print(f"wrote {escape(str(path))}", soft_wrap=True, highlight=False)
    return 1 if findings else 0


def _findings(tapes: list[Tape]) -> list[Finding]:
    """What is wrong in them; the same thing once, however many requests show it."""
    found: dict[tuple[str, str, str], Finding] = {}
    for tape in tapes:
        for world, side in tape.sides.items():
            for one in check(side):
                where = f"{world.upper()}, {tape.script.title}: {one.where}"
                found.setdefault((world, one.clause, one.what), replace(one, where=where))
    return list(found.values())


def _notes(tapes: list[Tape]) -> list[str]:
    """What no rule forbids, and one will want to know: exceptions, a response cut short."""
    cut = {
        f"{world.upper()}, {tape.script.title}: the client left after {MOST_CHUNKS} chunks of the "
        "response, so its end was not looked at; --hang-up-after takes another number"
        for tape in tapes
        if tape.script.leaves_after == MOST_CHUNKS
        for world, side in tape.sides.items()
        if side.of("hung up")
    }
    errors = {
        f"{world.upper()}, {tape.script.title}: the application raised {error}"
        for tape in tapes
        if tape.script.kind == "http" and not tape.script.breaks
        for world, side in tape.sides.items()
        if (error := response_of(side).error)
    }
    return sorted(cut | errors)


def _as_json(findings: list[Finding], what: str) -> str:
    document = {"checked": what, "findings": [asdict(one) for one in findings]}
    return json.dumps(document, indent=1) + "\n"
