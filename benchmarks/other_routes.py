"""The routes that are there beside the measured ones, as in any real application."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OtherRoutes:
    """Half of them static, half with a parameter; the measured routes stand in their middle."""

    before: list[str]  # "{name}" marks a parameter
    after: list[str]


def other_routes(count: int = 100) -> OtherRoutes:
    """That many paths, alike at their beginning as a real API's are."""
    paths = []
    for area in range(count // 2):
        paths += [f"/areas/{area}/about", f"/areas/{area}/members/{{name}}"]
    return OtherRoutes(before=paths[: count // 2], after=paths[count // 2 :])
