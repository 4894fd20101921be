"""The cases: what is asked of every contender, and which answer is right."""

import json
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chunks import LARGE, SMALL

MARKS = ("x-first", "x-second", "x-third")  # one response header for each of three middlewares

NOTE = {
    "title": "Buy two tickets",
    "tags": ["travel", "lisbon"],
    "count": 2,
    "price": 37.5,
    "done": False,
    "owner": None,
}
NOTE_BYTES = json.dumps(NOTE).encode()  # 112 bytes
MEGABYTE = bytes(1_000_000)
FORM = b"title=Buy+two+tickets&count=2&remark=50%25+off"
COOKIES = "session=8f14e45fceea167a5a36dedd4bea2543; theme=dark; seen=3"


@dataclass(frozen=True)
class Case:
    """One request, and the answer it must get before it is timed."""

    name: str
    title: str  # the table's column
    method: str
    path: str
    status: int = 200
    text: str | None = None  # the whole body, served as text/plain
    json: dict[str, Any] | None = None  # the whole body, decoded, served as application/json
    size: int | None = None  # bytes of the whole body, all zero, as application/octet-stream
    chunks: int = 0  # how many they come in, which its figures are divided by; 0 is a whole body
    body: bytes = b""  # what is sent
    body_type: str = "application/json"  # of what is sent
    cookies: str = ""  # the Cookie header that is sent
    sets: str = ""  # how the Set-Cookie header of the answer begins
    fields: int = 0  # how many header fields more are sent, the last of them X-Last
    marks: tuple[str, ...] = field(default=())  # the headers that middlewares add
    routes: int = 100  # how many others there are
    divisor: int = 1  # a block has so many times fewer calls than the comparison says

    @property
    def further_fields(self) -> list[tuple[str, str]]:
        """The header fields that are sent beside those of every request."""
        names = [f"X-Field-{number}" for number in range(self.fields - 1)]
        fields = [(name, "value") for name in names] + [("X-Last", "last")] * (self.fields > 0)
        return fields + ([("Cookie", self.cookies)] if self.cookies else [])


CASES = (
    Case("text", "text", "GET", "/text", text="Hello, world!"),
    Case("parameter", "parameter, JSON", "GET", "/users/42", json={"id": 42, "name": "user 42"}),
    Case("echo", "JSON echo", "POST", "/echo", json=NOTE, body=NOTE_BYTES),
    Case("missing", "404", "GET", "/nope/nothing", status=404),
    Case("middlewares", "3 middlewares", "GET", "/text", text="Hello, world!", marks=MARKS),
)
TEXT = CASES[0]
REFUSED = Case("refused", "405", "GET", "/form", status=405)  # which is there for POST only
TYPED = Case("typed", "typed body", "POST", "/typed", json=NOTE, body=NOTE_BYTES)
REQUEST_CASES = (
    Case(
        name="form",
        title="form, urlencoded",
        method="POST",
        path="/form",
        text="Buy two tickets, 50% off",
        body=FORM,
        body_type="application/x-www-form-urlencoded",
    ),
    Case("cookies", "cookies", "GET", "/cookies", text="dark", cookies=COOKIES, sets="seen=4"),
)
SLEEP = Case("sleep", "text after sleep(0)", "GET", "/sleep", text="Hello, world!")
CHUNK_CASES = (
    Case("large", "of 16 KiB", "GET", "/large", size=LARGE[0] * LARGE[1], chunks=LARGE[0]),
    Case("small", "of 16 bytes", "GET", "/small", size=SMALL[0] * SMALL[1], chunks=SMALL[0]),
)
BODY_CASES = (
    Case("megabyte", "1 MB sent", "GET", "/megabyte", size=len(MEGABYTE)),
    Case(
        name="length",
        title="1 MB received",
        method="POST",
        path="/length",
        text=str(len(MEGABYTE)),
        body=MEGABYTE,
        body_type="application/octet-stream",
    ),
)
FILE_CASES = (
    Case("page", "file, 16 KB", "GET", "/page", size=16_000),
    Case("movie", "file, 1 MB", "GET", "/movie", size=1_000_000),
)


@dataclass(frozen=True)
class Answer:
    """What came back, in the form that both interfaces share."""

    status: int
    headers: dict[str, str]  # names in lower case
    chunks: list[bytes]  # those that are not empty

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


def fault(case: Case, answer: Answer) -> str | None:
    """What is wrong with the answer, in a few words; None where it is right."""
    if answer.status != case.status:
        return f"wanted status {case.status}; got {answer.status}"
    if case.chunks and len(answer.chunks) != case.chunks:
        return f"wanted {case.chunks} chunks; got {len(answer.chunks)}"
    missing = [mark for mark in case.marks if answer.headers.get(mark) != "1"]
    if missing:
        return f"wanted the headers {', '.join(case.marks)}; missing {', '.join(missing)}"
    if not answer.headers.get("set-cookie", "").strip().startswith(case.sets):
        return f"wanted the cookie {case.sets}; got {answer.headers.get('set-cookie')}"
    return _fault_of_body(case, answer)


def _fault_of_body(case: Case, answer: Answer) -> str | None:
    """What is wrong with body or content type; a 404 may say what it likes."""
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if case.text is not None and (media_type, answer.body) != ("text/plain", case.text.encode()):
        return f"wanted {case.text!r} as text/plain; got {answer.body[:60]!r} as {media_type}"
    if case.json is not None and media_type != "application/json":
        return f"wanted application/json; got {media_type}"
    if case.json is not None and json.loads(answer.body) != case.json:
        return f"wanted {case.json}; got {answer.body[:60]!r}"
    if case.size is not None and media_type != "application/octet-stream":
        return f"wanted application/octet-stream; got {media_type}"
    if case.size is not None and answer.body != bytes(case.size):
        return f"wanted {case.size} bytes, all zero; got {len(answer.body)}"
    return None
