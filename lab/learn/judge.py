"""`python -m lab.learn.judge CHECK EXERCISE`: a check, run on an exercise, in this process.

The learner's folder is where it runs and what is imported from, so `import app` finds the learner's
own. What happens is written to stdout, a JSON object a line: "began" and "passed" with the check's
sentence, and at the end "failed" with what, wanted, came, look, or "solved". Who started this
process ends it when it takes too long.
"""

import importlib.util
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.learn.checks.expecting import Unmet


def main(check: Path, exercise: Path) -> int:
    """Judge; return 0 where every check has passed."""
    sys.path.insert(0, str(exercise.parent))
    try:
        learners = _loaded("exercise", exercise)
        for sentence, function in _checks(_loaded("check", check)):
            _say("began", sentence=sentence)
            function(learners)
            _say("passed", sentence=sentence)
    except Unmet as unmet:
        _say("failed", what=unmet.what, wanted=unmet.wanted, came=unmet.came, look=unmet.look)
        return 1
    except BaseException as error:
        _say("raised", error=repr(error), trace=traceback.format_exc())
        return 1
    _say("solved")
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
        ((value.__doc__ or name).strip().rstrip("."), value)
        for name, value in found.items()
        if name.startswith("check_")
    ]


def _say(event: str, **told: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **told}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
