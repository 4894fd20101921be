"""What Tandem's own server makes of a tape: of its request, and of its answer (see `sent`)."""

from dataclasses import replace

from core.worlds import World
from lab.xray.sent import Sent, sent
from lab.xray.tape import Tape
from lab.xray.wire import request_parts


def sent_for(tape: Tape, world: World, now: float = 0.0) -> Sent:
    """What is sent to a client of HTTP/1: the bytes of another version are no text."""
    version = "1.0" if tape.script.http_version == "1.0" else "1.1"
    parts = request_parts(replace(tape.script, http_version=version))
    return sent(parts, tape.sides[world], now)


def parsed(tape: Tape) -> list[str]:
    """A sentence on what the parser makes of the request, if it makes anything."""
    for world in tape.sides:
        if events := sent_for(tape, world).events:
            return [f"The parser of Tandem's own server makes of it: {', '.join(events)}."]
    return []


def has_accepted(tape: Tape) -> bool:
    """Whether the application has accepted a WebSocket."""
    messages = (event.details["message"] for event in tape.sides["asgi"].of("send"))
    return any(
        isinstance(message, dict) and message.get("type") == "websocket.accept"
        for message in messages
    )
