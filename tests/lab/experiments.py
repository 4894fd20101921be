"""The six experiments of docs/experiments.md: each is one command, and has an order to come out in.

    python -m tests.lab.experiments [NAME...]

It runs the commands as they are written there, prints their figures and whether the order came out,
and ends with 1 where one did not. All six take about four minutes; this is no test of the suite.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[2]
DEADLINE = 180.0  # seconds of one experiment
PLACES = {"rate": "{:,.1f}", "p50": "{:.4f} s"}


@dataclass(frozen=True)
class Experiment:
    """A command, and the order in which its contenders are to come out, the lowest first."""

    name: str
    command: str
    figure: str  # "rate", answers a second; or "p50", the seconds in which half are answered
    order: tuple[tuple[str, ...], ...]  # groups: those in one may come out in any order
    alike: float = 0.0  # where there is one group: how far apart its medians may lie, times


EXPERIMENTS = (
    Experiment(
        "waiting",
        "tandem compare examples.tasks --no-trace --workload wait --connections 64 "
        "--contender gunicorn-sync --contender gunicorn-sync:4 "
        "--contender gunicorn-gthread --contender uvicorn",
        "rate",
        (
            ("gunicorn sync",),
            ("gunicorn sync, 4 workers",),
            ("gunicorn gthread", "uvicorn"),
        ),
    ),
    Experiment(
        "hello",
        "tandem compare examples.tasks --no-trace --workload hello "
        "--contender gunicorn-gthread --contender uvicorn-h11 --contender uvicorn-httptools",
        "rate",
        (("gunicorn gthread", "uvicorn h11"), ("uvicorn httptools",)),
    ),
    Experiment(
        "computing",
        "tandem compare examples.tasks --no-trace --workload cpu "
        "--contender gunicorn-sync --contender gunicorn-gthread --contender uvicorn",
        "rate",
        (("gunicorn sync", "gunicorn gthread", "uvicorn"),),
        alike=1.5,
    ),
    Experiment(
        "blocked loop",
        "tandem compare examples.tasks --no-trace --workload blocked "
        "--contender gunicorn-gthread --contender uvicorn",
        "p50",
        (("gunicorn gthread",), ("uvicorn",)),
    ),
    Experiment(
        "abandoned",
        "tandem compare examples.tasks --no-trace --workload abandoned --threads 4 "
        "--contender gunicorn-sync --contender gunicorn-gthread --contender uvicorn",
        "p50",
        (("uvicorn",), ("gunicorn gthread",), ("gunicorn sync",)),
    ),
    Experiment(
        "open streams",
        "tandem compare examples.tasks --no-trace --workload stream "
        "--contender gunicorn-sync:4 --contender uvicorn",
        "p50",
        (("uvicorn",), ("gunicorn sync, 4 workers",)),
    ),
)


def measured(experiment: Experiment, out: Path) -> dict[str, dict[str, float]]:
    """Run its command: each contender's median, low and high. Raises CalledProcessError."""
    command = [sys.executable, "-m", "lab", *shlex.split(experiment.command)[1:]]
    command += ["--out", str(out)]  # where the table is as well
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=DEADLINE)
    document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {cell["contender"]: cell[experiment.figure] for cell in document["cells"]}


def came_out(experiment: Experiment, figures: dict[str, dict[str, float]]) -> bool:
    """Whether each group's ranges lie clear of the next one's, or one group's are alike."""
    if experiment.alike:
        medians = [figures[name]["median"] for name in experiment.order[0]]
        return max(medians) <= experiment.alike * min(medians)
    groups = [[figures[name] for name in group] for group in experiment.order]
    return all(
        max(one["high"] for one in lower) < min(one["low"] for one in higher)
        for lower, higher in pairwise(groups)
    )


def shown(experiment: Experiment, figures: dict[str, dict[str, float]]) -> str:
    """A line for each contender: median, lowest and highest round."""
    form = PLACES[experiment.figure]
    return "\n".join(
        f"    {name:<26}"
        + " ".join(f"{form.format(figures[name][part]):>12}" for part in ("median", "low", "high"))
        for group in experiment.order
        for name in group
    )


def main(names: list[str]) -> int:
    """Run those of these names, or all; 0 when each came out in its order."""
    failed, began = 0, time.monotonic()
    for experiment in EXPERIMENTS:
        if names and experiment.name not in names:
            continue
        click.echo(f"{experiment.name}: {experiment.command}")
        with tempfile.TemporaryDirectory() as folder:
            figures = measured(experiment, Path(folder))
        is_right = came_out(experiment, figures)
        failed += not is_right
        click.echo(shown(experiment, figures))
        click.echo(f"    {'the order came out' if is_right else 'NOT in this order'}")
    click.echo(f"{failed} not as they should be; {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
