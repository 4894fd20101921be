"""What is asked and what is answered, the same for both doors."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

Pairs = list[tuple[str, str]]


@dataclass
class Asked:
    """A request as a server has read it from the connection."""

    method: str
    path: str  # as sent: percent-encoded, with the root path
    query: str  # as sent, without the "?"
    headers: Pairs  # as sent
    chunks: list[bytes]  # the body, as it arrives
    disconnect: bool = False  # the client goes away after these chunks
    http_version: str = "1.1"
    root_path: str = ""  # percent-decoded
    taken: int = 0  # bytes of the body that the application has read

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass
class Answer:
    """A whole response."""

    status: int
    headers: Pairs  # names in lower case
    body: bytes
    taken: int = field(default=0, compare=False)  # bytes of the request's body that were read

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)


class Client(ABC):
    """Sends requests to an application, in process."""

    def __init__(self, application: Any, root_path: str = "") -> None:
        self.application = application
        self.root_path = root_path  # where the server has mounted it; percent-decoded

    @abstractmethod
    def exchange(self, asked: Asked) -> Answer:
        """The application's answer, read to its end and closed."""

    def request(self, method: str, target: str, **options: Any) -> Answer:
        """The answer to a request for `target`; the options are those of `asked`."""
        return self.exchange(self.asked(method, target, **options))

    def asked(
        self,
        method: str,
        target: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | list[bytes] = b"",  # a list is sent chunked, without a length
        json: Any = None,
        form: Mapping[str, str] | None = None,
        disconnect: bool = False,
        http_version: str = "1.1",
    ) -> Asked:
        """The request for `target`: a path below `root_path`, and perhaps a query."""
        path, _, asked_query = target.partition("?")
        fields = list(headers.items() if isinstance(headers, Mapping) else headers)
        if json is not None:
            body = _dumped(json)
            fields.append(("Content-Type", "application/json"))
        if form is not None:
            body = urlencode(form).encode()
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
        asked = Asked(
            method,
            quote(self.root_path) + path,
            urlencode(query) if query is not None else asked_query,
            fields,
            body if isinstance(body, list) else [body] if body else [],
            disconnect,
            http_version,
            self.root_path,
        )
        _declare(asked, chunked=isinstance(body, list))
        return asked

    def get(self, target: str, **options: Any) -> Answer:
        return self.request("GET", target, **options)

    def post(self, target: str, **options: Any) -> Answer:
        return self.request("POST", target, **options)

    def head(self, target: str, **options: Any) -> Answer:
        return self.request("HEAD", target, **options)

    def options(self, target: str, **options: Any) -> Answer:
        return self.request("OPTIONS", target, **options)


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _declare(asked: Asked, *, chunked: bool) -> None:
    """Add what every client sends: Host, and how long the body is."""
    if asked.header("host") is None and asked.http_version != "1.0":
        asked.headers.insert(0, ("Host", "localhost:8000"))
    if asked.header("content-length") is None:
        if chunked:
            asked.headers.append(("Transfer-Encoding", "chunked"))
        elif asked.chunks:
            asked.headers.append(("Content-Length", str(len(asked.chunks[0]))))
