"""An explanation as a person reads it: the answer first, then why."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lab.explain.explanation import Explanation, Tried, Winner

SHOWN = 8  # routes that don't answer; the nearest of them
INDENT = (0, 0, 0, 3)
OF_MIDDLEWARE = (
    "Under an event loop the App's middleware runs on it; what it yields by call(...) runs where a "
    "handler of its kind would."
)


def show(told: Explanation, console: Console, *, every: bool = False) -> None:
    """Write it to the console; every route, or those that come near."""
    console.print(Text(f"{told.method} {told.path} of {told.module}", style="bold"))
    for note in told.notes:
        console.print(Padding(Text(note), INDENT))
    _heading(console, "Answer")
    console.print(Padding(_answer(told), INDENT))
    if told.winner is not None:
        _winner(told.winner, console)
    _others(told, console, every)
    if told.middleware:
        _heading(console, "Middleware, the outermost first; each may answer by itself")
        for layer in told.middleware:
            line = Text.assemble((layer.name, "bold"), f" {layer.place}, around {layer.around}")
            console.print(Padding(line, INDENT))
        if any(layer.around.startswith("the App") for layer in told.middleware):
            console.print(Padding(Text(OF_MIDDLEWARE, style="dim"), INDENT))
    if told.runs:
        _heading(console, "Where the handler runs")
        for servers, where in told.runs:
            console.print(
                Padding(Text.assemble((", ".join(servers), "bold"), f": {where}"), INDENT)
            )


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold cyan"))


def _answer(told: Explanation) -> Text:
    if told.winner is not None:
        winner = told.winner
        where = f" ({winner.place}) answers: {winner.path}"
        return Text.assemble((winner.handler, "bold green"), where)
    text = Text.assemble((str(told.status), "bold red"), f": {told.reason}")
    for name, value in told.headers.items():
        text.append(f"\n{name}: {value}")
    if told.answered_by:
        text.append(f"\nThe answer is made by the error handler {told.answered_by}")
    return text


def _winner(winner: Winner, console: Console) -> None:
    lines = [f"kind: {winner.kind}", f"name, for url_for: {winner.name}"]
    lines += [
        f"{it.name} = {it.value}, {it.type}, converted by {it.converter}"
        for it in winner.parameters
    ]
    if winner.stream:
        lines.append(f"the body is read by the handler, at most {winner.max_body:,} bytes")
    elif winner.max_body is not None:
        lines.append(f"the body is read before, at most {winner.max_body:,} bytes, else it is 413")
    for line in lines:
        console.print(Padding(Text(line), INDENT))


def _others(told: Explanation, console: Console, every: bool) -> None:
    others = sorted((it for it in told.tried if it.why), key=lambda it: _distance(it, told))
    near = [it for it in others if it.fits or it.depth] or others
    few = others if every else near[:SHOWN]
    if not few:
        return
    _heading(console, "Why not another, the nearest first")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for it in few:
        methods = ",".join(it.methods) or "mount"
        table.add_row(Text(f"{methods} {it.path}"), Text(it.why))
    console.print(Padding(table, INDENT))
    if len(few) < len(others):
        rest = f"and {len(others) - len(few)} more, shown by --all"
        console.print(Padding(Text(rest, style="dim"), INDENT))


def _distance(tried: Tried, told: Explanation) -> tuple[int, int, bool]:
    """How far from the path; of two that part at the same segment, one as long is nearer."""
    is_as_long = tried.path.count("/") == told.path.count("/")
    return -tried.depth, -tried.fits, not is_as_long
