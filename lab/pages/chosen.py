"""Forms that were sent, checked, and made into the arguments of a command.

The arguments are a list that goes to the operating system as it is: no shell ever reads them. What
has a list of its own (modules, servers, workloads) must be on it; a number lies between its bounds.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core import UnprocessableContent
from core.fields import Fields
from lab.compare.kinds import KINDS
from lab.compare.workloads import WORKLOADS
from lab.xray.presets import PRESETS

SECONDS = (0.05, 30.0)  # the bounds of each number
CONNECTIONS = (1, 512)
ROUNDS = (1, 20)
MOST_HEADERS = 100
LONGEST = 8_000  # characters of a line; the system takes no argument above 128 KiB

_OWN_WORKLOAD = re.compile(r"/[!-~]*|[A-Za-z0-9][\w.-]*")
AS_SAID = {"contender": "server"}  # a field by the word that its page has for it
BODIES = {"text": "--data", "form": "--data", "json": "--json"}


@dataclass(frozen=True)
class ChosenComparison:
    """What is to be compared, and how."""

    targets: list[str]
    contenders: list[str]
    workloads: list[str]
    seconds: float
    connections: int
    rounds: int

    @classmethod
    def of(cls, form: Fields, targets: Collection[str]) -> "ChosenComparison":
        """What a form says. Raises UnprocessableContent, with a sentence for its reader."""
        chosen = [form["module"], *filter(None, form.get_all("against"))]
        own = form.get("own", "").split()
        return cls(
            list(dict.fromkeys(_on_the_list(name, targets, "a module here") for name in chosen)),
            _several(form, "contender", [kind.option for kind in KINDS if not kind.missing]),
            _several(form, "workload", [workload.name for workload in WORKLOADS], own),
            _number(form, "seconds", SECONDS),
            int(_number(form, "connections", CONNECTIONS)),
            int(_number(form, "rounds", ROUNDS)),
        )

    def arguments(self, out: Path) -> list[str]:
        """What comes after `python -m lab`."""
        return [
            "compare",
            "--events",
            f"--out={out}",
            *(f"--contender={name}" for name in self.contenders),
            *(f"--workload={name}" for name in self.workloads),
            f"--duration={self.seconds:g}",
            f"--connections={self.connections}",
            f"--rounds={self.rounds}",
            "--",
            *self.targets,
        ]


@dataclass(frozen=True)
class ChosenRequest:
    """A request that is to be x-rayed."""

    target: str
    method: str
    path: str
    headers: list[str]  # "Name: value"
    kind: str  # of the body: one of BODIES
    body: bytes
    preset: str

    @classmethod
    def of(cls, form: Fields, targets: Collection[str]) -> "ChosenRequest":
        """What a form says; the command looks closer. Raises UnprocessableContent."""
        lines = [line.strip() for line in form.get("headers", "").splitlines() if line.strip()]
        text = form.get("body", "").replace("\r\n", "\n")  # a browser sends CR LF for each line end
        chosen = cls(
            _on_the_list(form["module"], targets, "a module here"),
            form["method"].strip(),
            form["path"].strip() or "/",
            lines,
            _on_the_list(form.get("kind", "text"), BODIES, "a kind of body"),
            text.encode("utf-8"),
            _on_the_list(form.get("preset", "get"), PRESETS, "a preset"),
        )
        for line in (chosen.method, chosen.path, *lines):
            if len(line) > LONGEST or "\0" in line:
                raise UnprocessableContent(
                    f"a line has at most {LONGEST:,} characters, and none of them is NUL"
                )
        if len(lines) > MOST_HEADERS:
            raise UnprocessableContent(f"a request has at most {MOST_HEADERS} header fields here")
        return chosen

    @property
    def title(self) -> str:
        """The request in a few words."""
        return f"{self.method} {self.path} of {self.target}"

    def arguments(self, out: Path, body: Path) -> list[str]:
        """What comes after `python -m lab`; the body is in a file, for one may begin with "@"."""
        given = [f"--header={line}" for line in self.headers]
        if self.body:
            given.append(f"{BODIES[self.kind]}=@{body}")
            if self.kind == "text" and not any(self._is_type(line) for line in self.headers):
                given.append("--header=Content-Type: text/plain; charset=utf-8")
        asked = [self.target, self.method, self.path]
        if self.preset == "lifespan":  # it is no request
            given, asked = [], [self.target]
        return ["xray", f"--preset={self.preset}", f"--html={out}", *given, "--", *asked]

    @staticmethod
    def _is_type(line: str) -> bool:
        return line.partition(":")[0].lower() == "content-type"


def _on_the_list(name: str, known: Collection[str], what: str) -> str:
    if name not in known:
        raise UnprocessableContent(f"{name[:100]!r} is not {what}")
    return name


def _several(form: Fields, field: str, known: list[str], own: list[str] | None = None) -> list[str]:
    said = AS_SAID.get(field, field)
    chosen = [_on_the_list(name, known, f"a {said} here") for name in form.get_all(field)]
    for name in own or []:
        if len(name) > LONGEST or not _OWN_WORKLOAD.fullmatch(name):
            raise UnprocessableContent(
                f'a workload of the module\'s own is a name, or a path that starts with "/"; '
                f"got {name[:100]!r}"
            )
        chosen.append(name)
    if not chosen:
        raise UnprocessableContent(f"choose at least one {said}")
    return list(dict.fromkeys(chosen))


def _number(form: Fields, field: str, bounds: tuple[float, float]) -> float:
    low, high = bounds
    text = form[field]
    pattern = r"[0-9]{1,6}" if isinstance(low, int) else r"[0-9]{1,6}(\.[0-9]{1,6})?"
    if not re.fullmatch(pattern, text, re.ASCII) or not low <= float(text) <= high:
        raise UnprocessableContent(
            f"{field} is a {'whole ' if isinstance(low, int) else ''}number "
            f"from {low:g} to {high:g}; got {text[:100]!r}"
        )
    return float(text)
