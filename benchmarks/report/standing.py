"""The table that says where Tandem stands, and what it is not the cheapest in."""

from collections.abc import Sequence

from rich.table import Table

from benchmarks.in_process.standing import Standing
from benchmarks.report.numbers import three


def standing_table(rows: Sequence[Standing]) -> Table:
    """Tandem's cost beside the cheapest peer's; a ratio over its goal is red."""
    table = Table(
        title="Where Tandem stands: microseconds over the bare callable",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("", no_wrap=True)
    for heading in ("Tandem", "cheapest peer", "its cost", "ratio", "goal"):
        table.add_column(heading, justify="left" if "peer" in heading else "right", no_wrap=True)
    for row in rows:
        ratio = f"{row.ratio:.2f}" + ("" if row.against == row.lowest else f" of {row.against}")
        table.add_row(
            f"{row.world} {row.title}",
            three(row.cost),
            row.lowest,
            three(row.lowest_cost),
            ratio if row.reached else f"[red]{ratio}[/]",
            f"{row.goal:.2f}",
        )
    return table
