"""A recording held against ASGI 3.0 by the rules of `lab.asgi_rules`: every breach is told."""

from collections.abc import Iterator
from typing import Any

from lab.asgi_rules import FIRST, Violation
from lab.asgi_validator import Conversation
from lab.xray.findings import Finding, finding
from lab.xray.recording import Event

_ANSWERS = ("websocket.accept", "websocket.close", "websocket.http.response.start")


def check_asgi(events: list[Event]) -> list[Finding]:
    """What the application did that it may not."""
    conversation = Conversation(events[0].details["scope"])
    return [found for event in events[1:] for found in _breaches(conversation, event)]


def _breaches(conversation: Conversation, event: Event) -> Iterator[Finding]:
    details = event.details
    if event.kind == "receive":
        conversation.heard(details["message"])
    elif event.kind == "send":
        if _opens(details["message"], conversation):
            conversation.heard({"type": "websocket.connect"})
        try:
            conversation.said(_without_body(details["message"], conversation.scope))
        except Violation as violation:
            yield _finding(violation, event)
    elif event.kind in ("hung up", "send raised"):
        conversation.has_gone = True
    if event.kind in ("return", "given up"):
        yield from _left_unsaid(conversation, event)
    for name, now in details.get("changed", {}).items():
        yield finding(
            "ASGI, Specification, Middleware",
            f"a scope is copied before it is changed; the application has made {name} {now!r}",
            event,
        )


def _opens(message: Any, conversation: Conversation) -> bool:
    """Whether a WebSocket is answered before it was received: no clause forbids that."""
    return (
        conversation.state == FIRST["websocket"]
        and isinstance(message, dict)
        and message.get("type") in _ANSWERS
    )


def _without_body(message: Any, scope: Any) -> Any:
    """Of the response to HEAD: no clause of ASGI forbids it a body, and the server drops it."""
    is_dropped = scope.get("method") == "HEAD" and isinstance(message, dict)
    if is_dropped and isinstance(message.get("body"), bytes):
        return {**message, "body": b""}
    return message


def _left_unsaid(conversation: Conversation, event: Event) -> Iterator[Finding]:
    try:
        conversation.check_end()
    except Violation as violation:
        yield _finding(violation, event)
    result = event.details.get("result")
    if result is not None:
        what = f"an application returns nothing; got {result!r}"
        yield finding("ASGI, Specification, Applications", what, event)


def _finding(violation: Violation, event: Event) -> Finding:
    """The rules' own words: the clause, a colon, and what is wrong."""
    clause, _, what = str(violation).partition(": ")
    return finding(clause if clause.startswith("RFC") else f"ASGI, {clause}", what, event)
