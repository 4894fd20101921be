"""Exercise 19: choose how the shop of `app.py` is served, and defend the choice.

The load is mixed: 24 clients ask for orders without a pause, two for invoices, and somebody who is
in a hurry asks for `/hello` twenty times a second. The baseline is one sync worker of gunicorn.
The target, in one run on this machine:

- at least 6 times as many orders a second as the baseline,
- `/hello` in a third of its time or less (half of the answers within),
- with at most 2.5 times its memory.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LabReport:
    """A choice, and what it rests on."""

    contender: str  # as `tandem compare --list` names it
    workers: int = 1  # processes
    threads: int = 1  # of a contender that has threads; the others don't look at it
    because: str = ""  # why it meets the target, in a sentence or two
    figures: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    """What you have measured, at least two of "orders", "hello" and "memory": the baseline's
    figure, and that of your choice; orders a second, milliseconds, MB."""


# Your turn: measure, choose, and write the report. This is the baseline itself.
report = LabReport("gunicorn-sync", workers=1)
