"""The x-ray in the terminal: two columns where there is room, else one under the other.

Marks say what colours say too: "=" the same, "~" the same in another form, "!" different, "<" only
in WSGI, ">" only in ASGI.
"""

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from core.worlds import World
from lab.xray.deeds import Deed
from lab.xray.findings import Finding
from lab.xray.pairs import Field, Pair
from lab.xray.sequence import Line, Step, steps_of
from lab.xray.shown import milliseconds, printable
from lab.xray.tape import Tape

WIDE = 100  # columns of the terminal from which on there are two
MARKS = {"same": "=", "form": "~", "different": "!", "wsgi": "<", "asgi": ">"}
COLOURS = {"same": "green", "form": "cyan", "different": "red", "wsgi": "magenta", "asgi": "yellow"}
NAMES: dict[World, str] = {"wsgi": "WSGI", "asgi": "ASGI"}
WHEN = "ms: since the application was called; then the thread (its number) or the loop's task"
LEGEND = "= the same   ~ the same in another form   ! different   < only in WSGI   > only in ASGI"


def show(tape: Tape, console: Console) -> None:
    """Write the whole x-ray to `console`."""
    worlds: list[World] = list(tape.sides)
    steps = steps_of(tape)
    names = " and ".join(NAMES[world] for world in worlds)
    console.print(Text(f"{tape.script.title} of {tape.module}, {names}", style="bold"))
    legend = LEGEND if len(worlds) > 1 else ""
    if tape.script.only or legend:
        console.print(Text(tape.script.only or legend, style="dim"))
    console.print(Text(WHEN, style="dim"))
    for number, step in enumerate(steps, 1):
        console.print()
        mark = _only(step) if len(worlds) > 1 or step.is_one_sided else ""
        console.print(Text.assemble((f"{number}. {step.title}", "bold"), mark))
        console.print(_step(step, worlds, console.width >= WIDE))
        if step.why:
            console.print(Padding(Text(step.why, style="dim"), (0, 0, 0, 3)))


def show_findings(findings: list[Finding], console: Console, what: str) -> None:
    """Each finding with its clause, or that there is none."""
    if not findings:
        console.print(f"[green]Nothing found[/green]: {escape(what)}.")
    for finding in findings:
        console.print(Text.assemble((finding.clause, "bold red"), f": {finding.what}"))
        console.print(Padding(Text(finding.where, style="dim"), (0, 0, 0, 3)))


def show_notes(notes: list[str], console: Console) -> None:
    """What is no finding."""
    for note in notes:
        console.print(Text(f"Note: {printable(note)}", style="yellow"), soft_wrap=True)


def _only(step: Step) -> Text:
    """The mark of a step that one world alone has."""
    return Text(f"  {MARKS[step.only]}", COLOURS[step.only]) if step.only else Text()


def _step(step: Step, worlds: list[World], is_wide: bool) -> RenderableType:
    if "both" in step.wires:
        return Padding(_wire(step.wires["both"]), (0, 0, 0, 3))
    cells = {world: _cell(step, world) for world in worlds}
    if not is_wide or len(worlds) == 1:
        parts: list[RenderableType] = []
        for world in worlds:
            cell = cells[world]
            if cell is not None:
                parts += [Text(f"   {NAMES[world]}", style="italic"), Padding(cell, (0, 0, 0, 3))]
        return Group(*parts, _stacked(step.pairs, worlds))
    table = Table(box=SIMPLE_HEAD, expand=True, show_edge=False, padding=(0, 1))
    table.add_column("", width=1)
    for world in worlds:
        table.add_column(NAMES[world], ratio=1, overflow="fold")
    table.add_row("", *(cell if cell is not None else Text("") for cell in cells.values()))
    for pair in step.pairs:
        sides = [_field(pair.wsgi), _field(pair.asgi)]
        if pair.why:  # below the side that is there
            place = 0 if pair.asgi is None else 1
            sides[place] = Text.assemble(sides[place], "\n", (pair.why, "dim"))
        table.add_row(_mark(pair), *sides)
    return table


def _wire(wire: list[Line]) -> Text:
    return Text("\n".join(line.text for line in wire))


def _cell(step: Step, world: World) -> Text | None:
    """What this world does in the step; None for nothing."""
    if world in step.wires:
        return _wire(step.wires[world])
    deed: Deed | None = getattr(step, world)
    if deed is None:
        return None
    after = f"{milliseconds(deed.at)}, {deed.where}"
    return Text.assemble((deed.line, "bold"), "\n", (f"{after}, by the {deed.caller}", "dim"))


def _mark(pair: Pair) -> Text:
    return Text(MARKS[pair.mark], style=COLOURS[pair.mark])


def _field(field: Field | None) -> Text:
    return Text.assemble((field.name, "bold"), f" {field.value}") if field else Text("")


def _stacked(pairs: list[Pair], worlds: list[World]) -> RenderableType:
    """The fields one under the other, each with its mark and its world's name."""
    lines: list[RenderableType] = []
    for pair in pairs:
        for world in worlds:
            field: Field | None = getattr(pair, world)
            if field is not None:
                line = _field(field)
                if len(worlds) > 1:  # else there is nothing that it could be the same as
                    line = Text.assemble(_mark(pair), f" {NAMES[world]} ", line)
                lines.append(Padding(line, (0, 0, 0, 3)))
        if pair.why:
            lines.append(Padding(Text(pair.why, style="dim"), (0, 0, 0, 5)))
    return Group(*lines)
