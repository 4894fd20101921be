"""What a learner is told of an exception: in plain words, with the lines of their own files.

The lines of Python, of Tandem and of the check are left out: what is to be mended isn't there.
"""

import builtins
import linecache
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

FIRST, LAST = 2, 3  # places that are shown of a long way, as a recursion is
EXERCISE = "exercise.py"
LONGEST = 2_000  # characters of a message


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a learner's file."""

    file: str  # as the learner's folder has it, "exercise.py"
    line: int
    function: str = ""  # "" for the module itself
    source: str = ""  # the line
    start: int = 0  # the columns of it that are meant, from 0; none where they are the same
    end: int = 0


def leaf_of(error: BaseException) -> BaseException:
    """The exception itself, or the first one inside a group, as a TaskGroup raises it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def told(error: BaseException, folder: Path, check: Path) -> dict[str, Any]:
    """The exception in plain words (`plain`), as Python has it (`error`), and its `spots`."""
    spots = spots_of(error, folder, check)
    message = (error.msg if isinstance(error, SyntaxError) else str(error))[:LONGEST]
    name = type(error).__name__
    return {
        "plain": _plain(error, spots)[:LONGEST],
        "error": f"{name}: {message}" if message else name,
        "spots": [asdict(spot) for spot in (*spots[:FIRST], *spots[FIRST:][-LAST:])],
        "left_out": max(0, len(spots) - FIRST - LAST),
    }


def is_learners(file: str, folder: Path, check: Path) -> bool:
    """Whether it is a file of the learner's folder; the check may lie there too."""
    path = Path(file)
    return path.is_relative_to(folder) and path != check


def spots_of(error: BaseException, folder: Path, check: Path) -> list[Spot]:
    """The learner's lines on the way to where it was raised, the last one innermost."""
    seen = traceback.TracebackException.from_exception(error, lookup_lines=False, compact=True)
    spots = [
        _spot(frame, folder) for frame in seen.stack if is_learners(frame.filename, folder, check)
    ]
    if isinstance(error, SyntaxError) and is_learners(error.filename or "", folder, check):
        start = max(0, (error.offset or 1) - 1)
        end = max(start + 1, (error.end_offset or 0) - 1)
        path, line = error.filename or "", error.lineno or 1
        source = (error.text or linecache.getline(path, line)).rstrip("\n")
        spots.append(Spot(str(Path(path).relative_to(folder)), line, "", source, start, end))
    return spots


def _spot(frame: traceback.FrameSummary, folder: Path) -> Spot:
    line = frame.lineno or 1
    source = linecache.getline(frame.filename, line).rstrip("\n")
    in_bytes = source.encode()
    start, end = frame.colno or 0, frame.end_colno or 0
    if frame.end_lineno != line:  # it goes on in the next line
        end = len(in_bytes)
    return Spot(
        file=str(Path(frame.filename).relative_to(folder)),
        line=line,
        function="" if frame.name == "<module>" else frame.name,
        source=source,
        start=len(in_bytes[:start].decode(errors="replace")),
        end=len(in_bytes[:end].decode(errors="replace")),
    )


def _plain(error: BaseException, spots: list[Spot]) -> str:
    """A sentence for somebody who has not met this exception yet."""
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            sentence = words(error, spots)
            if sentence:
                return sentence
    if not spots:
        return "the check could not use what your code gave it"
    return "your code raised an exception"


def _of_indentation(error: Any, _spots: list[Spot]) -> str:
    return f"Python can't read {_file(error)}, its indentation: {error.msg}"


def _of_syntax(error: Any, _spots: list[Spot]) -> str:
    return f"Python can't read {_file(error)}: {error.msg}"


def _file(error: SyntaxError) -> str:
    return Path(error.filename or EXERCISE).name


def _of_missing_module(error: Any, _spots: list[Spot]) -> str:
    name = error.name or "?"
    there = sys.stdlib_module_names | {"exercise", "app"}
    near = get_close_matches(name, there - {name}, 1, cutoff=0.75)
    meant = f"did you mean `{near[0]}`?" if near else "is it spelt so, and is it installed?"
    return f"there is no module `{name}` to import: {meant}"


def _of_import(error: Any, spots: list[Spot]) -> str:
    found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", error.msg)
    if "partially initialized" in error.msg or (
        error.path and Path(error.path).name in {spot.file for spot in spots[:-1]}
    ):
        return f"`{error.name}` is imported while it is being imported: a circle of imports"
    if not found:
        return "an import failed"
    wanted, module = found.groups()
    there = vars(sys.modules[module]) if module in sys.modules else ()
    return f"the module `{module}` has no `{wanted}`{_meant(wanted, there)}"


def _of_unbound(error: Any, _spots: list[Spot]) -> str:
    return f"`{_quoted(error)}` is used in this function before it was given a value"


def _of_name(error: Any, _spots: list[Spot]) -> str:
    name = error.name or _quoted(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    there = {**vars(builtins)}
    if frame is not None:
        there |= frame.tb_frame.f_globals | frame.tb_frame.f_locals
    return f"the name `{name}` has no value here{_meant(name, there)}"


def _of_attribute(error: Any, spots: list[Spot]) -> str:
    module = sys.modules.get("exercise")
    if spots or module is None or error.obj is not module:
        return ""
    near = _meant(error.name, vars(module))
    return f"exercise.py has no `{error.name}`, which its check asks for{near}"


def _of_recursion(_error: Any, spots: list[Spot]) -> str:
    name = spots[-1].function if spots else "a function"
    return f"a recursion without an end: `{name}` calls itself, by way of others perhaps"


def _of_exit(_error: Any, _spots: list[Spot]) -> str:
    return "your code ends the whole program here (sys.exit); a function returns instead"


def _of_input(_error: Any, _spots: list[Spot]) -> str:
    return "nobody can answer input() here: a check runs without a keyboard"


def _of_memory(_error: Any, _spots: list[Spot]) -> str:
    return "your code took more memory than a check may: does something grow without an end?"


_WORDS: dict[type[BaseException], Callable[[Any, list[Spot]], str]] = {  # the first that fits
    IndentationError: _of_indentation,
    SyntaxError: _of_syntax,
    ModuleNotFoundError: _of_missing_module,
    ImportError: _of_import,
    UnboundLocalError: _of_unbound,
    NameError: _of_name,
    AttributeError: _of_attribute,
    RecursionError: _of_recursion,
    SystemExit: _of_exit,
    EOFError: _of_input,
    MemoryError: _of_memory,
}


def _quoted(error: BaseException) -> str:
    """The first thing in quotes of its message."""
    found = re.search(r"'([^']+)'", str(error))
    return found[1] if found else "?"


def _meant(name: str, there: Any) -> str:
    near = get_close_matches(name, [it for it in there if not it.startswith("__")], 1)
    return f"; did you mean `{near[0]}`?" if near else ""
