"""The applications to compare: what the user wrote, checked before any server is started."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab.errors import WrongUsageError

EXAMPLE = "examples.tasks:application,app"
IMPORT_CHECK = Path(__file__).with_name("import_check.py")
IMPORT_DEADLINE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Target:
    """A module with a WSGI and an ASGI callable, or with one of them, found from the directory."""

    module: str  # dotted
    application: str = "application"  # the WSGI callable's name; "" for none
    app: str = "app"  # the ASGI callable's name; "" for none
    one: str = ""  # the name of a callable whose interface `check` finds out

    @property
    def wsgi(self) -> str:
        """What gunicorn takes: `module:application`; "" for none."""
        return f"{self.module}:{self.application}" if self.application else ""

    @property
    def asgi(self) -> str:
        """What uvicorn takes: `module:app`; "" for none."""
        return f"{self.module}:{self.app}" if self.app else ""

    @property
    def shown(self) -> str:
        """How a person would write it, as short as can be."""
        if (self.application, self.app) == ("application", "app"):
            return self.module
        return f"{self.module}:" + ",".join(filter(None, (self.application, self.app, self.one)))

    def door(self, interface: str) -> str:
        """The callable of an interface, "WSGI" or "ASGI", as a server takes it; "" for none."""
        return {"WSGI": self.wsgi, "ASGI": self.asgi}[interface]

    @classmethod
    def parse(cls, text: str) -> "Target":
        """The target in `MODULE`, `MODULE:application,app` or `MODULE:name`.

        `MODULE:name@wsgi` says the interface of a callable whose looks don't tell. Raises
        WrongUsageError.
        """
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
        name, at, interface = names.partition("@")
        if _is_dotted_name(name) and (not at or interface in ("wsgi", "asgi")):
            return cls(module, "", "", name)._known_as(interface.upper())
        application, comma, app = names.partition(",")
        if not (comma and _is_dotted_name(application) and _is_dotted_name(app)):
            raise WrongUsageError(
                'after ":" comes a name, or two, the WSGI callable and the ASGI callable, '
                f"as in {EXAMPLE!r}; got {text!r}"
            )
        return cls(module, application, app)

    def check(self, directory: Path) -> "tuple[Target, list[dict[str, Any]]]":
        """Import it in a process of its own: the target with its interface known, its workloads.

        Each workload is the fields of an `Ask`, with `name` and `question`. Raises WrongUsageError
        when it can't be served.
        """
        names = [name for name in (self.application, self.app, self.one) if name]
        command = [sys.executable, "-P", str(IMPORT_CHECK), self.module, *names]
        try:
            done = subprocess.run(
                command, cwd=directory, capture_output=True, text=True, timeout=IMPORT_DEADLINE
            )
        except subprocess.TimeoutExpired as error:
            raise WrongUsageError(
                f"importing {self.module} took more than {IMPORT_DEADLINE:.0f} s; a module that "
                'serves does so under `if __name__ == "__main__":`'
            ) from error
        found = _findings(done)
        if found["problem"]:
            raise WrongUsageError(found["problem"])
        self._check_order(found["interfaces"])
        interface = found["interfaces"].get(self.one, "")
        if self.one and not interface:
            raise WrongUsageError(
                f"{self.shown} does not look like WSGI (environ, start_response) or ASGI (scope, "
                f"receive, send): write {self.shown}@wsgi or {self.shown}@asgi"
            )
        return self._known_as(interface), found["workloads"]

    def _check_order(self, interfaces: dict[str, str]) -> None:
        """Raise WrongUsageError where a callable is not of the interface that its place is for."""
        looks = [interfaces.get(name, "") for name in (self.application, self.app)]
        if looks[0] == "ASGI" or looks[1] == "WSGI":
            told = [
                f"{name!r} is {interface}"
                for name, interface in zip((self.application, self.app), looks, strict=True)
                if interface
            ]
            swapped = f": write {self.module}:{self.app},{self.application}"
            raise WrongUsageError(
                "the WSGI callable comes first, then the ASGI callable; got "
                f"{self.module}:{self.application},{self.app}, and {' and '.join(told)}"
                f"{swapped if looks == ['ASGI', 'WSGI'] else ''}"
            )

    def _known_as(self, interface: str) -> "Target":
        if interface == "WSGI":
            return replace(self, application=self.one, one="")
        return replace(self, app=self.one, one="") if interface == "ASGI" else self


def _is_dotted_name(text: str) -> bool:
    return re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", text) is not None


def _findings(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    # The module may have written to stdout as well: the check's own line is the last.
    last_line = done.stdout.rstrip().rpartition("\n")[2]
    try:
        found = json.loads(last_line)
        return {"problem": found["problem"], "interfaces": {}, "workloads": [], **found}
    except (ValueError, KeyError, TypeError):
        return {"problem": f"importing the module ended Python with exit code {done.returncode}"}
