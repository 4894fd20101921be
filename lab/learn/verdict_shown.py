"""A verdict as a learner reads it: what passed, what was expected, what came, where to look."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lab.learn.mistakes import Spot
from lab.learn.verdict import StepState, Verdict

LONGEST = 500  # characters of what was expected, and of what came
PRINTED_LINES = 12
_NAMED = re.compile(r"`([\w.]+)(?:\(.*?\))?`")
_MARKS: dict[StepState, tuple[str, str, str]] = {  # in UTF-8, in ASCII, style
    "passed": ("\u2713", "ok", "bold green"),
    "failed": ("\u2717", "x", "bold red"),
    "running": ("\u2026", "..", "bold"),
    "waiting": ("\u00b7", "-", "dim"),
}


def shown(verdict: Verdict, console: Console) -> RenderableType:
    """All of it."""
    return Group(*_parts(verdict, console))


def mark(state: StepState, console: Console) -> Text:
    """A tick or a cross, in what the terminal can show."""
    beautiful, plain, style = _MARKS[state]
    return Text(plain if console.options.ascii_only else beautiful, style=style)


def _parts(verdict: Verdict, console: Console) -> Iterator[RenderableType]:
    if not verdict.steps and verdict.state not in ("running", "cancelled"):
        yield Text.assemble(mark("failed", console), " exercise.py can be imported")
        yield from _indented(_reason(verdict))
    for step in verdict.steps:
        yield _beside(mark(step.state, console), Text(step.sentence))
        if step.state == "failed":
            yield from _indented(_reason(verdict))
    if verdict.printed.strip():
        yield from _printed(verdict)


def _indented(parts: Iterator[RenderableType]) -> Iterator[RenderableType]:
    for part in parts:
        yield Padding(part, (0, 0, 0, 3), expand=False)


def _beside(left: Text, right: Text) -> Table:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(left, right)
    return row


def _reason(verdict: Verdict) -> Iterator[RenderableType]:
    if verdict.state == "failed":
        yield Text(verdict.what, style="bold")
        rows = Table.grid(padding=(0, 2, 0, 0))
        rows.add_column(no_wrap=True, style="dim")
        rows.add_column(overflow="fold")
        rows.add_row("expected", Text(_cut(verdict.wanted), style="green"))
        rows.add_row("got", Text(_cut(verdict.came), style="red"))
        if verdict.look:
            rows.add_row("look", Text(_with_line(verdict.look, verdict.folder)))
        yield rows
        return
    yield Text(verdict.plain, style="bold")
    message = verdict.error.partition(": ")[2]
    if verdict.error and (not message or message not in verdict.plain):  # it says more
        yield Text(visible(verdict.error), style="red")
    for number, spot in enumerate(verdict.spots):
        if verdict.left_out and number == 2:
            yield Text(f"... {verdict.left_out} more of the kind ...", style="dim")
        yield _spot(spot)


def _spot(spot: Spot) -> Text:
    """A line, with a caret under what is meant."""
    place = f"{spot.file}:{spot.line}" + (f", in {spot.function}" if spot.function else "")
    source = spot.source.expandtabs(1)
    indent = len(source) - len(source.lstrip())
    text = Text.assemble(
        (place, "cyan"), f"\n  {source.strip()}", no_wrap=True, overflow="ellipsis"
    )
    start, end = max(0, spot.start - indent), min(len(source) + 1, spot.end) - indent
    if end > start and (start, end) != (0, len(source.strip())):
        text.append(f"\n  {' ' * start}{'^' * (end - start)}", style="red")
    return text


def _printed(verdict: Verdict) -> Iterator[RenderableType]:
    lines = visible(verdict.printed).rstrip().splitlines()
    yield Text("\nYour code printed", style="dim")
    yield Padding(
        Text("\n".join(lines[:PRINTED_LINES]), overflow="fold"), (0, 0, 0, 3), expand=False
    )
    more = len(lines) - PRINTED_LINES
    if verdict.unprinted:
        yield Text(f"   ... and {verdict.unprinted:,} bytes more", style="dim")
    elif more > 0:
        yield Text(f"   ... and {more} lines more", style="dim")


def visible(text: str) -> str:
    """Without what a terminal would obey."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text.replace("\r\n", "\n"))


def _cut(text: str) -> str:
    shown = visible(text)
    if len(shown) <= LONGEST:
        return shown
    return f"{shown[:LONGEST]} ... ({len(shown):,} characters)"


def _with_line(look: str, folder: Path) -> str:
    """Where to look, and in which line of the exercise the function is that it names."""
    found = _NAMED.search(look)
    line = line_of(folder / "exercise.py", found[1]) if found else None
    if line is None or re.search(r"exercise\.py:\d", look):
        return look
    place = f"exercise.py:{line}"
    return look.replace("exercise.py", place, 1) if "exercise.py" in look else f"{look} ({place})"


def line_of(path: Path, name: str) -> int | None:
    """The line of a function or class with this name, "Parser.feed"; None where there is none."""
    try:
        body: list[ast.stmt] = ast.parse(path.read_text("utf-8")).body
    except (OSError, SyntaxError, ValueError):
        return None
    line: int | None = None
    for part in name.split("."):
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = [it for it in body if isinstance(it, kinds) and it.name == part]
        if not found:
            return None
        body, line = found[-1].body, found[-1].lineno
    return line
