"""What was expected, what came, and where to look: the three things a learner is told."""

from typing import Any


class Unmet(Exception):
    """An exercise does not do yet what it should."""

    def __init__(self, what: str, wanted: str, came: str, look: str = "") -> None:
        super().__init__(f"{what}: expected {wanted}, got {came}")
        self.what = what  # the thing that was looked at, "answer(b'hi')"
        self.wanted = wanted
        self.came = came
        self.look = look  # where to look, "in `answer`, before the empty line"


def expect(came: Any, wanted: Any, *, what: str, look: str = "") -> None:
    """Nothing, where the two are equal; else Unmet is raised, with both as `repr` writes them."""
    if came != wanted:
        raise Unmet(what, repr(wanted), repr(came), look)


def expect_that(met: bool, *, what: str, wanted: str, came: str, look: str = "") -> None:
    """Nothing, where it is met; else Unmet is raised, with these words."""
    if not met:
        raise Unmet(what, wanted, came, look)
