"""What a case of the corpus is: requests on one connection, and the status of each answer.

In a target `TWIN` stands for `def` and for `async`: such a case is asked twice, of the handler at
/def/... and of its twin at /async/... (`apps/parity.py`).
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.end_to_end.exchange import in_chunks

TWINS = ("def", "async")
CLOSE = "Connection: close"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it is sent."""

    method: str
    target: str  # as sent, a latin-1 character for each byte
    fields: tuple[str, ...]  # "Name: value", likewise
    body: bytes | list[bytes] = b""  # a list is sent in chunks
    version: str = "1.1"
    missing: int = 0  # bytes at the end of the body that never come: the client is gone
    read_as: str = ""  # the target that a server makes of it, where that is another one
    waits: bool = False  # with the body, for 100 Continue
    raw: bytes = b""  # what follows the header instead of a body: no HTTP

    @property
    def head(self) -> bytes:
        """The request line and the header fields."""
        lines = [f"{self.method} {self.target} HTTP/{self.version}", *self.fields, "", ""]
        return "\r\n".join(lines).encode("latin-1")

    @property
    def content(self) -> bytes:
        """The body on the wire, as far as it is sent."""
        whole = in_chunks(self.body) if isinstance(self.body, list) else self.body
        return whole[: len(whole) - self.missing] + self.raw

    @property
    def arriving(self) -> bytes | list[bytes]:
        """The body as far as an application gets it: of chunks, those that are sent whole."""
        if isinstance(self.body, bytes) or not self.missing:
            return self.body[: len(self.body) - self.missing]
        ends = [len(in_chunks(self.body[:count])) for count in range(1, len(self.body) + 1)]
        sent = len(self.content) + len(in_chunks([]))
        return [piece for piece, end in zip(self.body, ends, strict=True) if end <= sent]


@dataclass(frozen=True, slots=True)
class Case:
    """Requests on one connection."""

    name: str
    statuses: tuple[int, ...]  # of the answers
    requests: tuple[Sent, ...]
    at_once: bool = False  # all of them are sent before an answer is read
    is_malformed: bool = False  # no HTTP: a server refuses it, and does not ask the application

    def asked_of(self, twin: str) -> "Case":
        """The case as it is asked of one of the twins."""
        requests = tuple(
            replace(
                sent,
                target=sent.target.replace("TWIN", twin),
                read_as=sent.read_as.replace("TWIN", twin),
            )
            for sent in self.requests
        )
        return replace(self, requests=requests)

    @property
    def is_cut_off(self) -> bool:
        """Whether the client goes away in the middle."""
        return any(sent.missing for sent in self.requests)

    @property
    def has_twins(self) -> bool:
        """Whether it is asked twice."""
        return any("TWIN" in sent.target for sent in self.requests)


def case(name: str, status: int, method: str, target: str, *fields: str, **options: Any) -> Case:
    """A request on a connection of its own, which the client wants closed then."""
    return Case(name, (status,), (sent(method, target, CLOSE, *fields, **options),))


def malformed(name: str, method: str, target: str, *fields: str, **options: Any) -> Case:
    """A request that is to be refused with 400."""
    return replace(case(name, 400, method, target, *fields, **options), is_malformed=True)


def kept(name: str, statuses: list[int], *requests: Sent, at_once: bool = False) -> Case:
    """Several requests on one connection, which the client wants closed after the last."""
    last = replace(requests[-1], fields=(*requests[-1].fields, CLOSE))
    return Case(name, tuple(statuses), (*requests[:-1], last), at_once)


def sent(
    method: str,
    target: str,
    *fields: str,
    host: str | None = "here",
    body: bytes | list[bytes] = b"",
    **options: Any,
) -> Sent:
    """A request with its Host, and with the length of its body unless a field tells one."""
    given = {field.partition(":")[0].lower() for field in fields}
    framing = []
    if isinstance(body, list):
        framing = ["Transfer-Encoding: chunked"]
    elif body and "content-length" not in given:
        framing = [f"Content-Length: {len(body)}"]
    first = [] if host is None else [f"Host: {host}"]
    return Sent(method, target, (*first, *fields, *framing), body, **options)
