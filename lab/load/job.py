"""What the load generator is asked to do: one server, one path, closed or open load."""

import ipaddress
import json
import math
import re
from dataclasses import asdict, dataclass


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

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(f"load goes to this machine only (127.0.0.1, ::1); got {self.host!r}")
        if not re.fullmatch("/[!-~]*", self.path):
            raise ValueError(f'a path starts with "/", in ASCII, without spaces; got {self.path!r}')
        for name in ("connections", "seconds", "timeout", "limit"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is a number over 0; got {getattr(self, name)!r}")
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise ValueError(f"rate is a number over 0; got {self.rate!r}")

    def request(self) -> bytes:
        """The bytes of every request of this job."""
        return (
            f"GET {self.path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\n"
            "user-agent: tandem-lab\r\naccept: */*\r\n\r\n"
        ).encode("ascii")

    def to_json(self) -> str:
        """One line of JSON, which `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Job":
        """The job in a line of JSON. Raises TypeError for an unknown field."""
        return cls(**json.loads(line))


def is_loopback(host: str) -> bool:
    """Whether `host` is an address of this machine's loopback; a name is never looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
