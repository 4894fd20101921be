"""Server-sent events, encoded (HTML Living Standard, "Server-sent events").

A stream is lines of UTF-8, `field: value`; an empty line ends an event. A line ends at CR, LF or
both, so a value with one of them would go on as a field of its own: data is split into lines, and
any other value with a line end is refused.
"""

import re
from typing import Any

import msgspec

# What an answer of events is sent with: neither a cache nor a proxy (nginx) is to hold it back, or
# to compress it, which comes to the same (RFC 9111, 5.2.2.6).
FIELDS = (
    ("content-type", "text/event-stream"),  # it is always UTF-8
    ("cache-control", "no-cache, no-transform"),
    ("x-accel-buffering", "no"),
)
KEEP_ALIVE = b":\n\n"  # a comment: a client ignores it, and a proxy sees that the stream is alive

_LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines knows others, which do not end a line here
_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")


class Event:
    """One event: `data` is text, or a dict or list to be sent as JSON.

    `event` is its type, for `addEventListener`; "message" unless told. `id` comes back in
    Last-Event-ID when the client connects again, and "" has it forget the last one. `retry` is how
    many milliseconds it waits before that. Without data no event reaches the page, so `data` may be
    left out only where there is an id or a retry, and no `event`. Raises ValueError and TypeError.
    """

    __slots__ = ("encoded",)

    encoded: bytes  # as it is sent

    def __init__(
        self,
        data: "str | dict[str, Any] | list[Any] | None" = None,
        *,
        event: str | None = None,
        id: str | None = None,  # noqa: A002  # the field's name in the standard
        retry: int | None = None,  # milliseconds
    ) -> None:
        lines: list[str] = []
        if event is not None:
            lines.append(f"event: {_one_line('event', event, _LINE_END)}")
        if id is not None:
            lines.append(f"id: {_one_line('id', id, _NOT_IN_ID)}")
        if retry is not None:
            lines.append(f"retry: {_milliseconds(retry)}")
        if data is not None:
            lines += [f"data: {line}" for line in _LINE_END.split(_text(data))]
        elif event is not None or not lines:
            raise ValueError("an event has data, or else an id or a retry without an event type")
        self.encoded = _utf_8("\n".join(lines) + "\n\n")

    def __repr__(self) -> str:
        return f"Event({self.encoded!r})"


def encode_event(value: Any) -> bytes:
    """The bytes of what a stream of events yields.

    An Event is itself; a `str`, dict or list is the data of one. `bytes` are sent as they are, so
    that one event may be encoded once for many clients; they must end with an empty line, or
    ValueError is raised. So is TypeError for anything else.
    """
    if isinstance(value, Event):
        return value.encoded
    if isinstance(value, bytes):
        if not value.endswith(_EVENT_ENDS):
            raise ValueError(
                f"bytes in a stream of events are events encoded already, with an empty line "
                f"at the end; got {value!r} (data is a str)"
            )
        return value
    if isinstance(value, (str, dict, list)):
        return Event(value).encoded
    raise TypeError(f"a stream of events yields Event, str, dict, list or bytes; got {value!r}")


def comment(text: str) -> bytes:
    """A comment, which clients ignore; each line of the text is one."""
    return _utf_8("".join(f": {line}\n" for line in _LINE_END.split(text)) + "\n")


_NOT_IN_ID = re.compile(r"[\r\n\0]")  # "Interpreting an event stream": with a NUL it is ignored


def _one_line(field: str, value: str, refused: re.Pattern[str]) -> str:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"an event's {field} is a str; got {value!r}")
    if refused.search(value):
        raise ValueError(f"an event's {field} is one line, an id also without NUL; got {value!r}")
    return value


def _milliseconds(retry: int) -> int:
    if not isinstance(retry, int) or isinstance(retry, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"an event's retry is an int, in milliseconds; got {retry!r}")
    if retry < 0:
        raise ValueError(f"an event's retry is not negative, in milliseconds; got {retry!r}")
    return retry


def _text(data: "str | dict[str, Any] | list[Any]") -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, (dict, list)):  # pyright: ignore[reportUnnecessaryIsInstance]
        return msgspec.json.encode(data).decode("utf-8")
    raise TypeError(f"an event's data is a str, dict or list; got {data!r}")


def _utf_8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:  # half of a surrogate pair
        wrong = error.object[error.start : error.end]
        raise ValueError(f"an event is text that UTF-8 can hold; got {wrong!r} in it") from None
