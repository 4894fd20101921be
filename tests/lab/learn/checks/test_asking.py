"""A learner's application is asked, and what is wrong with it is told."""

import types

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.learn.checks import Unmet
from lab.learn.checks.asking import asked
from wsgi_adapter import WSGIAdapter

WORLDS = pytest.mark.parametrize("world", ["wsgi", "asgi"])


@pytest.fixture
def exercise():
    site = App()
    site.get("/good")(lambda: "good")
    site.get("/bad")(lambda: 1 / 0)
    module = types.ModuleType("exercise")
    module.__file__ = __file__
    module.application, module.app = WSGIAdapter(site), ASGIAdapter(site)
    return module


@WORLDS
def test_a_good_answer_is_returned(exercise, world):
    assert asked(exercise, "/good", world=world).text == "good"


@WORLDS
def test_a_bug_is_told_with_its_line(exercise, world, capfd):
    with pytest.raises(Unmet) as unmet:
        asked(exercise, "/bad", world=world, look="in `bad`")

    assert "ZeroDivisionError: division by zero (test_asking.py:" in unmet.value.came
    assert unmet.value.look == "in `bad`"
    assert capfd.readouterr().err == ""


@WORLDS
def test_another_status_is_told(exercise, world):
    with pytest.raises(Unmet) as unmet:
        asked(exercise, "/nowhere", world=world)

    assert unmet.value.came.startswith("404")


@WORLDS
def test_what_raises_by_itself_is_told(exercise, world):
    def broken(*_):
        raise ValueError("not written")

    async def broken_async(*_):
        raise ValueError("not written")

    exercise.application, exercise.app = broken, broken_async

    with pytest.raises(Unmet) as unmet:
        asked(exercise, "/", world=world)

    assert unmet.value.came.startswith("ValueError: not written")


@WORLDS
def test_a_door_that_is_missing_is_told(exercise, world):
    del exercise.application, exercise.app

    with pytest.raises(Unmet) as unmet:
        asked(exercise, "/good", world=world)

    assert unmet.value.came == "no such name"
