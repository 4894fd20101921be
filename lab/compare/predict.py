"""Predict first: questions whose answers are further down the page.

A picture teaches little to a reader who has not made a guess.
"""

from dataclasses import dataclass
from statistics import median

from lab.compare import words
from lab.compare.in_short import in_short
from lab.compare.markup import prose
from lab.compare.results import Comparison
from lab.compare.trace.tape import Tape
from lab.compare.yardsticks import HALF

SHOWN = """
<a href="#waterfalls">Its waterfall</a> shows who has the thread, or the loop, meanwhile."""
WITHIN = 1.5  # times: a guess as near as that is right


@dataclass(frozen=True, slots=True)
class Card:
    """A question, and its answer in seconds."""

    question: str
    answer: float
    why: str
    has_waterfall: bool = False


def cards(comparison: Comparison) -> list[Card]:
    """The questions that this run can answer, three at most: one of each kind of server."""
    found: list[Card] = []
    for interface in ("WSGI", "ASGI"):
        tape = _tape(comparison, interface, "wait")
        if tape is not None:
            found.append(_in_all(comparison, tape))
    found += _beside(comparison)
    return found[:3]


def predict(comparison: Comparison) -> str:
    """The section of the page; "" where there is nothing to ask."""
    asked = cards(comparison)
    if not asked:
        return ""
    drawn = "\n".join(_card(card, number) for number, card in enumerate(asked, 1))
    return f"""<section aria-labelledby="predict">
<h2 id="predict">Predict first</h2>
<p class="quiet">Guess, then look. The answers were measured in this run.</p>
<div class="cards">
{drawn}
</div>
</section>"""


def _in_all(comparison: Comparison, tape: Tape) -> Card:
    contender = next(c for c in comparison.contenders if c.name == tape.contender)
    clients = [row for row in tape.rows if not row.name.startswith("b")]
    alone = min(row.ended - row.began for row in clients)
    return Card(
        f"{words.number(len(clients)).capitalize()} clients ask {contender.name} "
        f"({contender.about}) for {clients[0].path} at the same moment. Each answer needs "
        f"{words.seconds(alone)}, nearly all of it waiting. After how long does the last client "
        "have its answer?",
        max(row.done for row in clients),
        f"{contender.name} {in_short(tape).partition('. ')[0]}.",
        has_waterfall=True,
    )


def _beside(comparison: Comparison) -> list[Card]:
    for cell in comparison.cells:
        if cell.workload.name == "blocked" and cell.contender.interface == "ASGI":
            score, name = HALF.score(cell), cell.contender.name
            if score:
                asked = cell.workload.question.partition(":")[0]
                question = (
                    f"{asked.replace(' ask for ', f' ask {name} for ')}"
                    f"{_holding(comparison, name)}. Others ask for {cell.workload.path}, which "
                    "takes next to nothing. How long do half of them wait at most?"
                )
                return [Card(question, score.median, cell.workload.meaning)]
    return []


def _holding(comparison: Comparison, contender: str) -> str:
    """How long each of those who hold the loop does so: nobody can guess without."""
    held = [
        segment.end - segment.start
        for tape in comparison.tapes
        if (tape.contender, tape.workload) == (contender, "blocked")
        for row in tape.rows
        for segment in row.segments
        if segment.kind == "hold"
    ]
    return f", for {words.seconds(median(held))} each" if held else ""


def _tape(comparison: Comparison, interface: str, workload: str) -> Tape | None:
    for tape in comparison.tapes:
        if (tape.interface, tape.workload) == (interface, workload) and tape.rows:
            return tape
    return None


def _card(card: Card, number: int) -> str:
    milliseconds = card.answer * 1000
    why = prose(card.why) + SHOWN * card.has_waterfall
    return f"""<form class="card guess" data-answer="{milliseconds:.3f}" data-within="{WITHIN}">
<p id="question{number}">{prose(card.question)}</p>
<p class="field" hidden><label for="guess{number}">Your guess, in milliseconds</label>
<input id="guess{number}" type="number" min="0" step="any" inputmode="decimal" required
aria-describedby="question{number}"> <button type="submit">Check</button></p>
<p class="told" role="status"></p>
<details><summary>Show the answer</summary>
<p><strong>{words.seconds(card.answer)}.</strong> {why}</p></details>
</form>"""
