"""What one match costs as the routes grow: `python growth.py`."""

from time import perf_counter
from typing import Any

from router import ExactRouter, RegexRouter, TreeRouter

TIMES = 50


def microseconds(router: Any, path: str) -> float:
    """For one match; the best of five rows of 50."""
    rows: list[float] = []
    for _ in range(5):
        began = perf_counter()
        for _ in range(TIMES):
            router.match(path)
        rows.append(perf_counter() - began)
    return min(rows) / TIMES * 1e6


print("  routes      dict     regex list      tree   (microseconds, the last route)")
for count in (10, 100, 1_000, 10_000):
    exact, regex, tree = ExactRouter(), RegexRouter(), TreeRouter()
    for number in range(count):
        exact.add(f"/shop{number}/basket", str)
        regex.add(f"/shop{number}/{{item}}", str)
        tree.add(f"/shop{number}/{{item}}", str)
    last = f"/shop{count - 1}"
    print(
        f"{count:8,} {microseconds(exact, last + '/basket'):9.2f} "
        f"{microseconds(regex, last + '/7'):14.2f} {microseconds(tree, last + '/7'):9.2f}"
    )
