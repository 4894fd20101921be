from dataclasses import replace
from random import Random

import pytest

from lab.compare.verdicts import notes, verdict, winner
from lab.compare.workloads import WORKLOADS
from tests.lab.made import comparison, five

HELLO = WORKLOADS[0]
BESIDE = WORKLOADS[-1].beside

# good answers a second, round by round, of sync, gthread and uvicorn; the sentence
VERDICTS = {
    "a winner": (
        (five(100, 120), five(200, 220), five(410, 430)),
        "uvicorn answered the most, 2 times gunicorn gthread: 420 (410 to 430) requests a second. "
        "Then gunicorn gthread 210 (200 to 220) and gunicorn sync 110 (100 to 120).",
    ),
    "hardly ahead, and no factor is boasted of": (
        (five(100, 101), five(103, 104), five(110, 111)),
        "uvicorn answered the most: 110 (110 to 111) requests a second. "
        "Then gunicorn gthread 103 (103 to 104) and gunicorn sync 100 (100 to 101).",
    ),
    "many times": (
        (five(1, 1), five(2, 2), five(300, 300)),
        "uvicorn answered the most, 150 times gunicorn gthread: 300 requests a "
        "second. Then gunicorn gthread 2 and gunicorn sync 1.",
    ),
    "nothing but errors behind": (
        (five(0, 0), five(0, 0), five(300, 300)),
        "uvicorn answered the most: 300 requests a second. "
        "Then gunicorn sync 0 and gunicorn gthread 0.",
    ),
    "two overlap": (
        (five(10, 10), five(400, 500), five(450, 600)),
        "uvicorn and gunicorn gthread are ahead, with no winner among them: the ranges of "
        "uvicorn 525 (450 to 600) and gunicorn gthread 450 (400 to 500) "
        "requests a second overlap. Clearly fewer: gunicorn sync 10.",
    ),
    "a chain: the last overlaps with the second alone": (
        (five(340, 400), five(390, 510), five(500, 600)),
        "uvicorn and gunicorn gthread are ahead, with no winner among them: the ranges of "
        "uvicorn 550 (500 to 600) and gunicorn gthread 450 (390 to 510) "
        "requests a second overlap. Clearly fewer than uvicorn only: gunicorn sync 370 "
        "(340 to 400).",
    ),
    "apart, but by no more than the next round may be": (
        ([10] * 5, five(400, 440), five(450, 490)),
        "uvicorn and gunicorn gthread are ahead, with no winner among them: the ranges of "
        "uvicorn 470 (450 to 490) and gunicorn gthread 420 (400 to 440) "
        "requests a second are too near to each other. Clearly fewer: gunicorn sync 10.",
    ),
    "all overlap": (
        (five(400, 500), five(400, 500), five(400, 500)),
        "No winner: the ranges of gunicorn sync 450 (400 to 500), gunicorn gthread 450 "
        "(400 to 500) and uvicorn 450 (400 to 500) requests a second overlap.",
    ),
    "too few rounds": (
        ([100] * 4, [200] * 4, [300] * 4),
        "No winner is named: that takes 5 rounds, and there are 4. uvicorn 300, "
        "gunicorn gthread 200 and gunicorn sync 100 requests a second.",
    ),
    "a single round": (
        ([100], [200], [300]),
        "No winner is named: that takes 5 rounds, and there is 1. uvicorn 300, "
        "gunicorn gthread 200 and gunicorn sync 100 requests a second.",
    ),
    "one server": (
        ([100, 110],),
        "Only gunicorn sync 105 (100 to 110) requests a second: there is nothing to compare it "
        "with.",
    ),
    "nothing": ((), "Not measured."),
}


@pytest.mark.parametrize(("rates", "sentence"), VERDICTS.values(), ids=VERDICTS)
def test_a_verdict_names_a_winner_only_where_no_range_overlaps(rates, sentence):
    assert verdict(comparison(*rates), HELLO) == sentence
    assert (winner(comparison(*rates), HELLO) != "") is ("answered the most" in sentence)


def timed(*milliseconds, rate=None, beside=BESIDE):
    """A comparison in which half of a server's answers took these times, round by round."""
    made = comparison(*[[100] * 5 for _ in milliseconds])
    made.settings = replace(made.settings, rate=rate)
    workload = replace(HELLO, beside=beside)
    made.workloads[0] = workload
    for cell in made.cells:
        if cell.workload is HELLO:
            cell.workload = workload
    for cell, rounds in zip(made.of(workload), milliseconds, strict=False):
        cell.samples = [
            replace(sample, latencies=[time / 1000, time / 1000, time / 500] if time else [])
            for sample, time in zip(cell.samples, rounds, strict=True)
        ]
    return verdict(made, workload)


