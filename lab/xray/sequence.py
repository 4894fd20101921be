"""Two recordings as one sequence of steps: what is the same deed in both worlds is one step.

Each event has a word for what it does; the longest sequence of words that both recordings share
pairs them, and the rest stands alone, in the order it happened.
"""

from dataclasses import dataclass, field, replace
from itertools import groupby
from time import time
from typing import Any

from core.worlds import World
from lab.xray.answered import has_accepted, parsed, sent_for
from lab.xray.deeds import Deed, deed_of, more
from lab.xray.doubts import doubts, lengths_doubt
from lab.xray.pairs import Pair, body_pairs, call_pairs, field_pairs, message_pairs, status_pair
from lab.xray.recording import Recording
from lab.xray.response import Response, response_of
from lab.xray.shown import lines
from lab.xray.tape import WORLDS, Tape
from lab.xray.wire import request_parts
from lab.xray.words import WORDS

Told = tuple[Deed, dict[str, Any]]  # a deed, and its event's details

FIRST, LAST = 8, 3  # of a run of the same deed, these are shown
END_OF_HEAD = "\\r\\n"
_REQUEST_LINE = "method|path|root|raw path|query|protocol"
_RESPONSE = "The response, as the server sends it"
_ANSWERED = "The answer to the handshake, as the server sends it"
_UPGRADED = (
    "Sec-WebSocket-Accept is made of the client's key (RFC 6455, 4.2.2): so the client knows that "
    "it was understood. From here on the connection carries frames."
)
_ADDED = "By Tandem's own server. It adds fields of its own, Date and Server for two."
_REFUSED = "It would not have called the application at all: {}."
EMPTY = "Nothing: the server closes the connection."


@dataclass(frozen=True)
class Line:
    """A line of the wire, and the fields that are made of it."""

    text: str
    twins: str = ""  # as in Pair, divided by "|"


@dataclass
class Step:
    """One deed, in both worlds or in one; or bytes on the connection."""

    title: str
    why: str = ""
    wsgi: Deed | None = None
    asgi: Deed | None = None
    pairs: list[Pair] = field(default_factory=list[Pair])
    is_one_sided: bool = False  # the other world has no such deed
    wires: dict[str, list[Line]] = field(default_factory=dict[str, list[Line]])  # "both", or world

    @property
    def only(self) -> World | None:
        """The one world that has this step, None where both have."""
        if self.wires or (self.wsgi and self.asgi):
            return None
        return "wsgi" if self.wsgi else "asgi"


def steps_of(tape: Tape) -> list[Step]:
    """From the request's bytes to the response's."""
    wsgi, asgi = (_told(tape.sides.get(world)) for world in WORLDS)
    pairs = aligned([deed.word for deed, _ in wsgi], [deed.word for deed, _ in asgi])
    worlds = list(tape.sides)
    steps = [
        step
        for left, right in pairs
        for step in _steps(
            None if left is None else wsgi[left],
            None if right is None else asgi[right],
            tape,
            worlds,
        )
    ]
    return [*_request(tape), *steps, *_response(tape)]


def _steps(wsgi: Told | None, asgi: Told | None, tape: Tape, worlds: list[World]) -> list[Step]:
    """The step of these deeds; after an accept also what the server makes of it."""
    step = _step(wsgi, asgi, worlds)
    if asgi is None or asgi[0].word != "accepted":
        return [step]
    wire = [Line(text) for text in lines(b"".join(sent_for(tape, "asgi").parts[:1]))]
    return [step, Step(_ANSWERED, _UPGRADED, wires={"both": wire})]


def _told(recording: Recording | None) -> list[Told]:
    """Each deed with its details; of a long run of the same the first ones and the last ones."""
    events = recording.events if recording is not None else []
    told: list[Told] = []
    everything = [(deed_of(event), event.details) for event in events]
    for _, group in groupby(everything, lambda one: one[0].word):
        run = list(group)
        if len(run) > FIRST + LAST + 1:
            left_out = run[FIRST:-LAST]
            summary = more(left_out[0][0], len(left_out), left_out[-1][0])
            run = [*run[:FIRST], (summary, {}), *run[-LAST:]]
        told += run
    return told


def aligned(left: list[str], right: list[str]) -> list[tuple[int | None, int | None]]:
    """The places in both lists, paired where the words are the same, as many as can be."""
    most = _most_shared(left, right)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif most[i + 1][j] >= most[i][j + 1]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return [
        *pairs,
        *((place, None) for place in range(i, len(left))),
        *((None, place) for place in range(j, len(right))),
    ]


