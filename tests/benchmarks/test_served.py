"""What loads servers, what they use, and the connections that are held."""

import resource
import shutil
import sys

import pytest

from benchmarks.growth.connections import KEEP_ALIVE, WEBSOCKETS, descriptors, memory_by_number
from benchmarks.growth.run import numbers_to
from benchmarks.served.kinds import KINDS
from benchmarks.served.load import load_name, loading
from benchmarks.served.rounds import Taken, check, load_rounds, serving
from benchmarks.served.starts import IMPORTS, import_seconds
from benchmarks.wrk import Loaded
from lab.errors import LabError

SYNC, *_ = KINDS
UVICORN = next(kind for kind in KINDS if kind.name == "uvicorn")


@pytest.mark.server
def test_each_contender_is_loaded_in_every_round_and_its_usage_taken():
    rows = SYNC.rows[:2]
    loaded = []

    def load(url, seconds):
        loaded.append(url)
        check(url)
        return Loaded(rate=10.0 * len(loaded), requests=1)

    with serving(SYNC, rows) as (servers, faults):
        taken = {name: Taken() for name, *_ in rows}
        load_rounds(servers, taken, load, 2, lambda: None)

    assert faults == {}
    assert len(loaded) == 3 * 2  # with the round that warms up
    assert all(len(found.rates) == 2 for found in taken.values())
    assert all(found.memory is None or found.memory > 1_000_000 for found in taken.values())


def test_who_fails_under_load_is_out_from_then_on():
    class Gone:
        pid, url = 0, "http://127.0.0.1:1"

    def load(url, seconds):
        raise LabError("not all answers were right")

    taken = {"gone": Taken()}
    load_rounds({"gone": Gone()}, taken, load, 3, lambda: None)

    assert taken["gone"].fault == "not all answers were right"
    assert taken["gone"].rates == []


def test_who_does_not_start_has_a_fault_and_the_others_are_served():
    rows = [("nobody", "no_such_file", None)]

    with serving(SYNC, rows) as (servers, faults):
        pass

    assert servers == {}
    assert "no_such_file" in faults["nobody"]


@pytest.mark.server
def test_our_own_generator_loads_where_wrk_is_missing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with serving(UVICORN, UVICORN.rows[1:2]) as (servers, _), loading() as load:
        found = load(f"{servers['Tandem'].url}/text", 1)

    assert "our own" in load_name()
    assert found.requests > 0
    assert found.rate > 0


def test_everyone_on_a_server_has_an_import_to_be_timed():
    assert {module for kind in KINDS for _, module, _ in kind.rows} == IMPORTS.keys()


def test_an_import_that_fails_says_which():
    with pytest.raises(LabError, match="no_such_module"):
        import_seconds("import no_such_module")


def test_an_import_takes_processor_time():
    assert import_seconds(IMPORTS["tandem_wsgi"]) > 0


@pytest.mark.server
@pytest.mark.parametrize("held", [KEEP_ALIVE[3], WEBSOCKETS[1]], ids=["keep-alive", "websocket"])
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_connections_are_held_in_the_numbers_that_were_asked_for(held):
    reached = []

    found = memory_by_number(held, (2, 5), lambda: reached.append(1))

    assert len(found) == len(reached) == 2


@pytest.mark.parametrize(
    ("most", "numbers"), [(100, [10, 100]), (5_000, [10, 100, 1_000, 5_000]), (7, [7])]
)
def test_where_fewer_connections_are_allowed_the_most_of_them_are_measured(most, numbers):
    assert numbers_to(most) == numbers


def test_descriptors_are_raised_within_the_hard_limit_and_given_back():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    with descriptors(10**9) as most:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert hard == before[1]
    assert most < soft <= hard or hard == resource.RLIM_INFINITY
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
