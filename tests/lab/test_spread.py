import pytest

from lab.compare.spread import Spread, curve, middle, percentile

HUNDRED = [float(number) for number in range(1, 101)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3], (3, 3, 3)), ([5, 1, 3], (3, 1, 5)), ([4, 1, 2, 3], (2.5, 1, 4))],
)
def test_a_spread_is_the_median_with_the_range(values, expected):
    spread = Spread.of(values)
    assert (spread.median, spread.low, spread.high) == expected


def test_a_spread_of_nothing_raises():
    with pytest.raises(ValueError, match="at least one"):
        Spread.of([])


def test_the_middle_of_a_missing_spread_is_missing():
    assert middle(None) is None
    assert middle(Spread(2, 1, 3)) == 2


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ((10, 20), True),
        ((12, 13), True),
        ((0, 50), True),
        ((5, 10), True),  # they touch
        ((20, 30), True),
        ((0, 9), False),
        ((21, 30), False),
    ],
)
def test_ranges_overlap_when_they_share_a_value(other, overlap):
    spread, second = Spread(15, 10, 20), Spread(sum(other) / 2, *other)
    assert spread.overlaps(second) is overlap
    assert second.overlaps(spread) is overlap


@pytest.mark.parametrize(
    ("other", "clear"),
    [
        ((400, 500), True),
        ((220, 230), False),  # apart, but by less than a quarter of the wider range
        ((260, 270), True),
        ((60, 70), True),
        ((0, 0), True),
        ((0, 90), False),  # a server that answered nothing in one round is far from steady
        ((0, 70), True),
    ],
)
def test_ranges_are_clear_of_each_other_when_they_are_widened_by_a_quarter(other, clear):
    spread, second = Spread(150, 100, 200), Spread(sum(other) / 2, *other)
    assert spread.is_clear_of(second) is clear
    assert second.is_clear_of(spread) is clear


def test_one_round_that_a_busy_machine_spoilt_hides_no_great_difference():
    assert Spread(3500, 896, 6872).is_clear_of(Spread(59, 41, 74))


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(0, 1), (1, 1), (50, 50), (50.1, 51), (99, 99), (99.9, 100), (100, 100)],
)
def test_a_percentile_is_the_nearest_rank(percent, expected):
    assert percentile(HUNDRED, percent) == expected


def test_a_percentile_is_always_a_measured_value():
    assert percentile([1.0, 100.0], 75) == 100.0


def test_a_percentile_of_nothing_raises():
    with pytest.raises(ValueError, match="at least one"):
        percentile([], 50)


def test_a_curve_stops_where_its_number_of_values_stops_to_tell():
    assert [percent for percent, _ in curve(HUNDRED)][-2:] == [99, 100]
    assert curve(HUNDRED)[0] == (0, 1.0)
    assert curve([7.0]) == [(0, 7.0), (100, 7.0)]
    assert curve([]) == []
