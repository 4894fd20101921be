"""What the load generator is asked to do: one server, one path, closed or open load."""

import ipaddress
import json
import math
import re
from dataclasses import asdict, dataclass
from typing import Literal

Manner = Literal["read", "trickle", "abandon"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Other clients of the same server, which are not measured but felt by those that are.

    Their manners: "read" asks, reads the answer, and asks again; "trickle" takes the whole stretch
    to send one request, as a client on a bad line; "abandon" asks once and hangs up at once.
    """

    path: str
    connections: int
    manner: Manner = "read"

    def __post_init__(self) -> None:
        check_path(self.path)
        if self.connections < 1:
            raise ValueError(f"connections is a number over 0; got {self.connections!r}")


@dataclass(frozen=True, slots=True)
class Job:
    """One stretch of load.

    Closed: each connection sends its next request when the last one is answered, so a slow server
    is asked less often. Open: requests are due on a schedule, `rate` a second in all, whether the
    server keeps up or not.
    """

    port: int
    path: str  # as it goes over the wire: percent-encoded, starts with "/"
    connections: int = 16
    seconds: float = 1.0  # how long new requests are sent
    rate: float | None = None  # requests a second: open; None: closed
    timeout: float = 10.0  # seconds after which one request is an error
    limit: int = 500_000  # requests in all, whatever the time
    host: str = "127.0.0.1"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""  # sent as UTF-8
    beside: Beside | None = None
    numbered: bool = False  # each request says its number, from 1, in the header `tandem-request`

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(f"load goes to this machine only (127.0.0.1, ::1); got {self.host!r}")
        check_path(self.path)
        if not re.fullmatch("[A-Z]+", self.method):
            raise ValueError(f"a method is written in capitals, as GET; got {self.method!r}")
        for name, value in self.headers:
            if not re.fullmatch("[!-9;-~]+", name) or not re.fullmatch("[ -~\\t]*", value):
                raise ValueError(f"a header is a name and a line of ASCII; got {name!r}: {value!r}")
        for name in ("connections", "seconds", "timeout", "limit"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is a number over 0; got {getattr(self, name)!r}")
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise ValueError(f"rate is a number over 0; got {self.rate!r}")

    def request(self, number: int = 0) -> bytes:
        """The bytes of a request of this job, the same for all unless they are numbered."""
        body = self.body.encode()
        fields = dict(self.headers)
        if body:
            fields["content-length"] = str(len(body))
        if self.numbered:
            fields["tandem-request"] = str(number)
        return self._head(self.method, self.path, fields) + body

    def request_beside(self) -> bytes:
        """The bytes of a request of those beside: each has a connection of its own."""
        assert self.beside is not None
        return self._head("GET", self.beside.path, {"connection": "close"})

    @property
    def may_repeat(self) -> bool:
        """Whether a request that a closing connection has swallowed may be sent again."""
        return self.method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")  # RFC 9110, 9.2.2

    def to_json(self) -> str:
        """One line of JSON, which `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Job":
        """The job in a line of JSON. Raises TypeError for an unknown field."""
        fields = json.loads(line)
        fields["headers"] = tuple((name, value) for name, value in fields.get("headers", ()))
        if fields.get("beside"):
            fields["beside"] = Beside(**fields["beside"])
        return cls(**fields)

    def _head(self, method: str, path: str, fields: dict[str, str]) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"host: {self.host}:{self.port}",
            "user-agent: tandem-lab",
            "accept: */*",
            *(f"{name}: {value}" for name, value in fields.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def is_loopback(host: str) -> bool:
    """Whether `host` is an address of this machine's loopback; a name is never looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_path(path: str) -> None:
    """Make sure that a path is one as it goes over the wire. Raises ValueError."""
    if not re.fullmatch("/[!-~]*", path):
        raise ValueError(f'a path starts with "/", in ASCII, without spaces; got {path!r}')
