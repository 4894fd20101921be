"""A recording held against PEP 3333, event by event; the rules for one event are in `pep3333`.

`wsgiref.validate` stops at the first mistake and says no clause; this goes on and names it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from lab.asgi_rules import NO_CONTENT
from lab.xray import pep3333
from lab.xray.findings import Finding, finding
from lab.xray.recording import Event

_START = "PEP 3333, The start_response() Callable"
_WRITE = "PEP 3333, The write() Callable"
_SIDES = "PEP 3333, The Application/Framework Side"
_STREAMS = "PEP 3333, Input and Error Streams"
_LENGTH = "PEP 3333, Handling the Content-Length Header"
_ERRORS = "PEP 3333, Error Handling"
_BODY = "PEP 3333, Specification Details"

Breaches = Iterator[Finding]


def check_wsgi(events: list[Event]) -> list[Finding]:
    """What application and server did that they may not."""
    exchange = _Exchange(events[0].details["environ"])
    found = [breach for event in events for breach in exchange.at(event)]
    return [*found, *exchange.left_open(events[-1])]


class _Exchange:
    """One request, as far as it has come."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ
        self.started: Event | None = None  # the last start_response that took effect
        self.length = 0  # bytes of the body so far
        self.has_returned = False
        self.has_close = False  # and it is not called yet
        self.is_refused = False  # start_response has raised, and that is not to be caught
        self.is_too_long = False  # told once
        self.rules: dict[str, Callable[[Event], Breaches]] = {
            "call": self._call,
            "start_response": self._start_response,
            "start_response raised": self._start_response_raised,
            "return": self._return,
            "write": self._write,
            "chunk": self._chunk,
            "end": self._end,
            "input beyond": self._beyond,
            "errors beyond": self._beyond,
            "input": self._input,
            "input raised": self._input,
            "errors": self._errors,
            "errors raised": self._errors,
            "headers changed": self._headers_changed,
            "raise": self._raise,
            "close": self._close,
            "close raised": self._close,
        }

    def at(self, event: Event) -> Breaches:
        """What is wrong with this event, after those before it."""
        if event.kind in self.rules:
            yield from self.rules[event.kind](event)

    def _call(self, event: Event) -> Breaches:
        for clause, what in pep3333.environ_faults(self.environ, event.details["type"]):
            yield finding(clause, what, event)

    def _start_response(self, event: Event) -> Breaches:
        told = event.details
        if not told["is_positional"]:
            yield finding(_START, "it is called with positional arguments, not by name", event)
        if self.started is not None and told["exc_info"] is None:
            yield finding(_START, "it is called a second time only with exc_info", event)
        if not told.get("is_exc_info", True):  # tapes that are older than this have it not
            what = "exc_info is what sys.exc_info() gives, a tuple of three"
            yield finding(_START, f"{what}; got {told['exc_info']!s:.60}", event)
        for clause, what in pep3333.status_faults(told["status"]):
            yield finding(clause, what, event)
        if isinstance(told["headers"], list) and not told["is_list"]:
            yield finding(_START, "the headers are a list, no subclass of it", event)
        for clause, what in pep3333.field_faults(told["headers"]):
            yield finding(clause, what, event)
        for clause, what in pep3333.length_faults(told["status"], told["headers"]):
            yield finding(clause, what, event)
        self.started = event

    def _start_response_raised(self, _event: Event) -> Breaches:
        self.is_refused = True
        yield from ()

    def _headers_changed(self, event: Event) -> Breaches:
        what = "the headers are given by the call, and the list is the server's from then on; it"
        headers = event.details["headers"]
        yield finding(_START, f"{what} was changed after it, to {headers!r:.60}", event)

    def _return(self, event: Event) -> Breaches:
        yield from self._not_caught(event)
        self.has_returned, self.has_close = True, event.details["has_close"]
        kind = event.details["type"]
        if not event.details["is_iterable"]:
            yield finding(_SIDES, f"an application returns an iterable; got {kind}", event)
        elif kind in ("str", "bytes", "bytearray", "dict"):
            what = f"the iterable yields chunks of bytes; {kind} yields something smaller"
            yield finding(_BODY, what, event)

    def _write(self, event: Event) -> Breaches:
        if self.has_returned:
            yield finding(_WRITE, "write() is not called from within the returned iterable", event)
        yield from self._data(event, _WRITE)

    def _chunk(self, event: Event) -> Breaches:
        if self.started is None:
            what = "start_response is called before the first chunk of the body is yielded"
            yield finding(_SIDES, what, event)
        yield from self._data(event, _BODY)

    def _data(self, event: Event, clause: str) -> Breaches:
        """A chunk is bytes; all of them are not more than was declared."""
        data = event.details["data"]
        if not isinstance(data, bytes):
            yield finding(
                clause, f"a chunk is bytes; got {type(data).__name__} {data!r:.60}", event
            )
            return
        self.length += len(data)
        if self.is_too_long or not data:
            return
        declared = self._declared()
        if self._is_head():  # PEP 3333 forbids no body there: the server drops it
            return
        if self._has_no_content():
            self.is_too_long = True
            yield finding("RFC 9110, 6.4.1", f"a {self._status()} has no content", event)
        elif declared is not None and self.length > declared:
            self.is_too_long = True
            yield finding(_LENGTH, f"{declared} bytes were declared, and more is sent", event)

    def _end(self, event: Event) -> Breaches:
        if self.started is None:
            yield finding(_SIDES, "start_response was never called", event)
        declared = self._declared()
        is_empty = self._is_head() or self._has_no_content()
        if declared is not None and self.length < declared and not is_empty:
            what = f"{declared} bytes were declared, {self.length} were sent"
            yield finding(_LENGTH, what, event)

    def _beyond(self, event: Event) -> Breaches:
        stream, name = event.kind.removesuffix(" beyond"), event.details["name"]
        what = f"no other attribute of wsgi.{stream} is used than PEP 3333 has; got {name}"
        yield finding(_STREAMS, what, event)

    def _input(self, event: Event) -> Breaches:
        size = event.details["size"]
        if size is not None and not isinstance(size, int):
            yield finding(_STREAMS, f"read() takes a number of bytes; got {size!r}", event)

    def _errors(self, event: Event) -> Breaches:
        text, method = event.details["text"], event.details["method"]
        texts = {"write": [text], "writelines": text}.get(method)
        for one in texts if isinstance(texts, (list, tuple)) else ():
            if not isinstance(one, str):
                yield finding(_STREAMS, f"wsgi.errors takes text; got {type(one).__name__}", event)

    def _raise(self, _event: Event) -> Breaches:
        self.is_refused = False  # not caught: it goes on to the server
        yield from ()

    def _close(self, event: Event) -> Breaches:
        self.has_close = False
        yield from self._not_caught(event)

    def left_open(self, last: Event) -> Breaches:
        """What the server has not done by the end."""
        if self.has_close:
            what = "the server calls close() of what was returned, and has not"
            yield finding(_BODY, what, last)

    def _not_caught(self, event: Event) -> Breaches:
        if self.is_refused:
            self.is_refused = False
            what = "an exception that start_response raises is not caught: it ends the request"
            yield finding(_ERRORS, what, event)

    def _declared(self) -> int | None:
        """The Content-Length, None without one, or with one that is no number."""
        fields = self.started.details["headers"] if self.started is not None else None
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, tuple) and len(field) == 2 and _is_length(field):
                return int(field[1])
        return None

    def _is_head(self) -> bool:
        return self.environ.get("REQUEST_METHOD") == "HEAD"

    def _has_no_content(self) -> bool:
        status = self._status()
        return status.isdecimal() and int(status) in NO_CONTENT

    def _status(self) -> str:
        return str(self.started.details["status"])[:3] if self.started is not None else ""


def _is_length(field: tuple[Any, Any]) -> bool:
    name, value = field
    return str(name).lower() == "content-length" and str(value).isdecimal()
