"""`tandem xray`: one request to a module, seen from both worlds; and held against the rules."""

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from core.worlds import World
from lab.commands import Command
from lab.errors import WrongUsageError
from lab.module import Applications, applications
from lab.xray.asked_line import Options, script_of
from lab.xray.checking import findings_of, notes_of
from lab.xray.drive import record
from lab.xray.findings import Finding
from lab.xray.options import TIMEOUT
from lab.xray.page import page
from lab.xray.presets import PRESETS
from lab.xray.recording import Recording
from lab.xray.script import Script
from lab.xray.tape import Tape, write
from lab.xray.terminal import show, show_findings, show_notes

LARGE = 50_000_000  # bytes of a tape, from which on a person is told

_FILE = click.Path(dir_okay=False, path_type=Path)
_PRESETS = "\n\n".join(f"{name}: {preset.about}" for name, preset in PRESETS.items())


@click.command(
    cls=Command,
    epilog=f"Presets, and what a client does in each:\n\n{_PRESETS}",
    short_help="One request, seen from WSGI and ASGI side by side; --check holds it to the rules.",
)
@click.argument("subject", metavar="MODULE[:name]|TAPE")
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
@click.option(
    "--send",
    multiple=True,
    metavar="TEXT",
    help="What a WebSocket's client says, or @file as bytes; may be repeated.",
)
@click.option(
    "--subprotocol",
    "subprotocols",
    multiple=True,
    metavar="NAME",
    help="A subprotocol that it offers; may be repeated.",
)
@click.option(
    "--preset",
    "presets",
    multiple=True,
    type=click.Choice(list(PRESETS)),
    metavar="NAME",
    help="What the client does, see below; may be repeated.",
)
@click.option("--hang-up-after", type=click.IntRange(1), help="Leave after so many chunks.  [100]")
@TIMEOUT
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
    (WSGI) and its `app` (ASGI) are both asked; MODULE:name asks one. It may be of any framework. A
    TAPE is a file that --save has written: it is shown again, and nothing is asked.

    METHOD and PATH are the request: GET / unless you say something else.

    \b
      tandem xray examples.tasks GET /tasks
      tandem xray examples.tasks POST /tasks --json '{"title": "Tea"}' --html tea.html
      tandem xray --check examples.tasks

    With --check the recording is held against PEP 3333 and ASGI 3.0. Where no request and no preset
    is given, it is every preset that the module has a world for. A hang-up or a planted exception
    is no fault of the application. Exit codes: 0, 1 for something found, 2 for wrong
    usage.

    Masked in all that is shown and saved are Authorization, Proxy-Authorization, Cookie and
    Set-Cookie. Other fields, paths, queries and bodies are not: look before you pass a tape on.
    """  # noqa: D301  # click's mark for lines that stay as they are
    context.exit(_xray(chosen))


def _xray(chosen: dict[str, Any]) -> int:
    """Record or load, write, show or check; the exit code."""
    options = Options(
        chosen["headers"],
        chosen["data"],
        chosen["json_body"],
        chosen["chunked"],
        chosen["hang_up_after"],
        chosen["send"],
        chosen["subprotocols"],
    )
    is_asked = bool(chosen["method"] or chosen["presets"] or options != Options())
    if _is_tape(chosen["subject"]):
        if is_asked:
            raise WrongUsageError(
                f"{chosen['subject']} is a tape, and holds its request: leave out METHOD, PATH, "
                "presets and what else a client does"
            )
        tape = Tape.load(Path(chosen["subject"]))
        return _told(chosen, [tape], tape.script.title)
    is_all = chosen["checks"] and not (is_asked or chosen["save"] or chosen["html"])
    names = list(PRESETS) if is_all else list(dict.fromkeys(chosen["presets"])) or [None]
    scripts = _scripts(chosen, options, names)
    with redirect_stdout(sys.stderr):  # what the module prints is none of the output
        found = applications(chosen["subject"])
        asked = [it for it in scripts if not is_all or _worlds(found, it)]
        tapes = [_taped(chosen, found, each) for each in asked]
    if is_all:
        return _told(chosen, tapes, "GET / by every preset")
    return _told(chosen, tapes, ", ".join(dict.fromkeys(it.title for it in asked)))


def _is_tape(subject: str) -> bool:
    """A file is one, unless it is a module's; so is what is written like one and is not there."""
    path = Path(subject)
    return (path.is_file() and path.suffix != ".py") or (
        path.suffix == ".json" and len(path.parts) > 1
    )


def _scripts(chosen: dict[str, Any], options: Options, names: list[Any]) -> list[Script]:
    """The script of each preset."""
    method, path = chosen["method"], chosen["path"]
    if method is not None and path is None:
        raise WrongUsageError(
            f"METHOD is followed by PATH, as in `tandem xray {chosen['subject']} GET /`; "
            f"got {method!r} alone"
        )
    alone = [name for name in ("save", "html", "as_json") if chosen[name]]
    if len(names) > 1 and alone and not (chosen["checks"] and alone == ["as_json"]):
        option = alone[0].replace("_", "-")
        raise WrongUsageError(f"--{option} is of one request: name one preset; got {len(names)}")
    return [script_of(method, path, options, name) for name in names]


def _worlds(found: Applications, script: Script) -> list[World]:
    """Those of the module that have this kind."""
    return [it for it in found if script.kind == "http" or it == "asgi"]


def _taped(chosen: dict[str, Any], found: Applications, script: Script) -> Tape:
    worlds = _worlds(found, script)
    if not worlds:
        raise WrongUsageError(
            f"a {script.kind} is for ASGI, and {chosen['subject']} has a WSGI application only"
        )
    sides: dict[World, Recording] = {
        world: record(found[world], world, script, chosen["timeout"]) for world in worlds
    }
    return Tape(chosen["subject"], script, sides)


def _told(chosen: dict[str, Any], tapes: list[Tape], what: str) -> int:
    """Write the files, print what is asked for; the exit code."""
    tapes = tapes if chosen["keep_secrets"] else [tape.masked() for tape in tapes]
    findings, tape = findings_of(tapes) if chosen["checks"] else [], tapes[0]
    console = Console()
    if chosen["save"]:
        _save(tape, chosen["save"])
    if chosen["html"]:
        write(chosen["html"], page(tape, findings if chosen["checks"] else None))
    if chosen["as_json"]:
        click.echo(_as_json(findings, what) if chosen["checks"] else tape.json(), nl=False)
        return 1 if findings else 0
    if chosen["checks"]:
        show_findings(findings, console, what)
        show_notes(notes_of(tapes), console)
    elif not chosen["html"]:
        for number, each in enumerate(tapes):
            console.print("\n" * bool(number), end="")
            show(each, console)
    for path in filter(None, (chosen["save"], chosen["html"])):
        console.print(f"wrote {escape(str(path))}", soft_wrap=True, highlight=False)
    return 1 if findings else 0


def _save(tape: Tape, path: Path) -> None:
    tape.save(path)
    size = path.stat().st_size
    if size > LARGE:
        click.echo(
            f"Warning: {path} has {size / 1e6:,.0f} MB, and is slow to show; --hang-up-after "
            "records less of a long response",
            err=True,
        )


def _as_json(findings: list[Finding], what: str) -> str:
    document = {"checked": what, "findings": [asdict(one) for one in findings]}
    return json.dumps(document, indent=1) + "\n"
