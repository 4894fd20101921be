"""Lesson 6: the application converses inside the project's ASGI validator, then with uvicorn."""

import asyncio
import inspect
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.asgi_rules import Violation
from lab.asgi_validator import ASGIValidator
from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import found, run_to_its_end, told
from lab.learn.checks.load import at_once
from lab.learn.checks.serving import on_uvicorn

LOOK = "in `app` of exercise.py"
PATIENCE = 2.0  # seconds: no message here takes any time, so only who waits in vain waits so long

Message = MutableMapping[str, Any]


@dataclass
class Conversation:
    """The server's side of one conversation."""

    scope: Message
    coming: list[Message]  # what the server has to say
    gate: asyncio.Event | None = None  # it says nothing before this is set
    sent: list[Message] = field(default_factory=list[Message])

    async def receive(self) -> Message:
        """The next message; when there are no more, the client just stays connected."""
        if self.gate is not None:
            await self.gate.wait()
        if not self.coming:
            await asyncio.Event().wait()
        return self.coming.pop(0)

    async def send(self, message: Message) -> None:
        """Keep what the application says."""
        self.sent.append(dict(message))

    @property
    def pieces(self) -> list[bytes]:
        """The parts of the response's body that are not empty."""
        parts = [message.get("body", b"") for message in self.sent]
        return [part for part in parts if part]


def check_pieces_are_counted(exercise: ModuleType) -> None:
    """GET /count/3 is answered with three pieces, a message each."""
    _expect_answer(exercise, "GET", "/count/3", [], 200, [b"1\n", b"2\n", b"3\n"])


def check_a_body_is_heard_to_its_end(exercise: ModuleType) -> None:
    """POST /shout is answered with the whole body in capitals."""
    _expect_answer(exercise, "POST", "/shout", [b"hello\n"], 200, [b"HELLO\n"])
    pieces, wanted = [b"good ", b"mor", b"ning\n"], b"GOOD MORNING\n"
    answer = _asked(exercise, "POST", "/shout", pieces)
    look = f"{LOOK}: `receive` is awaited again as long as a message says more_body"
    what = "the body for POST /shout, sent in three messages"
    expect(b"".join(answer.pieces), wanted, what=what, look=look)
    cut = ["Grüße".encode()[:3], "Grüße".encode()[3:]]  # in the middle of the two bytes of "ü"
    answer = _asked(exercise, "POST", "/shout", cut)
    what = f"the body for POST /shout with {cut[0]!r} and {cut[1]!r}"
    look = f"{LOOK}: a message may end within a character, so join bytes first, then decode"
    expect(b"".join(answer.pieces), "GRÜSSE".encode(), what=what, look=look)


def check_all_else_is_not_found(exercise: ModuleType) -> None:
    """Any other request is answered 404."""
    for method, path in (("GET", "/"), ("GET", "/shout"), ("GET", "/count/many")):
        _expect_answer(exercise, method, path, [], 404, [b"Not found\n"])


def check_conversations_go_on_side_by_side(exercise: ModuleType) -> None:
    """While one conversation waits for its body, another is held to its end."""

    async def both() -> tuple[Conversation, Conversation]:
        gate = asyncio.Event()
        slow = _conversation("POST", "/shout", [b"slow"])
        slow.gate = gate
        quick = _conversation("POST", "/shout", [b"quick"])
        waiting = asyncio.create_task(_converse(exercise, slow))
        await asyncio.sleep(0)  # the slow one begins
        await _converse(exercise, quick)
        gate.set()
        await waiting
        return slow, quick

    what = "two conversations, of which the first waits until the second has ended"
    slow, quick = run_to_its_end(exercise, what, both, LOOK, PATIENCE)
    expect([slow.pieces, quick.pieces], [[b"SLOW"], [b"QUICK"]], what=what, look=LOOK)


def check_the_server_can_start_and_stop(exercise: ModuleType) -> None:
    """Lifespan: startup and shutdown are answered."""
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    coming: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    conversation = _held(exercise, Conversation(scope, coming), "lifespan")
    wanted = ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    came = [message["type"] for message in conversation.sent]
    expect(came, wanted, what="what is sent for lifespan", look=LOOK)


def check_a_server_serves_it(exercise: ModuleType) -> None:
    """A real server, uvicorn, serves it."""
    folder = Path(exercise.__file__ or "").parent
    with on_uvicorn("exercise:app", folder=folder) as server:
        (answer,) = at_once(server.port, "/count/3", clients=1)
    expect(answer.body, b"1\n2\n3\n", what="the body of GET /count/3 on uvicorn", look=LOOK)


def _expect_answer(
    exercise: ModuleType,
    method: str,
    path: str,
    body: list[bytes],
    status: int,
    pieces: list[bytes],
) -> None:
    what = f"{method} {path}"
    answer = _asked(exercise, method, path, body)
    start = answer.sent[0]
    expect(start["status"], status, what=f"the status of {what}", look=LOOK)
    expect(answer.pieces, pieces, what=f"the pieces of the body of {what}", look=LOOK)
    names = [bytes(name).lower() for name, _ in start.get("headers", ())]
    expect_that(
        names.count(b"content-type") == 1,
        what=f"the headers of {what}",
        wanted="one content-type",
        came=repr(names),
        look=LOOK,
    )


def _asked(exercise: ModuleType, method: str, path: str, body: list[bytes]) -> Conversation:
    return _held(exercise, _conversation(method, path, body), f"{method} {path}")


def _conversation(method: str, path: str, body: list[bytes]) -> Conversation:
    """A conversation about a request whose body comes in these pieces."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
    }
    pieces = body or [b""]
    coming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    return Conversation(scope, coming)


def _held(exercise: ModuleType, conversation: Conversation, what: str) -> Conversation:
    """The conversation after it has been held, alone, on a loop of its own."""
    call = f"app(scope, receive, send) for {what}"
    held = lambda: _converse(exercise, conversation, call)  # noqa: E731
    look = f'{LOOK}: scope["type"] says what it is about' if what == "lifespan" else LOOK
    run_to_its_end(exercise, call, held, look, PATIENCE)
    return conversation


async def _converse(
    exercise: ModuleType, conversation: Conversation, what: str = "app(scope, receive, send)"
) -> None:
    """Hold it inside the validator; Unmet where a rule of ASGI is broken."""
    application = found(exercise, "app")
    if not inspect.iscoroutinefunction(application):
        raise Unmet(what, "a coroutine, made by an `async def`", "a plain `def`", LOOK)
    try:
        await ASGIValidator(application)(
            conversation.scope, conversation.receive, conversation.send
        )
    except Violation as violation:
        look = (
            f"{LOOK}: is every `send` and `receive` awaited, and the last body without more_body?"
            if "returned" in str(violation) or "no response yet" in str(violation)
            else LOOK
        )
        raise Unmet(what, "what ASGI asks for", told(violation, exercise), look) from violation
