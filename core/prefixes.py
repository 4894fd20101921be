"""Below which of several prefixes a path is, for what is mounted in an adapter.

One search of one pattern, so a path below none of them costs the same however many there are.
"""

import re
from typing import Any, Generic, TypeVar

from core.app import App
from core.mounts import plain_segments

T = TypeVar("T")


class Prefixes(Generic[T]):
    """What is mounted, by prefix; the longest counts, and ends where a segment of the path does."""

    def __init__(self) -> None:
        self._mounted: dict[str, T] = {}
        self._pattern = re.compile("(?!)")  # matches nothing

    def __bool__(self) -> bool:
        return bool(self._mounted)

    def add(self, prefix: str, application: T) -> None:
        """Mount it; raises ValueError where the prefix has something already."""
        if prefix in self._mounted:
            raise ValueError(
                f"a prefix has one application; {prefix!r} has {self._mounted[prefix]!r}"
            )
        self._mounted[prefix] = application
        longest_first = sorted(map(re.escape, self._mounted), key=len, reverse=True)
        self._pattern = re.compile(rf"(?:{'|'.join(longest_first)})(?=/|\Z)")

    def find(self, path: str) -> tuple[str, T] | None:
        """The prefix, and what is mounted there."""
        match = self._pattern.match(path)
        return (match[0], self._mounted[match[0]]) if match else None


def check_mountable(prefix: str, application: Any) -> None:
    """Raise ValueError or TypeError where this can't be mounted in an adapter, below this prefix.

    A prefix is no "/" or "" here, for the adapter's own App would never be asked.
    """
    if isinstance(application, App):
        raise TypeError(
            f"an App is mounted in another by its `mount`, as in site.mount({prefix!r}, app); here "
            f"it needs an adapter of its own; got {application!r}"
        )
    if not prefix.startswith("/") or prefix.endswith("/"):
        raise ValueError(f'a prefix starts with "/" and does not end with it; got {prefix!r}')
    plain_segments(prefix)
