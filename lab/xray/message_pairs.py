"""What one step passes, side by side: a chunk, a status, the keys of a message."""

from typing import Any

from lab.xray.shown import shown
from lab.xray.twins import Field, Pair

Details = dict[str, Any]

_MORE = "ASGI only: whether more follows. In WSGI there is more until there is not."
_REASON = "In WSGI the reason is the application's to write; in ASGI the server has it from a list."


def status_pair(wsgi: Details | None, message: Details) -> Pair:
    """The status of a response."""
    theirs, ours = wsgi["status"] if wsgi else None, message.get("status")
    return Pair(
        "response status",
        Field("status", shown(theirs)) if wsgi else None,
        Field("status", shown(ours)) if message else None,
        _REASON,
        str(theirs)[:3] != str(ours),
    )


def body_pairs(twin: str, wsgi: Details | None, message: Details) -> list[Pair]:
    """A chunk of the request's or response's body (its `twin`), and what only a message says."""
    data = Field("data", shown(wsgi["data"])) if wsgi and "data" in wsgi else None
    body = Field("body", shown(message.get("body", b""))) if message else None
    differs = data is not None and wsgi is not None and wsgi["data"] != message.get("body", b"")
    pairs = [Pair(twin, data, body, is_different=differs)] if data or body else []
    rest = {key: value for key, value in message.items() if key not in ("body", "more_body")}
    if message:
        rest["more_body"] = message.get("more_body", False)
    return [*pairs, *message_pairs(rest)]


def message_pairs(message: Details) -> list[Pair]:
    """The keys of a message that WSGI has no twin of."""
    return [
        Pair(str(key), None, Field(str(key), shown(value)), _MORE if key == "more_body" else "")
        for key, value in message.items()
    ]
