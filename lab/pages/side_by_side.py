"""Two past runs, figure by figure: how many times the one is the other, and whether that is known.

A ratio has a range too: from the lowest of the one over the highest of the other, to the reverse.
Nothing is concluded where the ranges of the two overlap, or where there were too few rounds to
tell: the rule is that of a comparison itself (`lab.compare.spread`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core import UnprocessableContent
from lab.compare.report_json import FORMAT
from lab.compare.settings import ENOUGH_ROUNDS
from lab.compare.spread import Spread
from lab.compare.yardsticks import HALF, NEARLY_ALL, RATE, Yardstick

# By what judges a workload: how its figure is read, and what it is called in a cell.
FIGURES = {
    RATE.title: (RATE, "rate"),
    HALF.title: (HALF, "p50"),
    NEARLY_ALL.title: (NEARLY_ALL, "p99"),
}
SETTINGS = ("connections", "threads", "duration", "rounds", "rate")  # which change what is measured


@dataclass(frozen=True, slots=True)
class Row:
    """One server on one workload, in both runs."""

    contender: str
    workload: str
    judged_by: str
    left: str  # the figure with its range
    right: str
    ratio: str  # right to left, with its range
    said: str
    is_clear: bool


def read(text: str, number: int) -> dict[str, Any]:
    """A report.json; raises UnprocessableContent where it is of another version."""
    document: dict[str, Any] = json.loads(text)
    if document["format"] != FORMAT:
        raise UnprocessableContent(
            f"the report of run {number} is {document['format']}; this Tandem compares {FORMAT}"
        )
    return document


def rows(left: dict[str, Any], right: dict[str, Any]) -> list[Row]:
    """The cells that both have, in the first's order."""
    others = {_key(cell): cell for cell in right["cells"]}
    judged = [{w["name"]: w["judged_by"] for w in run["workloads"]} for run in (left, right)]
    return [
        row
        for cell in left["cells"]
        if _key(cell) in others and judged[0][cell["workload"]] == judged[1][cell["workload"]]
        for row in _rows(cell, others[_key(cell)], judged[0][cell["workload"]])
    ]


def differences(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """What else is different between two runs, and so may be the reason."""
    return [
        f"{what}: {one} and {other}" for what, one, other in _facts(left, right) if one != other
    ]


def _facts(left: dict[str, Any], right: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    yield "compared", _targets(left), _targets(right)
    for name in SETTINGS:
        yield name, left["settings"][name], right["settings"][name]
    yield "load sent by", *(run["settings"].get("engine", "own") for run in (left, right))
    for name in ("processor", "cores", "system"):
        yield name, left["machine"][name], right["machine"][name]
    versions = left["machine"]["versions"], right["machine"]["versions"]
    for name in dict.fromkeys([*versions[0], *versions[1]]):
        yield name, versions[0].get(name, "not there"), versions[1].get(name, "not there")


def _targets(run: dict[str, Any]) -> str:
    return " and ".join(
        ":".join(filter(None, (each["module"], each["application"], each["app"])))
        for each in run["targets"]
    )


def _key(cell: dict[str, Any]) -> tuple[str, str]:
    return cell["contender"], cell["workload"]


def _rows(left: dict[str, Any], right: dict[str, Any], judged_by: str) -> Iterator[Row]:
    """The row of two cells; none where one was not measured."""
    by, field = FIGURES[judged_by]
    if left[field] is None or right[field] is None:
        return
    one, other = Spread(**left[field]), Spread(**right[field])
    said, is_clear = _verdict(one, other, min(len(left["rounds"]), len(right["rounds"])), by)
    yield Row(
        contender=left["contender"],
        workload=left["workload"],
        judged_by=by.title,
        left=by.with_range(one),
        right=by.with_range(other),
        ratio=_ratio(one, other),
        said=said,
        is_clear=is_clear,
    )


def _ratio(left: Spread, right: Spread) -> str:
    if not (left.low and left.median):
        return "none: a figure is 0"
    median, low, high = right.median / left.median, right.low / left.high, right.high / left.low
    return f"{median:.2f} ({low:.2f} to {high:.2f})"


def _verdict(left: Spread, right: Spread, rounds: int, by: Yardstick) -> tuple[str, bool]:
    """What may be concluded, and whether it is anything."""
    if rounds < ENOUGH_ROUNDS:
        return f"no verdict: that takes {ENOUGH_ROUNDS} rounds in both", False
    if left.overlaps(right):
        return "no verdict: the ranges overlap", False
    if not left.is_clear_of(right):
        return "no verdict: the ranges are too near to each other", False
    is_better = (right.median > left.median) is by.is_higher_better
    return "the second is better" if is_better else "the first is better", True
