"""How long the server waits, and how much it takes: every number of it that can be chosen."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long what is awaited may take, in seconds."""

    head: float = 5.0  # a request's line and header fields, from their first byte
    body: float = 5.0  # a request's body, beyond what `least_rate` grants
    keep_alive: float = 5.0  # without a byte between two requests
    write: float = 5.0  # until a client takes what is sent to it
    linger: float = 1.0  # a connection that is closed, for what is still on its way to us
    thread: float = 5.0  # a WSGI request, for a thread
    shutdown: float = 30.0  # the requests that are being answered when the server is to end
    ping: float = 20.0  # a silent WebSocket, until it is asked whether it is there; then again
    least_rate: float = 1_000.0  # bytes a second: a slower client runs out of time

    def __post_init__(self) -> None:
        _check_positive(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from clients."""

    request_line: int = 8_190  # bytes; over it 414. RFC 9112, 3 recommends 8,000 at least
    fields: int = 100  # header fields; over it 431 (RFC 6585, 5)
    field_bytes: int = 65_536  # bytes of all header fields; over it 431
    body: int = 100_000_000  # bytes; over it 413
    chunk_line: int = 1_024  # bytes of a chunk's size and extensions; over it 400
    connections: int = 1_000  # at a time; to others it says 503
    pipelined: int = 65_536  # bytes of later requests, while one is answered; then it stops reading
    unread: int = 65_536  # bytes of a body that wait for the application; then it stops reading
    discarded: int = 1_000_000  # bytes that nobody wants, read so that the answer is not lost
    message: int = 16_777_216  # bytes of a WebSocket message; over it close code 1009

    def __post_init__(self) -> None:
        _check_positive(self)


def option_of(kind: type[Timeouts | Limits], name: str) -> str:
    """What a number is called on the command line: --limit-body, --timeout-body."""
    return f"--{kind.__name__.lower()[:-1]}-{name.replace('_', '-')}"


def options_for(settings: Timeouts | Limits) -> list[str]:
    """The options that choose these numbers; none for one that is chosen anyway."""
    chosen = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value != field.default:
            chosen += [option_of(type(settings), field.name), str(value)]
    return chosen


def _check_positive(settings: Timeouts | Limits) -> None:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if not value > 0:
            kind = type(settings).__name__
            raise ValueError(f"{kind}: {field.name} is a number above 0; got {value!r}")
