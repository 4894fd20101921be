"""Each lesson's experiment, run again, shows what its text says; and so do the figures in it."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from lab.processes import free_port
from tests.lessons.course import copied, each_lesson, environment

ONCE = ("--rounds", "1", "--no-trace", "--json")


def figure_of(report, claim, side):
    """What a claim is about, of the contender on this side of it, "high" or "low"."""
    contender, workload = claim[side], claim.get(f"{side}_workload", claim["workload"])
    (cell,) = (
        cell
        for cell in report["cells"]
        if (cell["workload"], cell["contender"]) == (workload, contender)
    )
    found = cell[claim["figure"]]
    assert found is not None, f"{contender}: {cell['left_out'] or 'nothing was measured'}"
    return found["median"] if isinstance(found, dict) else found


@each_lesson
@pytest.mark.server
@pytest.mark.timeout(180)
def test_the_experiment_shows_what_the_text_says(lesson, tmp_path):
    command = shlex.split(lesson.experiment["command"])
    is_comparison = command[:2] == ["tandem", "compare"]

    done = subprocess.run(
        [sys.executable, "-m", "lab", *command[1:], *(ONCE if is_comparison else ())],
        cwd=copied(lesson, tmp_path),
        env=environment(free_port()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    for shown in lesson.experiment.get("shows", []):
        assert shown["text"] in done.stdout
    for claim in lesson.experiment.get("claims", []):
        report = json.loads(done.stdout)
        high, low = (figure_of(report, claim, side) for side in ("high", "low"))
        assert high >= claim["times"] * low, f"{claim['says']}: {high} and {low}"


@each_lesson
def test_the_text_and_its_figures_agree(lesson):
    text = (lesson.folder / "lesson.md").read_text("utf-8")
    showed = text.split("\n## What it showed here\n")[1]
    plain = " ".join(text.split())
    claims = lesson.experiment.get("claims", [])
    shows = lesson.experiment.get("shows", [])

    assert claims or shows
    assert lesson.experiment["command"] in text
    for said in [*claims, *shows]:
        assert " ".join(said["says"].split()) in plain
    for claim in claims:
        high, low = claim["here"]
        assert high >= claim["times"] * low
        for number in (high, low):
            assert re.search(rf"(?<![\d.]){re.escape(f'{number:,}')}(?![\d])", showed), number
