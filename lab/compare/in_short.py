"""What a worker does while it waits, in a sentence for each server that was traced."""

from collections.abc import Iterable

from lab.compare import words
from lab.compare.trace.tape import FELT, Row, Tape


def answers(tapes: Iterable[Tape]) -> dict[str, str]:
    """The sentences on those that were asked to wait, by contender."""
    return {it.contender: in_short(it) for it in tapes if it.workload == "wait" and it.rows}


def in_short(tape: Tape) -> str:
    """The sentence, from the contender's own rows: "stands still. While one request waits ..."."""
    rows = [row for row in tape.rows if not row.name.startswith("b")]
    last = f"the last of {words.number(len(rows))} answers came after "
    last += f"{words.seconds(max(row.done for row in rows))}."
    if all(row.is_on_loop for row in rows):
        return _on_loop(rows, last)
    return _on_threads(rows, len({tape.lanes[row.lane].partition(",")[0] for row in rows}), last)


def _on_loop(rows: list[Row], last: str) -> str:
    held, ran = _spent(rows, "hold"), _spent(rows, "run")
    loops = len({row.lane for row in rows})
    whose = "its loop" if loops == 1 else "its process's loop"
    ran_for = f"{'Its loop' if loops == 1 else _counted(loops, 'loop').capitalize()} ran for "
    if _most_hold(rows):
        return (
            f"stands still: a request that waits keeps {whose}, and no other can run there. "
            f"That was so for {words.seconds(held)} in all, and {last}"
        )
    but = (
        f" For {words.seconds(held)} of that one held it, and no other could run."
        if held > FELT
        else ""
    )
    return (
        f"goes on with other requests: one that waits keeps nothing. {ran_for}"
        f"{words.seconds(ran + held)} in all, the requests waited side by side, and {last}{but}"
    )


def _most_hold(rows: list[Row]) -> bool:
    """Whether waiting keeps the loop; one or two that hold it may be the machine's own pauses."""
    return 2 * sum(any(it.kind == "hold" for it in row.segments) for row in rows) > len(rows)


def _on_threads(rows: list[Row], processes: int, last: str) -> str:
    kept, lanes = _spent(rows, "wait"), len({row.lane for row in rows})
    spent = f"{words.seconds(kept)} in all while nothing was computed, and {last}"
    if lanes == 1:
        return (
            "stands still: while one request waits, its only thread waits with it, and the other "
            f"requests queue. The thread was kept for {spent}"
        )
    if processes == lanes < len(rows):
        return (
            f"stands still in each of {words.number(processes)} processes: while one request "
            "waits, its process's only thread waits with it, and the rest queue. The threads were "
            f"kept for {spent}"
        )
    rest = ", and the rest queue" if lanes < len(rows) else ""
    return (
        f"gives each request that waits a thread, which does nothing else meanwhile{rest}. "
        f"{_counted(lanes, 'thread').capitalize()} were kept for {spent}"
    )


def _counted(count: int, what: str) -> str:
    return f"{words.number(count)} {what}{'s' * (count != 1)}"


def _spent(rows: list[Row], kind: str) -> float:
    return sum(s.end - s.start for row in rows for s in row.segments if s.kind == kind)
