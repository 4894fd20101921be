"""Files of Python code that are saved below a folder, as sets of paths.

What has changed is told by looking at the files; when to look, by the system, through watchfiles,
where it is installed. Without it, or over a network mount, where the system tells nothing, it is
looked twice a second.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

LOOK_EVERY = 0.5  # seconds
AT_LATEST = 2_000  # ms, where the system tells
NOT_LOOKED_INTO = ("__pycache__", "tandem-report")

_Seen = dict[Path, tuple[int, int]]  # when each file of code was written, in ns, and its size


def saves(folder: Path, stopping: threading.Event, *, poll: bool = False) -> Iterator[set[Path]]:
    """Each time that files are saved after this call, those files; until `stopping` is set."""
    return _changes(folder, _seen(folder), _moments(folder, stopping, poll))


def _changes(folder: Path, before: _Seen, moments: Iterable[object]) -> Iterator[set[Path]]:
    for _ in moments:
        now = _seen(folder)
        changed = {path for path, _ in now.items() ^ before.items()}
        before = now
        if changed:
            yield changed


def _moments(folder: Path, stopping: threading.Event, poll: bool) -> Iterator[object]:
    """When to look."""
    if not poll:
        # an OSError or RuntimeError where the system lets no more files be watched
        with suppress(ImportError, OSError, RuntimeError):
            import watchfiles

            yield from watchfiles.watch(
                folder,
                watch_filter=None,
                stop_event=stopping,
                raise_interrupt=False,
                rust_timeout=AT_LATEST,
                yield_on_timeout=True,
            )
            return
    while not stopping.wait(LOOK_EVERY):
        yield None


def _is_code(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts if path.is_relative_to(folder) else path.parts
    is_hidden = any(part.startswith(".") or part in NOT_LOOKED_INTO for part in parts)
    return path.suffix == ".py" and not is_hidden


def _seen(folder: Path) -> _Seen:
    found: _Seen = {}
    for base, directories, names in os.walk(folder):
        directories[:] = [name for name in directories if name not in NOT_LOOKED_INTO]
        for name in names:
            path = Path(base, name)
            if _is_code(path, folder):
                with suppress(FileNotFoundError):  # it was there a moment ago
                    status = path.stat()
                    found[path] = (status.st_mtime_ns, status.st_size)
    return found
