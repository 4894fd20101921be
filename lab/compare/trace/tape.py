"""What the traced pass has seen: rows of requests, and lanes of the threads and loops they ran on.

All times are seconds since the first request was due.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lab.load.record import Record

MOST_ROWS = 20
FELT = 0.001  # seconds: what is shorter blocks nobody worth telling


class Segment(NamedTuple):
    """A stretch in which a request had a thread or the loop."""

    start: float
    end: float
    kind: str  # "run", "wait" (the thread is held, nothing is computed), "hold" (the loop, > 10 ms)
    lane: int  # in the tape's lanes
    line: str  # of the source, "tasks.py:120 wait"; "" where it is not known


class Blocker(NamedTuple):
    """What a request waited for."""

    row: int  # in the tape's rows
    seconds: float
    lane: int
    line: str


@dataclass(slots=True)
class Row:
    """One request, as its client and its server saw it."""

    name: str  # "4", or "b2" for one beside the measured ones
    path: str
    due: float
    done: float
    began: float  # inside the server
    ended: float
    computed: float  # seconds of processor time, where the request had a thread of its own
    is_on_loop: bool
    lane: int
    segments: list[Segment] = field(default_factory=list[Segment])


@dataclass(slots=True)
class Tape:
    """A contender's traced requests of one workload."""

    contender: str
    interface: str
    workload: str
    lanes: list[str]
    rows: list[Row]
    sleeps: bool = False  # asked of the handler that calls time.sleep: a variant, as the next
    workers: int = 0  # more than the run's own; 0: as many as it has

    @property
    def is_variant(self) -> bool:
        """Whether something is other than in what was measured."""
        return self.sleeps or bool(self.workers)

    @property
    def last_answer(self) -> float:
        """When the last client has its answer."""
        return max((row.done for row in self.rows), default=0.0)

    @property
    def end(self) -> float:
        """When the last row ends."""
        return max((max(row.done, row.ended) for row in self.rows), default=0.0)

    def blockers(self, number: int) -> list[Blocker]:
        """What the row of this number waited for, the longest first.

        Before it began: whoever had the thread or loop on which it was to run. On a loop also
        later, whenever another's slice was longer than a moment.
        """
        row = self.rows[number]
        until = row.ended if row.is_on_loop else row.began
        found = [
            Blocker(other, held, segment.lane, segment.line)
            for other, beside in enumerate(self.rows)
            if other != number
            for segment in beside.segments
            if segment.lane == row.lane
            if (held := min(segment.end, until) - max(segment.start, row.due)) > FELT
        ]
        return _joined(found)


def tape_of(
    contender: str, interface: str, workload: str, record: Record, lives: list[dict[str, Any]]
) -> Tape:
    """The tape of what the clients and the server have written down."""
    clients = {
        number: (due, done)
        for number, due, done in zip(record.number, record.due, record.done, strict=True)
    }
    lives = sorted(lives, key=lambda life: life["began"])
    measured = [life for life in lives if life["number"] in clients]
    beside = [life for life in lives if not life["number"]][: MOST_ROWS - len(measured)]
    chosen = sorted(measured + beside, key=lambda life: life["began"])
    lanes = _Lanes(chosen)
    rows: list[Row] = []
    for life in chosen:
        began, ended = (round(life[when] - record.began, 6) for when in ("began", "ended"))
        due, done = clients.get(life["number"], (began * 1e6, ended * 1e6))
        own = lanes.of(life, life["lane"])
        segments = [
            Segment(
                round(start - record.began, 6),
                round(end - record.began, 6),
                kind,
                lanes.of(life, lane),
                line,
            )
            for start, end, kind, lane, line in life["segments"]
        ]
        name = str(life["number"] or f"b{1 + sum(row.name.startswith('b') for row in rows)}")
        times = (due / 1e6, done / 1e6, began, ended, life["computed"])
        rows.append(Row(name, life["path"], *times, life["loop"], own, segments))
    rows.sort(key=lambda row: (round(row.due, 3), row.began))  # at once: in the server's order
    return Tape(contender, interface, workload, lanes.names, rows)


class _Lanes:
    """The threads and loops that took part, numbered as they came."""

    def __init__(self, lives: list[dict[str, Any]]) -> None:
        self.names: list[str] = []
        self._processes = list(dict.fromkeys(life["pid"] for life in lives))
        self._loops = {(life["pid"], life["lane"]) for life in lives if life["loop"]}
        self._known: dict[tuple[int, str], int] = {}

    def of(self, life: dict[str, Any], lane: str) -> int:
        """The number of a lane of this life's process."""
        key = (life["pid"], lane)
        if key not in self._known:
            self._known[key] = len(self.names)
            process = self._processes.index(life["pid"]) + 1
            what = "loop" if key in self._loops else f"thread {self._threads(life['pid']) + 1}"
            several = len(self._processes) > 1
            self.names.append(f"process {process}, {what}" if several else what)
        return self._known[key]

    def _threads(self, pid: int) -> int:
        return sum(1 for key in self._known if key[0] == pid and key not in self._loops) - 1


def _joined(found: list[Blocker]) -> list[Blocker]:
    """One blocker for each row, line and lane."""
    total: dict[tuple[int, int], Blocker] = {}
    for one in found:
        before = total.get((one.row, one.lane))
        seconds = one.seconds + (before.seconds if before else 0.0)
        line = before.line if before and before.line else one.line
        total[one.row, one.lane] = Blocker(one.row, seconds, one.lane, line)
    return sorted(total.values(), key=lambda one: (-round(one.seconds, 3), one.row))
