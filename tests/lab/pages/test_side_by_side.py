"""Two reports, figure by figure."""

import json
from copy import deepcopy

import pytest

from core import UnprocessableContent
from lab.pages.side_by_side import differences, read, rows
from tests.lab.made import five
from tests.lab.pages.kept import ended


def document(*rates):
    return json.loads(ended(*rates).report)


def of_hello(left, right):
    return rows(document(left), document(right))[0]


@pytest.mark.parametrize(
    ("left", "right", "said", "is_clear"),
    [
        (five(400, 440), five(500, 540), "the second is better", True),
        (five(500, 540), five(400, 440), "the first is better", True),
        (five(400, 440), five(430, 470), "no verdict: the ranges overlap", False),
        (five(400, 440), five(400, 440), "no verdict: the ranges overlap", False),
        (
            five(400, 440),
            five(441, 481),
            "no verdict: the ranges are too near to each other",
            False,
        ),
        (five(400, 440), [900] * 4, "no verdict: that takes 5 rounds in both", False),
    ],
)
def test_nothing_is_concluded_where_ranges_are_not_clear(left, right, said, is_clear):
    row = of_hello(left, right)
    assert row.said.startswith(said)
    assert row.is_clear is is_clear


def test_a_ratio_has_a_range():
    row = of_hello(five(400, 500), five(800, 1200))
    assert row.ratio == "2.22 (1.60 to 3.00)"
    assert row.left == "450 (400 to 500)"


def test_a_figure_of_nothing_has_no_ratio():
    assert of_hello([0] * 5, five(1, 2)).ratio == "none: a figure is 0"


def test_of_times_the_shorter_is_better():
    left, right = document(five(1, 2)), document(five(1, 2))
    for run, seconds in ((left, 0.2), (right, 0.1)):
        run["workloads"][0]["judged_by"] = "Half answered within"
        run["cells"][0]["p50"] = {"median": seconds, "low": seconds, "high": seconds}
    (row, *_) = rows(left, right)
    assert (row.said, row.left) == ("the second is better", "200 ms")


def test_only_what_both_have_is_compared():
    left, right = document(five(1, 2), five(1, 2)), document(five(1, 2))
    assert [(row.contender, row.workload) for row in rows(left, right)] == [
        ("gunicorn sync", "hello")
    ]
    right["cells"] = []
    assert rows(left, right) == []


def test_a_workload_that_is_judged_otherwise_is_another():
    left, right = document(five(1, 2)), document(five(1, 2))
    right["workloads"][0]["judged_by"] = "99 in 100 answered within"
    assert rows(left, right) == []


def test_what_else_is_different_is_told():
    left = document(five(1, 2))
    right = deepcopy(left)
    assert differences(left, right) == []
    right["settings"]["connections"] = 64
    right["machine"]["versions"] = {"python": "3.12", "uvicorn": "1"}
    right["targets"].append({"module": "b", "application": "", "app": "app"})
    assert differences(left, right) == [
        "compared: shop:application:app and shop:application:app and b:app",
        "connections: 16 and 64",
        "python: 3.11 and 3.12",
        "gunicorn: 23 and not there",
        "uvicorn: not there and 1",
    ]


def test_a_report_of_another_version_is_refused():
    with pytest.raises(UnprocessableContent, match="the report of run 7 is tandem-compare/1"):
        read('{"format": "tandem-compare/1"}', 7)
