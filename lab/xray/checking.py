"""What recordings have that a specification forbids, and what else one will want to know of them.

It looks at what happened, no more: that nothing was found says nothing of other requests.
"""

from collections.abc import Iterator
from dataclasses import replace

from lab.xray.check_asgi import check_asgi
from lab.xray.check_wsgi import check_wsgi
from lab.xray.doubts import doubts
from lab.xray.findings import Finding
from lab.xray.recording import Recording, in_words
from lab.xray.response import response_of
from lab.xray.script import MOST_CHUNKS, Script
from lab.xray.tape import Tape
from lab.xray.watch import GivenUp


def check(recording: Recording) -> list[Finding]:
    """Everything that is wrong in a recording of either world, in the order it happened."""
    return (check_wsgi if recording.world == "wsgi" else check_asgi)(recording.events)


def findings_of(tapes: list[Tape]) -> list[Finding]:
    """What is wrong in them; the same thing once, however many requests show it."""
    found: dict[tuple[str, str, str], Finding] = {}
    for tape in tapes:
        for world, side in tape.sides.items():
            for one in check(side):
                where = f"{world.upper()}, {tape.script.title}: {one.where}"
                found.setdefault((world, one.clause, one.what), replace(one, where=where))
    return list(found.values())


def notes_of(tapes: list[Tape]) -> list[str]:
    """What no rule forbids an application: each a sentence, and once."""
    found = [note for tape in tapes for note in _notes(tape)]
    return sorted(set(found))


def _notes(tape: Tape) -> Iterator[str]:
    for doubt in doubts(tape.script):
        yield f"{tape.script.title}: {doubt}"
    for world, side in tape.sides.items():
        for note in _notes_of_side(tape.script, side):
            yield f"{world.upper()}, {tape.script.title}: {note}"


def _notes_of_side(script: Script, side: Recording) -> Iterator[str]:
    response = response_of(side)
    if side.of("hung up") and script.leaves_after == MOST_CHUNKS:
        yield (
            f"the client left after {MOST_CHUNKS} chunks of the response, so its end was not "
            "looked at; --hang-up-after takes another number"
        )
    if side.of("given up"):
        yield f"x-ray has given up: {side.of('given up')[0].details['reason']}"
    if response.error == in_words(GivenUp()):
        yield "x-ray has ended the application: it was silent for as long as --timeout allows"
    elif script.kind == "http" and not script.breaks and response.error:
        yield f"the application raised {response.error}"
    if script.method == "HEAD" and response.body:
        size = f"{len(response.body):,} bytes"
        yield f"the response to HEAD has a body of {size}: the server drops it"
