"""Files of Python code that are saved below a folder, as sets of paths.

watchfiles is told by the system where it is installed. Looking at the files twice a second does
without both, and works over network mounts, where the system tells nothing.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOOK_EVERY = 0.5  # seconds
NOT_LOOKED_INTO = ("__pycache__", "tandem-report")


def saves(folder: Path, stopping: threading.Event, *, poll: bool = False) -> Iterator[set[Path]]:
    """Each time that files are saved, those files; until `stopping` is set."""
    if not poll:
        try:
            import watchfiles
        except ImportError:
            pass
        else:
            for changed in watchfiles.watch(
                folder,
                watch_filter=lambda _change, path: _is_code(Path(path), folder),
                stop_event=stopping,
                raise_interrupt=False,
                rust_timeout=500,
            ):
                yield {Path(path) for _, path in changed}
            return
    yield from _by_looking(folder, stopping)


def _by_looking(folder: Path, stopping: threading.Event) -> Iterator[set[Path]]:
    before = _seen(folder)
    while not stopping.wait(LOOK_EVERY):
        now = _seen(folder)
        changed = {path for path, _ in now.items() ^ before.items()}
        before = now
        if changed:
            yield changed


def _is_code(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts if path.is_relative_to(folder) else path.parts
    is_hidden = any(part.startswith(".") or part in NOT_LOOKED_INTO for part in parts)
    return path.suffix == ".py" and not is_hidden


def _seen(folder: Path) -> dict[Path, tuple[int, int]]:
    """When each file of code was written, in ns, and its size."""
    found: dict[Path, tuple[int, int]] = {}
    for base, directories, names in os.walk(folder):
        directories[:] = [name for name in directories if name not in NOT_LOOKED_INTO]
        for name in names:
            path = Path(base, name)
            if _is_code(path, folder):
                with suppress(FileNotFoundError):  # it was there a moment ago
                    status = path.stat()
                    found[path] = (status.st_mtime_ns, status.st_size)
    return found
