import pytest

from lab.compare import words
from lab.compare.spread import Spread


@pytest.mark.parametrize(
    ("value", "expected"), [(9812.4, "9,812"), (100, "100"), (19.62, "19.6"), (0, "0")]
)
def test_a_rate_has_as_many_digits_as_it_can_bear(value, expected):
    assert words.rate(value) == expected


def test_a_range_stands_beside_its_median():
    assert words.rate_range(Spread(1000, 900, 1100)) == "1,000 (900 to 1,100)"


def test_a_single_round_has_no_range():
    assert words.rate_range(Spread.of([1000])) == "1,000"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3.284, "3.28 s"), (0.0526, "52.6 ms"), (0.000132, "132 µs"), (None, "n/a")],
)
def test_a_time_has_a_unit_that_fits(value, expected):
    assert words.seconds(value) == expected


def test_memory_is_in_megabytes():
    assert words.megabytes(23_500_000) == "23.5 MB"
    assert words.megabytes(None) == "n/a"


def test_errors_are_listed_the_most_frequent_first():
    assert (
        words.counts({"timed out": 1, "answered 500": 1200}) == "answered 500: 1,200, timed out: 1"
    )
    assert words.counts({}) == "none"


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_names_are_joined_as_in_a_sentence(names, expected):
    assert words.joined(names) == expected


def test_small_numbers_are_written_in_letters():
    assert [words.number(count) for count in (0, 3, 12)] == ["no", "three", "12"]
