"""The routes as a person reads them."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lab.routes.table import Around, Part, Routes, Row

INDENT = (0, 0, 0, 3)
MAX = 10_000  # columns; more than any table has


def show(routes: Routes, console: Console) -> None:
    """Write them to the console."""
    worlds = " and ".join(world.upper() for world in routes.worlds)
    console.print(Text(f"{routes.module}, behind {worlds}", style="bold"))
    for world, native in routes.native_middleware.items():
        _list(console, f"Middleware of the {world.upper()} door, the outermost first", native)
    for world, mounted in routes.mounted.items():
        if mounted:
            _heading(console, f"Answered by others, behind {world.upper()}")
        for prefix, what in mounted.items():
            console.print(Padding(Text.assemble((prefix, "bold"), f" {what}"), INDENT))
    for part in routes.parts:
        _part(part, routes.worlds, console)
    if routes.websockets:
        _heading(console, "WebSockets")
        _rows(routes.websockets, ["asgi"], console)


def _part(part: Part, worlds: list[str], console: Console) -> None:
    of = f" of the App at {part.prefix}" if part.prefix else ""
    _heading(console, f"Routes{of}" if part.routes else f"No routes{of}")
    if part.routes:
        _rows(part.routes, worlds, console)
    _list(console, f"Middleware{of}, the outermost first", part.middleware)
    _list(console, f"Error handlers{of}", part.error_handlers, is_for=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold cyan"))


def _list(console: Console, heading: str, things: list[Around], *, is_for: bool = False) -> None:
    if things:
        _heading(console, heading)
    for it in things:
        what = f"{it.what}: " if is_for else ""
        line = Text.assemble(what, (it.name, "bold"), f" {it.place}")
        console.print(Padding(line, INDENT))


def _rows(rows: list[Row], worlds: list[str], console: Console) -> None:
    """A table where there is room for one, else each route in some lines of its own."""
    table = _table(rows, worlds)
    unbound = console.options.update(max_width=MAX, width=MAX)
    if Measurement.get(console, unbound, table).maximum <= console.width:
        console.print(table)
        return
    for row in rows:
        console.print(Text.assemble(",".join(row.methods), " ", (row.path, "bold")))
        where = ", ".join(f"{world.upper()}: {row.runs[world]}" for world in worlds)
        for line in (f"{row.handler} {row.place}", f"{row.kind}; {where}", _rest(row)):
            if line:
                console.print(Padding(Text(line), INDENT))


def _table(rows: list[Row], worlds: list[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1))
    for heading in ("methods", "path", "handler"):
        table.add_column(heading, overflow="fold")
    table.add_column("is")
    for world in worlds:
        table.add_column(f"runs on {world.upper()}", overflow="fold")
    has_more = any(_rest(row) for row in rows)
    if has_more:
        table.add_column("options", overflow="fold")
    for row in rows:
        cells = [Text(",".join(row.methods)), Text(row.path, style="bold")]
        cells.append(Text.assemble(row.handler, "\n", (row.place, "dim")))
        cells.append(Text(row.kind))
        cells += [Text(row.runs[world]) for world in worlds]
        cells += [Text(_rest(row))] if has_more else []
        table.add_row(*cells)
    return table


def _rest(row: Row) -> str:
    """The name, where it is another than the handler's, and the options."""
    named = [] if row.name == row.handler else [f"name={row.name}"]
    options = [
        name if value is True else f"{name}={value:,}" for name, value in row.options.items()
    ]
    return ", ".join(named + options)
