"""Lesson 1: the answer is bytes, and among them is a Content-Length that is true."""

import http.client
import socket
from types import ModuleType

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import call_of, called, described

LOOK = "in `response` of exercise.py"
LONG = 10_000  # characters
PATIENCE = 2.0  # seconds: only who waits in vain waits as long


def check_the_length_is_told(exercise: ModuleType) -> None:
    """The head has a field Content-Length."""
    _check_answer(exercise, "Hello\n")


def check_the_length_is_in_bytes(exercise: ModuleType) -> None:
    """It counts bytes, as a socket does, and not characters."""
    for text in ("Grüße\n", "", "x" * LONG):
        _check_answer(exercise, text)


def check_a_client_need_not_wait_for_the_end(exercise: ModuleType) -> None:
    """A client has the whole answer while the connection is still open."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(PATIENCE)
        theirs.sendall(called(exercise, "response", "Grüße\n", look=LOOK))
        answer = http.client.HTTPResponse(ours)
        try:
            answer.begin()
            came = answer.read()
        except (TimeoutError, http.client.HTTPException) as error:
            what = "a client that reads response('Grüße\\n') from an open connection"
            raise Unmet(what, "the whole body", f"{type(error).__name__}", LOOK) from error
    expect(came, "Grüße\n".encode(), what="the body that a client reads", look=LOOK)


def check_the_server_sends_it(exercise: ModuleType) -> None:
    """The server answers a request with it."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(PATIENCE)
        ours.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        called(exercise, "converse", theirs, look="in `converse` of exercise.py")
        came = ours.makefile("rb").read()
    wanted = called(exercise, "response", "Hello\n", look=LOOK)
    expect(came, wanted, what="what the server sends for GET /", look="in `converse`")


def _check_answer(exercise: ModuleType, text: str) -> None:
    """The answer of this text is what it was, with one field more."""
    what = call_of("response", text)
    answer = called(exercise, "response", text, look=LOOK)
    if not isinstance(answer, bytes):
        wanted = "bytes: a socket takes no text"
        raise Unmet(what, wanted, described(answer), LOOK)
    head, empty_line, body = answer.partition(b"\r\n\r\n")
    wanted = "an empty line, \\r\\n\\r\\n, between head and body"
    expect_that(bool(empty_line), what=what, wanted=wanted, came=repr(answer[:200]), look=LOOK)
    status_line, *lines = head.split(b"\r\n")
    expect(status_line, b"HTTP/1.1 200 OK", what=f"the first line of {what}", look=LOOK)
    _check_fields(lines, text, what)
    _check_body(body, text, what)


def _check_fields(lines: list[bytes], text: str, what: str) -> None:
    fields = [tuple(line.split(b":", 1)) for line in lines]
    lengths = [field for field in fields if field[0].lower() == b"content-length"]
    size = len(text.encode())
    wanted = f"one field Content-Length: {size}"
    expect_that(
        len(lengths) == 1,
        what=f"the head of {what}",
        wanted=wanted,
        came=f"{len(lengths)} of them in {lines!r}",
        look=f"{LOOK}: a line more before the empty one",
    )
    hint = f"; the text has {len(text)} characters and {size} bytes" if size != len(text) else ""
    (came,) = lengths
    expect_that(
        len(came) == 2 and came[1].strip() == str(size).encode(),
        what=f"the head of {what}",
        wanted=wanted,
        came=f"{b':'.join(came)!r}{hint}",
        look=LOOK,
    )
    names = [field[0].lower() for field in fields]
    kept = b"content-type" in names and len(fields) == 2
    wanted = "Content-Type and Content-Length, nothing else"
    expect_that(kept, what=f"the head of {what}", wanted=wanted, came=repr(lines), look=LOOK)


def _check_body(body: bytes, text: str, what: str) -> None:
    wanted = text.encode()
    cut = f"{body[:60]!r}, {len(body)} bytes"
    expect_that(
        body == wanted,
        what=f"the body of {what}",
        wanted=f"{wanted[:60]!r}, {len(wanted)} bytes",
        came=cut,
        look=f"{LOOK}: after the empty line come the bytes of the text, and no more",
    )
