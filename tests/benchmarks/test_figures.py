"""From rounds to medians, costs, ratios, exponents, and where Tandem stands."""

import pytest

from benchmarks.contenders import BARE, TANDEM
from benchmarks.growth.lines import exponent, line
from benchmarks.in_process.figures import figures_of, ratio
from benchmarks.in_process.measure import Plan
from benchmarks.in_process.standing import standings
from benchmarks.served.rounds import Taken
from benchmarks.served.summed import spread, summed
from tests.benchmarks.made import in_process, made_kind

TIMINGS = {
    ("text", BARE): [1.0, 2.0, 3.0],
    ("text", TANDEM): [3.0, 4.0, 50.0],
    ("text", "Falcon"): [9.0, 10.0, 11.0],
    ("text", "free"): [1.0, 2.0, 2.5],
}


def test_a_cost_is_a_median_less_that_of_the_bare_callable():
    figure = figures_of(TIMINGS)["text"][TANDEM]

    assert (figure.median, figure.cost, figure.lowest, figure.highest) == (4.0, 2.0, 3.0, 50.0)


def test_a_ratio_is_of_two_costs():
    assert ratio(figures_of(TIMINGS), "text", TANDEM, "Falcon") == 2.0 / 8.0


@pytest.mark.parametrize("peer", ["nobody", "free"])
def test_there_is_no_ratio_to_who_was_not_timed_or_costs_nothing(peer):
    assert ratio(figures_of(TIMINGS), "text", TANDEM, peer) is None


def test_a_share_of_a_plan_has_at_least_one_call():
    assert Plan(rounds=3, calls=100).share(5_000) == Plan(rounds=3, calls=1)


@pytest.mark.parametrize(("power", "wanted"), [(0, 0.0), (1, 1.0), (2, 2.0), (0.5, 0.5)])
def test_the_exponent_of_a_power_is_that_power(power, wanted):
    points = [(size, 7 * size**power) for size in (10, 100, 1_000, 10_000)]

    assert exponent(points) == pytest.approx(wanted)


def test_what_has_no_logarithm_has_no_part_in_an_exponent():
    assert exponent([(0, 5.0), (1, 3.0), (2, -1.0), (10, 30.0)]) == pytest.approx(1.0)


@pytest.mark.parametrize("points", [[], [(10, 1.0)], [(0, 1.0), (10, 1.0)], [(5, 1.0), (5, 2.0)]])
def test_fewer_than_two_sizes_have_no_exponent(points):
    assert exponent(points) is None


def test_a_line_tells_the_exponent_of_its_last_step_too():
    found = line([1, 10, 100], [spread([100.0]), spread([100.0]), spread([1_000.0])])

    assert found["exponent"] == pytest.approx(0.5)
    assert found["exponent at the end"] == pytest.approx(1.0)
    assert found["sizes"] == [1, 10, 100]


def test_tandem_stands_beside_the_cheapest_peer_and_that_of_the_goal():
    costs = {"text": {TANDEM: 4.0, "Falcon": 10.0, "Bottle": 5.0}}

    (found,) = standings(in_process("wsgi", costs))

    assert (found.lowest, found.against, found.ratio, found.goal) == ("Bottle", "Falcon", 0.4, 0.5)
    assert found.reached


@pytest.mark.parametrize(("cost", "reached"), [(10.0, True), (10.1, False)])
def test_in_any_other_case_the_goal_is_the_cheapest_peer(cost, reached):
    costs = {"cookies": {TANDEM: cost, "Falcon": 20.0, "Bottle": 10.0}}

    (found,) = standings(in_process("wsgi-requests", costs))

    assert (found.against, found.goal, found.reached) == ("Bottle", 1.0, reached)


def test_who_was_timed_alone_has_no_standing():
    assert list(standings(in_process("wsgi", {"text": {TANDEM: 4.0}}))) == []


def test_a_ratio_to_the_bare_callable_is_taken_within_a_round():
    taken = {
        BARE: Taken(rates=[1_000.0, 100.0, 500.0], cpu=[10.0]),
        TANDEM: Taken(
            rates=[900.0, 90.0], cpu=[12.5], memory=5_000
        ),  # the last round was cut short
        "nobody": Taken(fault="it did not start"),
    }

    kept = summed(made_kind(), taken)

    ours = kept["contenders"][TANDEM]
    assert ours["ratio to bare"] == {"median": 0.9, "lowest": 0.9, "highest": 0.9}
    assert ours["ratio to bare, a CPU second"]["median"] == 0.8
    assert ours["worker's PSS, bytes"] == 5_000
    assert kept["faults"] == {"nobody": "it did not start"}
    assert "nobody" not in kept["contenders"]
