"""What an open connection that is idle costs a server in memory; loopback only, and bounded.

The connections stay while more are opened, so each number is reached once in a round.
"""

import resource
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.served.application import FACTORY
from benchmarks.served.kinds import GUNICORN, THREADS, UVICORN, Kind, environment
from benchmarks.served.rounds import PROJECT, worker_memory
from lab.errors import LabError
from lab.processes import running

SPARE = 500  # descriptors that are open beside the connections
SECONDS = 20.0  # for one connection to be answered
IDLE = 600  # seconds that a server keeps an idle connection
ASK = b"GET /text HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)  # RFC 6455, 1.3: the key of its example

GTHREAD = Kind(
    "gunicorn gthread",
    "WSGI",
    f"{GUNICORN.format('gthread')} --threads {THREADS} --worker-connections 20000 "
    f"--keep-alive {IDLE} {FACTORY}()",
    ("gunicorn",),
    "",
)
KEEPING = Kind(
    "uvicorn",
    "ASGI",
    f"{UVICORN} --timeout-keep-alive {IDLE} --ws-ping-interval {IDLE} {FACTORY}",
    ("uvicorn", "httptools", "uvloop", "websockets"),
    "",
)


@dataclass(frozen=True)
class Held:
    """One server whose clients stay: what they send, and how the answer ends."""

    name: str
    kind: Kind
    peer: str  # the file of benchmarks/peers
    sent: bytes
    end: bytes


KEEP_ALIVE = tuple(
    Held(f"{kind.name}, {name}", kind, f"{peer}_{kind.world.lower()}", ASK, b"Hello, world!")
    for kind in (GTHREAD, KEEPING)
    for name, peer in (("bare callable", "bare"), ("Tandem", "tandem"))
)
WEBSOCKETS = tuple(
    Held(f"uvicorn, {name}", KEEPING, f"{peer}_websocket", UPGRADE, b"\r\n\r\n")
    for name, peer in (("bare callable", "bare"), ("Tandem", "tandem"), ("Starlette", "starlette"))
)


@contextmanager
def descriptors(wanted: int) -> Generator[int]:
    """As many of `wanted` connections as may be open here; servers inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + SPARE if hard == resource.RLIM_INFINITY else min(hard, wanted + SPARE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    try:
        yield min(wanted, max(soft, most) - SPARE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def memory_by_number(
    held: Held, numbers: Sequence[int], advance: Callable[[], object]
) -> list[float]:
    """Bytes that the worker has more with so many connections than with one that was closed."""
    found = []
    with (
        running(held.kind.command, cwd=PROJECT, env=environment(held.peer), ready="/") as server,
        ExitStack() as connections,
    ):
        connected(server.port, held).close()
        before = worker_memory(server.pid) or 0
        opened = 0
        for number in numbers:
            while opened < number:
                connections.enter_context(connected(server.port, held))
                opened += 1
            found.append(float((worker_memory(server.pid) or 0) - before))
            advance()
    return found


def connected(port: int, held: Held) -> socket.socket:
    """A connection that has had its answer. Raises LabError where it gets none."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    try:
        connection.sendall(held.sent)
        received = b""
        while held.end not in received:
            piece = connection.recv(4096)
            if not piece:
                raise LabError(f"wanted {held.end!r} of {held.name}; got {received[:80]!r}")
            received += piece
    except OSError as error:
        connection.close()
        raise LabError(f"wanted an answer of {held.name}; got {error!r}") from error
    except BaseException:
        connection.close()
        raise
    return connection