def _most_shared(left: list[str], right: list[str]) -> list[list[int]]:
    """How many words the rests share, from each pair of places on."""
    most = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            same = left[i] == right[j]
            most[i][j] = most[i + 1][j + 1] + 1 if same else max(most[i + 1][j], most[i][j + 1])
    return most


def _step(wsgi: Told | None, asgi: Told | None, worlds: list[World]) -> Step:
    sides: dict[World, Told | None] = {"wsgi": wsgi, "asgi": asgi}
    present: dict[World, Told] = {world: told for world, told in sides.items() if told}
    word = next(iter(present.values()))[0].word
    pairs = _pairs(
        word, wsgi[1] if wsgi else None, asgi[1] if asgi else None, are_both=len(worlds) > 1
    )
    return Step(
        WORDS[word].title,
        WORDS[word].why(present, worlds),
        wsgi[0] if wsgi else None,
        asgi[0] if asgi else None,
        _told_once(pairs),
        WORDS[word].is_one_sided,
    )


def _told_once(pairs: list[Pair]) -> list[Pair]:
    """The pairs, each sentence only with the first it is about; none where both are the same."""
    told = {""}
    found: list[Pair] = []
    for pair in pairs:
        is_new = pair.why not in told and pair.mark != "same"
        told |= {pair.why} if is_new else set()
        found.append(pair if is_new else replace(pair, why=""))
    return found


def _pairs(
    word: str, wsgi: dict[str, Any] | None, asgi: dict[str, Any] | None, *, are_both: bool
) -> list[Pair]:
    """The fields of a step, side by side."""
    message = _message(asgi)
    if word == "call":
        return call_pairs((wsgi or {}).get("environ"), (asgi or {}).get("scope"))
    if word == "start":
        kind = message_pairs(_type_of(message), are_both=are_both)
        fields = field_pairs((wsgi or {}).get("headers"), message.get("headers"))
        return [*kind, status_pair(wsgi, message), *fields]
    if word in ("request body", "request end", "chunk", "end"):
        twin = "request body" if word.startswith("request") else "response body"
        return body_pairs(twin, wsgi, message, are_both=are_both)
    return message_pairs(message, are_both=are_both)


def _message(details: dict[str, Any] | None) -> dict[str, Any]:
    message = (details or {}).get("message")
    return message if isinstance(message, dict) else {}


def _type_of(message: dict[str, Any]) -> dict[str, Any]:
    return {"type": message["type"]} if "type" in message else {}


def _request(tape: Tape) -> list[Step]:
    if tape.script.kind == "lifespan":
        return []
    wire = _twinned(_shortened(request_parts(tape.script)), _REQUEST_LINE, "header", "request body")
    why = " ".join([*doubts(tape.script), *parsed(tape)])
    return [Step("The request, as the server reads it", why, wires={"both": wire})]


def _response(tape: Tape) -> list[Step]:
    if tape.script.kind == "lifespan":
        return []
    now = time()  # one for both: Date is no difference
    responses: dict[World, Response] = {
        world: response_of(side) for world, side in tape.sides.items()
    }
    if tape.script.kind == "websocket" and has_accepted(tape):
        return []
    found = {world: sent_for(tape, world, now) for world in responses}
    wires = {
        world: _twinned(_shortened(it.parts), "response status", "response", "response body")
        or [Line(EMPTY)]
        for world, it in found.items()
    }
    too_long = (lengths_doubt(world, response) for world, response in responses.items())
    refused = {_REFUSED.format(it.refused) for it in found.values() if it.refused}
    why = " ".join([_ADDED, *refused, *filter(None, too_long)])
    values = list(wires.values())
    if all(value == values[0] for value in values):
        return [Step(_RESPONSE, why, wires={"both": values[0]})]
    return [Step(_RESPONSE, why, wires={str(world): wire for world, wire in wires.items()})]


def _shortened(parts: list[bytes]) -> list[str]:
    """The head and the chunks as lines; of a long run of chunks the first ones and the last."""
    if len(parts) <= FIRST + LAST + 2:
        return lines(b"".join(parts))
    left_out = parts[FIRST + 1 : -LAST]
    length = sum(map(len, left_out))
    return [
        *lines(b"".join(parts[: FIRST + 1])),
        f"... {len(left_out):,} chunks more, {length:,} bytes",
        *lines(b"".join(parts[-LAST:])),
    ]


def _twinned(wire: list[str], first: str, field: str, body: str) -> list[Line]:
    """The lines with what is made of each: the first one, those of the fields, and the body."""
    found: list[Line] = []
    is_head = True
    for number, text in enumerate(wire):
        name = text.partition(":")[0].lower()
        is_head = is_head and text != END_OF_HEAD
        twins = (f"{field} {name}" if is_head else body) if number else first
        found.append(Line(text, "" if text == END_OF_HEAD else twins))
    return found
