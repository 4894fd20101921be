"""What becomes of a request, as plain values: `explaining` finds them, `terminal` writes them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tried:
    """A route or a mount, and what the request was to it."""

    path: str  # whole, with the prefixes of mounts
    methods: list[str]  # [] for a mount
    handler: str  # "show_task (examples.tasks:57)"; "" for a mount
    depth: int  # how many Apps are around that of this route
    fits: int  # segments of the path that were the route's
    why: str  # it does not answer; "" where it does


@dataclass(slots=True)
class Layer:
    """A middleware: what is around the handler."""

    name: str
    place: str  # "module:line"
    around: str  # what: "the App", "the App at /admin", "the WSGI door"


@dataclass(slots=True)
class Taken:
    """A parameter of the path, converted."""

    name: str
    converter: str
    type: str
    value: str  # its repr


@dataclass(slots=True)
class Winner:
    """The route that answers."""

    path: str  # with the prefixes of mounts, and what converters the annotations gave
    name: str  # for `url_for`
    handler: str
    place: str
    kind: str
    parameters: list[Taken]
    max_body: int | None  # bytes; None where no body is read
    stream: bool  # the handler reads the body


@dataclass(slots=True)
class Explanation:
    """What becomes of a request."""

    module: str
    method: str
    path: str  # as sent, without a query
    tried: list[Tried] = field(default_factory=list[Tried])
    winner: Winner | None = None
    status: int | None = None  # without a handler; None where the winner decides
    reason: str = ""  # of the status
    headers: dict[str, str] = field(default_factory=dict[str, str])  # that go with the status
    answered_by: str = ""  # the error handler that makes this answer; "" for Tandem's own
    middleware: list[Layer] = field(default_factory=list[Layer])  # the outermost first
    runs: list[tuple[list[str], str]] = field(default_factory=list[tuple[list[str], str]])
    notes: list[str] = field(default_factory=list[str])
