"""The experiments are those of docs/experiments.md, and their judge is right."""

import shlex
from pathlib import Path

import pytest

from lab.compare.command import compare
from lab.compare.contenders import choose
from lab.compare.target import Target
from tests.lab.experiments import EXPERIMENTS, came_out, shown

DOCUMENT = Path(__file__).parents[2] / "docs" / "experiments.md"
WAITING, _, COMPUTING, *_ = EXPERIMENTS


def spread(median, low=None, high=None):
    return {"median": median, "low": low or median, "high": high or median}


def test_the_document_has_each_command_once_and_no_other():
    lines = DOCUMENT.read_text().splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert commands == [experiment.command for experiment in EXPERIMENTS]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)
def test_a_command_has_the_contenders_that_its_order_names(experiment):
    options = compare.make_context("compare", shlex.split(experiment.command)[2:]).params
    chosen = choose([Target("examples.tasks")], options["contender"], threads=4)
    named = [name for group in experiment.order for name in group]
    assert sorted(contender.name for contender in chosen) == sorted(named)


def test_an_order_came_out_where_the_ranges_of_its_groups_lie_apart():
    figures = {
        "gunicorn sync": spread(19, 18, 20),
        "gunicorn sync, 4 workers": spread(77, 70, 80),
        "gunicorn gthread": spread(1200, 81, 1300),
        "uvicorn": spread(900, 800, 1000),
    }
    assert came_out(WAITING, figures)
    assert shown(WAITING, figures).splitlines()[0].split() == [
        "gunicorn",
        "sync",
        "19.0",
        "18.0",
        "20.0",
    ]
    assert not came_out(WAITING, figures | {"gunicorn gthread": spread(1200, 79, 1300)})


def test_one_group_came_out_where_its_medians_are_alike():
    figures = {name: spread(50) for name in COMPUTING.order[0]}
    assert came_out(COMPUTING, figures | {"uvicorn": spread(74)})
    assert not came_out(COMPUTING, figures | {"uvicorn": spread(76)})
