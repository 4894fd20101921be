"""Results as a run keeps them, made up for tests."""

from benchmarks.cases import CASES, REQUEST_CASES
from benchmarks.contenders import BARE, TANDEM
from benchmarks.growth.lines import line
from benchmarks.served.kinds import Kind
from benchmarks.served.rounds import Taken
from benchmarks.served.summed import spread, summed

TITLES = {case.name: case.title for case in (*CASES, *REQUEST_CASES)}


def figure(cost):
    """Of a contender that costs so many microseconds over a bare callable of 2."""
    median = cost + 2.0
    return {
        "median": median,
        "quarter": median - 0.5,
        "three_quarters": median + 0.5,
        "lowest": median - 1,
        "highest": median + 1,
        "cost": cost,
    }


def in_process(name, costs):
    """One comparison: costs by case and contender."""
    return {
        name: {
            "cases": {case: TITLES[case] for case in costs},
            "microseconds of a": "call",
            "microseconds": {
                case: {BARE: figure(0.0), **{who: figure(cost) for who, cost in row.items()}}
                for case, row in costs.items()
            },
        }
    }


def made_kind():
    """A server that is never started."""
    return Kind("some server", "WSGI", "some.server", (), "one at a time")


def everything():
    """Results of every part."""
    taken = {
        BARE: Taken(rates=[100.0, 110.0], cpu=[5.0], memory=10_000_000),
        TANDEM: Taken(rates=[95.0, 100.0], cpu=[6.0], memory=12_000_000),
        "A & <B>": Taken(rates=[50.0, 60.0], cpu=[9.0], memory=None),
    }
    sizes, values = [10, 100, 1_000], [spread([value]) for value in (1.0, 1.1, 1.2)]
    started = {"import": spread([50.0]), "first answer": {"some server": spread([300.0])}}
    return {
        "machine": {
            "python": "CPython",
            "processor": "P & Q",
            "cores": 2,
            "system": "Linux",
            "load": 3.0,
        },
        "in process": in_process("wsgi", {"text": {TANDEM: 4.0, "A & <B>": 10.0}}),
        "servers": {"some server": summed(made_kind(), taken)},
        "starts": {"servers": ["some server"], "contenders": {"Tandem, WSGI": started}},
        "growth": {
            "routes-wsgi": {
                "title": "routes, WSGI",
                "axis": "routes",
                "unit": "us",
                "lines": {TANDEM: line(sizes, values), "A & <B>": line(sizes, values)},
            }
        },
    }
