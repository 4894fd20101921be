"""What a thousand times more routes cost Tandem: the same cases amid 10 routes, and amid 10,000."""

from typing import Any

from benchmarks.cases import CASES, Case
from benchmarks.contenders import BARE, Contender
from benchmarks.other_routes import other_routes

FEW, MANY = "10 routes", "10,000 routes"
GROWTH_CASES = tuple(case for case in CASES if case.name in {"text", "parameter", "missing"})


def growth_contenders(world: Any, cases: list[Case]) -> list[Contender]:
    """The bare callable, and Tandem twice, built, started and checked."""
    side = world.name.lower()
    built = [
        (Contender(BARE, f"bare_{side}", None), 10),
        (Contender(FEW, f"tandem_{side}", "tandem-web"), 10),
        (Contender(MANY, f"tandem_{side}", "tandem-web"), 10_000),
    ]
    for contender, count in built:
        contender.build(cases, world, other_routes(count))
        for case in cases:
            contender.check(case, world)
    return [contender for contender, _ in built]