def test_beside_others_the_time_of_half_the_answers_is_judged():
    assert timed(five(500, 600), five(20, 22), five(2, 4)) == (
        "uvicorn answered soonest, 7 times sooner than gunicorn gthread: 3 ms (2 ms to 4 ms) for "
        "half of them. Then gunicorn gthread 21 ms (20 ms to 22 ms) and gunicorn sync 550 ms "
        "(500 ms to 600 ms)."
    )


def test_times_that_overlap_have_no_winner():
    assert timed(five(500, 600), five(2, 5), five(2, 4)) == (
        "gunicorn gthread and uvicorn are ahead, with no winner among them: the ranges of "
        "gunicorn gthread 3 ms (2 ms to 5 ms) and uvicorn 3 ms (2 ms to "
        "4 ms) for half of them overlap. Clearly slower: gunicorn sync 550 ms (500 ms to 600 ms)."
    )


def test_on_a_schedule_the_time_of_nearly_all_answers_is_judged():
    said = timed(five(500, 600), five(20, 22), five(2, 4), rate=50, beside=None)
    assert said.startswith("uvicorn answered soonest, 7 times sooner than gunicorn gthread: 6 ms ")


def test_a_server_without_any_answer_is_said_to_have_none():
    assert timed([0] * 5, five(20, 22), five(2, 4)).endswith(
        "(20 ms to 22 ms). No good answer at all: gunicorn sync."
    )
    assert timed([0] * 5) == "No good answer at all: gunicorn sync."


def test_a_long_list_is_cut_short():
    made = comparison(*[[100] * 5] * 3)
    hello = made.of(HELLO)
    made.cells += [replace(hello[0]) for _ in range(4)]
    assert "and 2 more requests a second overlap" in verdict(made, HELLO)


# Twenty comparisons of servers that are the same, and twenty of servers of which one has 5 ms of
# processor work planted into each request, with the noise that was measured on a busy machine: a
# round differs from the next by some 8 %, and one in ten falls by a half.
def rounds(order, rate):
    figures = [order.gauss(rate, rate * 0.08) for _ in range(5)]
    return [max(1, int(f * (0.5 if order.random() < 0.1 else 1))) for f in figures]


@pytest.mark.parametrize("seed", range(20))
def test_no_winner_is_named_where_there_is_none(seed):
    order = Random(seed)
    assert winner(comparison(rounds(order, 1500), rounds(order, 1500)), HELLO) == ""


@pytest.mark.parametrize("seed", range(20))
def test_five_planted_milliseconds_are_found(seed):
    order = Random(seed)
    planted = 1 / (1 / 1500 + 0.005)
    made = comparison(rounds(order, planted), rounds(order, 1500))
    assert winner(made, HELLO) == "gunicorn gthread"


def test_what_is_left_out_is_said_by_name():
    made = comparison([100, 110])
    for name in ("gunicorn gthread", "uvicorn"):
        made.cell(name, "hello").left_out = "GET /hello was answered 404, not 2xx"
    assert notes(made, HELLO) == [
        "hello is left out for gunicorn gthread and uvicorn: GET /hello was answered 404, not 2xx."
    ]


def test_errors_and_a_generator_at_its_limit_are_said():
    made = comparison(five(100, 110))
    cell = made.cell("gunicorn sync", "hello")
    cell.samples = [
        replace(
            sample, errors={"timed out": 2}, generator_busy=0.97, beside_errors={"timed out": 1}
        )
        for sample in cell.samples
    ]
    errors, beside, limit = notes(made, HELLO)
    assert "of the clients beside those measured some went wrong (timed out: 5)" in beside
    assert "10 of 525 requests went wrong (timed out: 10)" in errors
    assert "the server may be faster than shown" in limit


def test_rounds_that_are_far_apart_are_told_where_answers_are_counted():
    made = comparison(five(100, 200), five(100, 199), five(100, 310))
    assert notes(made, HELLO) == [
        "gunicorn sync and uvicorn: the best round has up to 3.1 times the answers of the worst. "
        "Perhaps something else was at work on this machine: measure again, or longer (--duration)."
    ]
    made.settings = replace(made.settings, rate=50.0)
    assert notes(made, HELLO) == []
