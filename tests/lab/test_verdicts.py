from dataclasses import replace

import pytest

from lab.compare.verdicts import notes, verdict
from lab.compare.workloads import WORKLOADS
from tests.lab.made import comparison

HELLO = WORKLOADS[0]

# good answers a second, round by round, of sync, gthread and uvicorn; the sentence
VERDICTS = {
    "a winner": (
        ([100, 110, 120], [200, 210, 220], [410, 420, 430]),
        "uvicorn answered the most, 2 times gunicorn gthread: 420 (410 to 430) requests a second. "
        "Then gunicorn gthread 210 (200 to 220) and gunicorn sync 110 (100 to 120).",
    ),
    "hardly ahead, and no factor is boasted of": (
        ([100, 101], [103, 104], [110, 111]),
        "uvicorn answered the most: 110 (110 to 111) requests a second. "
        "Then gunicorn gthread 104 (103 to 104) and gunicorn sync 100 (100 to 101).",
    ),
    "many times": (
        ([1, 1], [2, 2], [300, 300]),
        "uvicorn answered the most, 150 times gunicorn gthread: 300 (300 to 300) requests a "
        "second. Then gunicorn gthread 2 (2 to 2) and gunicorn sync 1 (1 to 1).",
    ),
    "nothing but errors behind": (
        ([0, 0], [0, 0], [300, 300]),
        "uvicorn answered the most: 300 (300 to 300) requests a second. "
        "Then gunicorn sync 0 (0 to 0) and gunicorn gthread 0 (0 to 0).",
    ),
    "two overlap": (
        ([10, 10], [400, 500], [450, 600]),
        "No winner: the ranges of uvicorn 525 (450 to 600) and gunicorn gthread 450 (400 to 500) "
        "requests a second overlap. Clearly fewer: gunicorn sync 10 (10 to 10).",
    ),
    "a chain: the last overlaps with the second alone": (
        ([380, 420], [400, 500], [450, 600]),
        "No winner: the ranges of uvicorn 525 (450 to 600) and gunicorn gthread 450 (400 to 500) "
        "requests a second overlap. Clearly fewer than uvicorn only: gunicorn sync 400 "
        "(380 to 420).",
    ),
    "all overlap": (
        ([400, 500], [400, 500], [400, 500]),
        "No winner: the ranges of gunicorn sync 450 (400 to 500), gunicorn gthread 450 "
        "(400 to 500) and uvicorn 450 (400 to 500) requests a second overlap.",
    ),
    "one round": (
        ([100], [200], [300]),
        "No winner is named: one round shows no range. uvicorn 300 (300 to 300), gunicorn gthread "
        "200 (200 to 200) and gunicorn sync 100 (100 to 100).",
    ),
    "one server": (
        ([100, 110],),
        "Only gunicorn sync 105 (100 to 110) was measured: there is nothing to compare it with.",
    ),
    "nothing": ((), "Not measured."),
}


@pytest.mark.parametrize(("rates", "sentence"), VERDICTS.values(), ids=VERDICTS)
def test_a_verdict_names_a_winner_only_where_no_range_overlaps(rates, sentence):
    assert verdict(comparison(*rates), HELLO) == sentence


def test_what_is_left_out_is_said_by_name():
    made = comparison([100, 110])
    for name in ("gunicorn gthread", "uvicorn"):
        made.cell(name, "hello").left_out = "GET /hello was answered 404, not 2xx"
    assert notes(made, HELLO) == [
        "hello is left out for gunicorn gthread and uvicorn: GET /hello was answered 404, not 2xx."
    ]


def test_errors_and_a_generator_at_its_limit_are_said():
    made = comparison([100, 110])
    cell = made.cell("gunicorn sync", "hello")
    cell.samples = [
        replace(sample, errors={"timed out": 2}, generator_busy=0.97) for sample in cell.samples
    ]
    errors, limit = notes(made, HELLO)
    assert "4 of 210 requests went wrong (timed out: 4)" in errors
    assert "the server may be faster than shown" in limit
