"""The table of one growth: a line in each row, with its exponents."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from benchmarks.contenders import TANDEM
from benchmarks.report.numbers import three


def growth_table(kept: dict[str, Any]) -> Table:
    """The medians by size, the exponent of the whole line and of its last step."""
    title = f"Growth with {kept['title']}: {kept['unit']}"
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title))
    table.add_column("", no_wrap=True)
    lines = kept["lines"]
    for size in next(iter(lines.values()), {"sizes": []})["sizes"]:
        table.add_column(f"{size:,}", justify="right", no_wrap=True)
    of_memory = any("bytes a connection" in found for found in lines.values())
    for heading in ("exponent", "at the end", "bytes each" if of_memory else "last / first"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, found in lines.items():
        values = [value["median"] for value in found["values"]]
        table.add_row(
            f"[bold]{name}[/]" if TANDEM in name else escape(name),
            *map(three, values),
            *[_two(found[key]) for key in ("exponent", "exponent at the end")],
            _end(found, values),
        )
    return table


def _end(found: dict[str, Any], values: list[float]) -> str:
    """What a connection takes, or how many times the first value the last one is."""
    each = found.get("bytes a connection")
    if each:
        return f"{each['median']:,.0f}"
    return _two(values[-1] / values[0]) if values[0] > 0 else ""


def _two(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
