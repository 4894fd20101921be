"""A module's own workloads: `@workload("name")` in it, and `tandem compare` asks for them too.

    from lab.compare import workload

    @workload("search", "/search?q=tandem")      # on a handler, or on anything else
    @site.get("/search")
    def search() -> str: ...

    @workload("order")                           # on a function that says what is asked
    def order() -> Ask:
        return Ask("/orders", method="POST", body='{"item": 7}')

A function that says what is asked is called once, when the module is checked. It may return a path.
The first line of its docstring is the question that the report shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lab.load.job import Beside, Job

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Ask:
    """The request of a workload, and who else asks meanwhile."""

    path: str  # as it goes over the wire: percent-encoded, starts with "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""  # sent as UTF-8
    rate: float | None = None  # requests a second on a schedule; None: each client waits its turn
    beside: Beside | None = None

    def __post_init__(self) -> None:
        Job(  # it knows what a request may be
            1,
            self.path,
            method=self.method,
            headers=self.headers,
            body=self.body,
            rate=self.rate,
        )


@dataclass(frozen=True, slots=True)
class OwnWorkload:
    """What a module has registered."""

    name: str
    question: str  # the function's docstring, its first line
    ask: Callable[[], Ask]


REGISTERED: list[OwnWorkload] = []  # by the modules that this process has imported


def workload(name: str, path: str | None = None) -> Callable[[F], F]:
    """A decorator that registers a workload under `name`, and returns the function as it is.

    With `path`, that is what is asked for. Without, the function is called, without arguments, and
    returns a path or an `Ask`. Raises ValueError for a name or a path that can't be one.
    """
    if not name or name.startswith("/") or " " in name:
        raise ValueError(f'a workload has a name without spaces, such as "search"; got {name!r}')
    if path is not None:
        Ask(path)

    def register(function: F) -> F:
        question = (function.__doc__ or "").strip().partition("\n")[0]
        asked = Ask(path) if path is not None else None
        REGISTERED.append(OwnWorkload(name, question, lambda: asked or _asked(name, function)))
        return function

    return register


def _asked(name: str, function: Callable[..., Any]) -> Ask:
    answer = function()
    if isinstance(answer, str):
        return Ask(answer)
    if not isinstance(answer, Ask):
        raise TypeError(f"a workload returns a path or an Ask; got {answer!r} for {name!r}")
    return answer
