from io import StringIO

import pytest
from rich.console import Console

from lab.compare import progress as module
from lab.compare.estimate import Estimate
from lab.compare.progress import progress, time_left
from lab.compare.settings import Settings
from tests.lab.made import comparison

SETTINGS = Settings(duration=1.0, warm_up=0.5)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, ""),
        (1, "about 5 s left"),
        (58, "about 1 min left"),
        (62, "about 1 min left"),
        (132.4, "about 2 min 10 s left"),
    ],
)
def test_the_time_left_is_said_to_five_seconds(seconds, said):
    assert time_left(seconds) == said


def test_the_estimate_learns_from_what_each_server_took():
    slow, fast = comparison().cells[:2]
    estimate = Estimate(SETTINGS, [(0, slow), (0, fast), (1, slow), (1, fast)])
    assert estimate.left() == 3.0  # the load alone: nothing else is known
    estimate.done(2.5)  # 2 s beyond its load
    assert estimate.left() == 0.5 + 2 + 1 + 2 + 1 + 2  # the unknown is taken for as slow
    estimate.done(0.5)
    assert estimate.left() == 1 + 2 + 1
    estimate.done(1.0)
    estimate.done(1.0)
    assert estimate.left() == 0


def told(console, *steps):
    with progress(console) as watch:
        for step in steps:
            watch(*step)
    return console.file.getvalue()


def test_without_a_terminal_a_line_tells_how_far_it_is(monkeypatch):
    now = iter([100.0, 101.0, 200.0, 200.0, 201.0, 202.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(now))
    steps = [
        ("starting", 0.0, None),
        ("round 1 of 2: a", 0.1, 90),
        ("round 1 of 2: b", 0.2, 80),  # a second later
        ("round 1 of 2: c", 0.5, 40),  # 100 seconds later
        ("round 2 of 2: a", 0.6, 30),
        ("done", 1.0, 0.0),
        ("recording a few requests: a", 0.0, None),
    ]
    lines = told(Console(file=StringIO(), width=80), *steps).splitlines()
    assert lines == [
        " 10%  round 1 of 2: a, about 1 min 30 s left",
        " 50%  round 1 of 2: c, about 40 s left",
        " 60%  round 2 of 2: a, about 30 s left",
        "  0%  recording a few requests: a",
    ]


def test_in_a_terminal_a_bar_does():
    console = Console(file=StringIO(), width=100, force_terminal=True)
    shown = told(console, ("starting uvicorn", 0.0, None), ("round 1 of 5", 0.5, 60))
    assert "about 1 min left" in shown
    assert "round 1 of 5" in shown
