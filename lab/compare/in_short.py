"""What a worker does while it waits, in a sentence for each server that was traced."""

from lab.compare import words
from lab.compare.trace.tape import FELT, Row, Tape


def in_short(tape: Tape) -> str:
    """The sentence, from the contender's own rows: "keeps a thread for each ..."."""
    rows = [row for row in tape.rows if not row.name.startswith("b")]
    last = f"the last answer came after {words.seconds(max(row.done for row in rows))}."
    return (_on_loop if all(row.is_on_loop for row in rows) else _on_threads)(rows, last)


def _on_loop(rows: list[Row], last: str) -> str:
    held, ran = _spent(rows, "hold"), _spent(rows, "run")
    requests = _counted(len(rows), "request")
    if held > FELT:
        return (
            f"lets a request that waits keep its loop, where no other can run: it was held for "
            f"{words.seconds(held)}. Of {requests}, {last}"
        )
    return (
        "goes on with others, for a request that waits keeps nothing. Its loop ran for "
        f"{words.seconds(ran)} in all, {requests} waited side by side: {last}"
    )


def _on_threads(rows: list[Row], last: str) -> str:
    kept, lanes = _spent(rows, "wait"), len({row.lane for row in rows})
    return (
        "keeps a thread for each request that waits, and that thread does nothing else. "
        f"{_counted(lanes, 'thread').capitalize()} for {_counted(len(rows), 'request')}, kept for "
        f"{words.seconds(kept)} in all while nothing was computed: {last}"
    )


def _counted(count: int, what: str) -> str:
    return f"{words.number(count)} {what}{'s' * (count != 1)}"


def _spent(rows: list[Row], kind: str) -> float:
    return sum(s.end - s.start for row in rows for s in row.segments if s.kind == kind)
