"""The tables of what was measured on servers."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from benchmarks.contenders import TANDEM

Spread = dict[str, float] | None


def servers_table(name: str, kept: dict[str, Any]) -> Table:
    """One kind of server: the fastest first; the memory is that of its worker."""
    made_of = ", ".join(f"{name} {version}" for name, version in kept["versions"].items())
    title = f"{name} ({made_of}; {kept['remark']})"
    table = _table(
        title, "requests/s", "of bare's", "CPU us a request", "of bare's, a CPU second", "PSS, MB"
    )
    rows = kept["contenders"].items()
    for contender, row in sorted(rows, key=lambda item: -item[1]["requests a second"]["median"]):
        memory = row["worker's PSS, bytes"]
        cells = [
            told(row["requests a second"], "{:,.0f}"),
            told(row["ratio to bare"], "{:.3f}"),
            told(row["cpu microseconds a request"], "{:.1f}"),
            told(row["ratio to bare, a CPU second"], "{:.3f}"),
            f"{memory / 1e6:.1f}" if memory else "",
        ]
        shown = f"[bold]{contender}[/]" if contender == TANDEM else escape(contender)
        table.add_row(shown, *cells)
    for contender in kept["faults"]:
        table.add_row(escape(contender), "[red]not measured[/]", "", "", "", "")
    return table


def starts_table(kept: dict[str, Any]) -> Table:
    """Import and cold start, the quickest import first."""
    columns = [f"{kind}: first answer after ms" for kind in kept["servers"]]
    table = _table("Import and cold start", "import, ms of CPU", *columns)
    rows = kept["contenders"].items()
    for contender, row in sorted(rows, key=lambda item: item[1]["import"]["median"]):
        cells = [told(row["import"], "{:.0f}")]
        cells += [told(row["first answer"].get(kind), "{:,.0f}") for kind in kept["servers"]]
        shown = f"[bold]{contender}[/]" if contender.startswith(TANDEM) else escape(contender)
        table.add_row(shown, *cells)
    return table


def told(found: Spread, form: str) -> str:
    """A median with its range."""
    if not found:
        return ""
    low, middle, high = (form.format(found[key]) for key in ("lowest", "median", "highest"))
    return f"{middle} [dim]({low}-{high})[/]"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title))
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table
