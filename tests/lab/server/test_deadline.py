import pytest

from lab.server.deadline import Deadline
from tests.lab.server.fakes import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def expired():
    return []


@pytest.fixture
def deadline(clock, expired):
    return Deadline(clock, lambda: expired.append(clock.now), least_rate=100)


def test_it_expires_once(clock, deadline, expired):
    deadline.set(5)
    clock.pass_by(4.9)
    assert expired == []
    clock.pass_by(100)
    assert expired == [1005]
    assert not deadline.is_set


def test_it_is_cancelled(clock, deadline, expired):
    deadline.set(5)
    deadline.cancel()
    clock.pass_by(10)
    assert expired == []


def test_it_is_set_anew_later(clock, deadline, expired):
    deadline.set(5)
    clock.pass_by(4)
    deadline.set(5)
    clock.pass_by(4)
    assert expired == []
    clock.pass_by(1)
    assert expired == [1009]


def test_it_is_set_anew_earlier(clock, deadline, expired):
    deadline.set(75)
    deadline.set(5)
    clock.pass_by(6)
    assert expired == [1005]
    clock.pass_by(100)
    assert expired == [1005]


def test_after_a_cancel_the_old_timer_counts_for_nothing(clock, deadline, expired):
    deadline.set(5)
    deadline.cancel()
    clock.pass_by(3)
    deadline.set(5)
    clock.pass_by(4)
    assert expired == []
    clock.pass_by(1)
    assert expired == [1008]


def test_bytes_buy_time_at_the_least_rate(clock, deadline, expired):
    deadline.set(5)
    for _ in range(10):
        clock.pass_by(1)
        deadline.extend(100)  # as many as a second asks for
    assert expired == []
    clock.pass_by(5)
    assert expired == [1015]


def test_who_drips_does_not_buy_enough(clock, deadline, expired):
    deadline.set(5)
    for _ in range(100):
        clock.pass_by(0.1)
        deadline.extend(1)
    assert expired == [pytest.approx(1005.5, abs=0.2)]


def test_many_bytes_buy_no_more_than_the_whole_time(clock, deadline, expired):
    deadline.set(5)
    deadline.extend(1_000_000)
    clock.pass_by(5)
    assert expired == [1005]


def test_bytes_buy_nothing_where_nothing_is_awaited(clock, deadline, expired):
    deadline.extend(100)
    assert not deadline.is_set
    clock.pass_by(10)
    assert expired == []


def test_a_read_moves_no_timer(clock, deadline):
    deadline.set(5)
    for _ in range(1_000):
        deadline.extend(1_000)
    assert clock.pending == 1


def test_closed_it_holds_on_to_nothing(clock, deadline, expired):
    deadline.set(5)
    deadline.close()
    deadline.close()
    assert clock.pending == 0
    assert not deadline.is_set
