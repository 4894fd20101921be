"""The five cases: what is asked of every contender, and which answer is right."""

import json
from dataclasses import dataclass, field
from typing import Any

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
    body: bytes = b""  # what is sent, as application/json
    marks: tuple[str, ...] = field(default=())  # the headers that middlewares add


CASES = (
    Case("text", "text", "GET", "/text", text="Hello, world!"),
    Case("parameter", "parameter, JSON", "GET", "/users/42", json={"id": 42, "name": "user 42"}),
    Case("echo", "JSON echo", "POST", "/echo", json=NOTE, body=NOTE_BYTES),
    Case("missing", "404", "GET", "/nope/nothing", status=404),
    Case("middlewares", "3 middlewares", "GET", "/text", text="Hello, world!", marks=MARKS),
)


@dataclass(frozen=True)
class Answer:
    """What came back, in the form that both interfaces share."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes


def fault(case: Case, answer: Answer) -> str | None:
    """What is wrong with the answer, in a few words; None where it is right."""
    if answer.status != case.status:
        return f"wanted status {case.status}; got {answer.status}"
    missing = [mark for mark in case.marks if answer.headers.get(mark) != "1"]
    if missing:
        return f"wanted the headers {', '.join(case.marks)}; missing {', '.join(missing)}"
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
    return None
