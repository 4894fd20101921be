from dataclasses import replace

import pytest

from tests.lab.made import SAMPLE, comparison


@pytest.mark.parametrize(
    ("seconds", "each"),
    [
        ([0.5, 0.25], 0.75 / 200),
        ([0.5, None], 0.5 / 100),  # a round without a reading counts for nothing
        ([0.0, 0.0], None),  # less than a tick of the clock is not "no time at all"
        ([None], None),
    ],
)
def test_processor_time_is_told_for_each_answer_where_it_can_be(seconds, each):
    cell = comparison([1]).cells[0]
    cell.samples = [replace(SAMPLE, cpu_seconds=spent) for spent in seconds]
    assert cell.cpu_per_request == each
