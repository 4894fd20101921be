"""The module to compare: what the user wrote, checked before any server is started."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lab.errors import WrongUsageError

EXAMPLE = "examples.tasks:application,app"
IMPORT_CHECK = Path(__file__).with_name("import_check.py")
IMPORT_DEADLINE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Target:
    """A module with a WSGI and an ASGI callable, found from the directory of the command."""

    module: str  # dotted
    application: str = "application"  # the WSGI callable's name
    app: str = "app"  # the ASGI callable's name

    @property
    def wsgi(self) -> str:
        """What gunicorn takes: `module:application`."""
        return f"{self.module}:{self.application}"

    @property
    def asgi(self) -> str:
        """What uvicorn takes: `module:app`."""
        return f"{self.module}:{self.app}"

    @classmethod
    def parse(cls, text: str) -> "Target":
        """The target in `MODULE` or `MODULE:application,app`. Raises WrongUsageError."""
        module, colon, names = text.partition(":")
        if module.endswith(".py") or "/" in module:
            dotted = module.removesuffix(".py").strip("./").replace("/", ".")
            raise WrongUsageError(
                f"a module is written with dots: write {dotted!r}, not {module!r}"
            )
        if not _is_dotted_name(module):
            raise WrongUsageError(f"a module is written as in {EXAMPLE!r}; got {text!r}")
        if not colon:
            return cls(module)
        application, comma, app = names.partition(",")
        if not (comma and application.isidentifier() and app.isidentifier()):
            raise WrongUsageError(
                'after ":" come two names, the WSGI callable and the ASGI callable, '
                f"as in {EXAMPLE!r}; got {text!r}"
            )
        return cls(module, application, app)

    def check(self, directory: Path) -> None:
        """Import it in a process of its own. Raises WrongUsageError when it can't be served."""
        command = [sys.executable, "-P", str(IMPORT_CHECK), self.module, self.application, self.app]
        try:
            done = subprocess.run(
                command, cwd=directory, capture_output=True, text=True, timeout=IMPORT_DEADLINE
            )
        except subprocess.TimeoutExpired as error:
            raise WrongUsageError(
                f"importing {self.module} took more than {IMPORT_DEADLINE:.0f} s; a module that "
                'serves does so under `if __name__ == "__main__":`'
            ) from error
        problem = _problem(done)
        if problem:
            raise WrongUsageError(problem)


def _is_dotted_name(text: str) -> bool:
    return re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", text) is not None


def _problem(done: subprocess.CompletedProcess[str]) -> str:
    # The module may have written to stdout as well: the check's own line is the last.
    last_line = done.stdout.rstrip().rpartition("\n")[2]
    try:
        return str(json.loads(last_line)["problem"])
    except (ValueError, KeyError, TypeError):
        return f"importing the module ended Python with exit code {done.returncode}"
