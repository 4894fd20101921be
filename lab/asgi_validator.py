"""What `wsgiref.validate` is for WSGI: between server and application, it lets no mistake pass.

`ASGIValidator(application)` is an ASGI application that raises Violation where the one inside
breaks a rule of ASGI 3.0, and says which. The rules are in `asgi_rules`: three tables, of the
messages that an application may send, of when it may send them, and of what it may not leave
unsaid; and functions for what a table can't say. A violation that the application swallows is
raised again at its end.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from asgi_adapter.types import Message, Receive, Scope, Send
from lab.asgi_rules import (
    ABSENT,
    CHECKS,
    CLAUSES,
    EXTENSIONS,
    FIRST,
    MESSAGES,
    STARTS,
    TURNS,
    Violation,
)

_FREE = ("state", "app")  # an application may write to these (Lifespan, "Lifespan State")


class ASGIValidator:
    """An ASGI application, and around it the rules."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; raises Violation."""
        before = {key: _copied(scope[key]) for key in scope if key not in _FREE}
        connection = _Connection(scope, receive, send)
        try:
            result = await self.application(scope, connection.receive, connection.send)
        finally:  # also where the application has made something else of it
            if connection.violation is not None:
                raise connection.violation
        for key, value in before.items():
            if key not in scope or scope[key] != value:
                raise Violation(
                    f"Specification, Middleware: a scope is copied before it is changed; "
                    f"{key} was {value!r}, and is {scope.get(key)!r}"
                )
        if result is not None:
            raise Violation(f"Specification, Applications: it returns nothing; got {result!r}")
        connection.conversation.check_end()


class Conversation:
    """What was said on one connection, held against the rules: no I/O, so it serves recordings too.

    It goes on after a violation as if nothing had been wrong, so that one mistake is told once.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.state = FIRST.get(scope["type"], "unknown")
        self.body_length = 0  # bytes sent
        self.start: Message = {}  # the message that began the response
        self.has_gone = False  # the client; then a response need not be completed

    def heard(self, message: Message) -> None:
        """The server says this."""
        self.has_gone = self.has_gone or message["type"] == "http.disconnect"
        self.state = TURNS.get((self.state, message["type"]), self.state)

    def said(self, message: Message) -> None:
        """The application says this; raises Violation."""
        kind = _checked_kind(message)
        following = TURNS.get(
            (self.state, kind + " with trailers" * (message.get("trailers") is True))
        )
        try:
            self._check(message, kind, following)
        finally:
            has_more = message.get("more_body") or message.get("more_trailers")
            self.state = self.state if has_more or following is None else following

    def _check(self, message: Message, kind: str, following: str | None) -> None:
        extension = EXTENSIONS.get(kind)
        if extension and extension not in (self.scope.get("extensions") or {}):
            raise Violation(f"Extensions: {kind} is sent only where {extension} is advertised")
        _check_keys(message, kind)
        if following is None:
            raise Violation(f"{CLAUSES[kind]}: {kind} has no place here: {self.state}")
        if kind in STARTS and isinstance(message.get("status"), int):
            self.start = message
        for check in CHECKS.get(kind, ()):
            check(message, self)

    def check_end(self) -> None:
        """Raise Violation where the application returns with something left unsaid."""
        if self.state in ABSENT and not self.has_gone:
            clause, what = ABSENT[self.state]
            raise Violation(f"{clause}: the application returned, {what}")


class _Connection:
    """One connection, and the ends of it that the application is given."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.conversation = Conversation(scope)
        self.violation: Violation | None = None
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        """What the server says next."""
        message = await self._receive()
        self.conversation.heard(message)
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the application says, if it may say it."""
        try:
            self.conversation.said(message)
        except Violation as violation:
            self.violation = violation
            raise
        try:
            await self._send(message)
        except OSError:  # HTTP & WebSocket, "Disconnected Client - send exception"
            self.conversation.has_gone = True
            raise


def _checked_kind(message: Any) -> str:
    """The message's type, one of those an application may send."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Violation(f"Specification, Events: a message is a dict with a type; got {message!r}")
    if message["type"] not in MESSAGES:
        raise Violation(f"Specification, Events: no application sends {message['type']!r}")
    return str(message["type"])


def _check_keys(message: Message, kind: str) -> None:
    """Every key is one of this message's, and its value of the right type."""
    keys = MESSAGES[kind]
    for key, value in message.items():
        if key != "type" and key not in keys:
            raise Violation(f"{CLAUSES[kind]}: {kind} has no key {key!r}")
        if key != "type" and not _is_one_of(value, keys[key]):
            names = " or ".join(wanted.__name__ for wanted in keys[key])
            raise Violation(f"{CLAUSES[kind]}: {key} is {names}; got {value!r}")
    if kind == "http.response.start" and "status" not in message:
        raise Violation("HTTP, Response Start: status is there")


def _is_one_of(value: Any, kinds: Iterable[type]) -> bool:
    """Whether the value is of one of these types; a bool is no int."""
    return type(value) in kinds or (
        not isinstance(value, bool) and any(isinstance(value, kind) for kind in kinds)
    )


def _copied(value: Any) -> Any:
    """A copy of what can be changed: lists and mappings, not what they hold."""
    if isinstance(value, Mapping):
        return {key: _copied(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_copied(held) for held in value]
    if isinstance(value, tuple):
        return tuple(_copied(held) for held in value)
    return value
