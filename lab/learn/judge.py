"""`python -m lab.learn.judge CHECK EXERCISE`: a check, run on an exercise, in this process.

The learner's folder is where it runs and what is imported from, so `import app` finds the
learner's own. What happens is told as JSON, an object a line, on stdout or on the descriptor
`--events`, where nothing that the learner's code prints comes between: "checks" with all sentences;
"began" and "passed" with a check's sentence; at the end "solved", "failed" with what, wanted, came
and look, "raised" (`lab.learn.mistakes`), or "timeout" (`lab.learn.time_limit`). Who has started
this process ends what the learner's code leaves behind: `lab.learn.judging`.
"""

import argparse
import importlib.util
import json
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.learn.checks.expecting import Unmet
from lab.learn.mistakes import leaf_of, told
from lab.learn.time_limit import limited

MEMORY = 3 << 30  # bytes that a process of the learner's may hold
Say = Callable[..., None]  # an event's name, and what it tells


def judge(check: Path, exercise: Path, say: Say) -> int:
    """Run the check, and say what happens; return 0 where all of it has passed."""
    sys.path.insert(0, str(exercise.parent))
    try:
        learners = _loaded("exercise", exercise)
        checks = _checks(_loaded("check", check))
        say("checks", sentences=[sentence for sentence, _ in checks])
        for sentence, function in checks:
            say("began", sentence=sentence)
            function(learners)
            say("passed", sentence=sentence)
    except BaseException as error:
        cause = leaf_of(error)
        if isinstance(cause, Unmet):
            say("failed", what=cause.what, wanted=cause.wanted, came=cause.came, look=cause.look)
        else:
            say("raised", **told(cause, exercise.parent, check))
        return 1
    say("solved")
    return 0


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"a check and an exercise are files of Python; got {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _checks(module: ModuleType) -> list[tuple[str, Callable[[ModuleType], None]]]:
    """Each check with its sentence, in the order they are written."""
    found: dict[str, Any] = vars(module)
    return [
        (" ".join((value.__doc__ or name).split()).rstrip("."), value)
        for name, value in found.items()
        if name.startswith("check_")
    ]


def _sayer(descriptor: int) -> Say:
    """Writes an event as one line, so that what else writes there can't come into it."""
    us = os.getpid()

    def say(event: str, **tells: Any) -> None:
        if os.getpid() == us:  # not a fork that the learner's code has made, and lost
            os.write(descriptor, (json.dumps({"event": event, **tells}) + "\n").encode())

    return say


def main() -> None:
    """Judge as the command line says, and leave at once, whatever threads there still are."""
    asked = argparse.ArgumentParser(prog="python -m lab.learn.judge")
    asked.add_argument("check", type=lambda text: Path(text).resolve())
    asked.add_argument("exercise", type=lambda text: Path(text).resolve())
    asked.add_argument("--events", type=int, default=1, help="the descriptor they are written to")
    asked.add_argument("--limit", type=float, default=0.0, help="seconds; 0 for none")
    given = asked.parse_args()
    if given.events != 1:
        os.set_inheritable(given.events, False)
    with suppress(OSError, ValueError):  # a lower limit stands already
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    say = _sayer(given.events)
    limited(given.limit, say, given.events, given.exercise.parent, given.check)
    code = judge(given.check, given.exercise, say)
    with suppress(Exception):  # the learner's code may have replaced or closed it
        sys.stdout.flush()
    for child in multiprocessing.active_children():  # a pool's, which nobody would end
        child.kill()
    os._exit(code)


if __name__ == "__main__":
    main()
