"""The modules of a folder that can be served, found by reading them: nothing is run to list it.

A file is one where a line at its outermost level binds `application` or `app`, by an assignment, a
`def` or an import. What such a line really makes is found out when the module is chosen.
"""

import keyword
import os
import re
from collections.abc import Iterator
from pathlib import Path

from lab.compare.workloads import WORKLOADS

MOST_FILES = 5_000  # that are looked at
MOST_READ = 1_000_000  # characters of each
PATHS = {path for workload in WORKLOADS for path in workload.paths}
DEEPEST = 5  # folders below the one that is looked through
NOT_OURS = {"__pycache__", "node_modules", "site-packages"}
INIT = "__init__.py"

_BOUND = re.compile(
    r"^(?:(?:async +)?def +)?(application|app)\b *[:=(]"
    r"|^from +[\w.]+ +import +(?:[\w, ]*\b)?(application|app) *(?:,|#|$)",
    re.MULTILINE,
)


def targets_in(folder: Path) -> list[str]:
    """What `tandem compare` takes: "tasks", "shop.web", "one:app".

    The callable is named where the module has one alone. Those come first whose source names the
    most of the paths that are measured.
    """
    found: dict[str, int] = {}
    for number, file in enumerate(_files(folder)):
        if number == MOST_FILES:
            break
        source = _source_of(file)
        names = {name for match in _BOUND.finditer(source) for name in match.groups() if name}
        if names:
            module = _dotted(file.relative_to(folder))
            target = module if len(names) == 2 else f"{module}:{names.pop()}"
            found[target] = sum(f'"{path}"' in source for path in PATHS)
    return sorted(found, key=lambda target: (-found[target], target.count("."), target))


def _files(folder: Path) -> Iterator[Path]:
    """The files that are modules by their names, and lie in the folder, not behind a link."""
    for place, folders, files in os.walk(folder):
        path = Path(place)
        depth = len(path.relative_to(folder).parts)
        folders[:] = sorted(
            name for name in folders if depth < DEEPEST and _is_package(path / name)
        )
        for name in sorted(files):
            file = path / name
            is_module = name.endswith(".py") and _is_name(file.stem) and name != "__main__.py"
            if is_module and not file.is_symlink() and file.is_file() and file != folder / INIT:
                yield file


def _is_package(folder: Path) -> bool:
    is_environment = (folder / "pyvenv.cfg").exists()
    return _is_name(folder.name) and folder.name not in NOT_OURS and not is_environment


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _source_of(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(MOST_READ)
    except OSError:
        return ""


def _dotted(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if file.name == INIT else parts)
