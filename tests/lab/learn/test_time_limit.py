"""Which line is named when time is over, as far as it can be seen from inside one process."""

import asyncio
import sys
import weakref

import pytest

from lab.learn.judge import judge
from lab.learn.time_limit import limited, where


def here(file):
    return file == __file__


def test_without_a_limit_nothing_is_set():
    limited(0, print, 1, None, None)


def test_the_line_that_runs_is_named():
    frame = sys._getframe()
    assert where(frame, here) == (__file__, frame.f_lineno)
    assert where(frame, lambda file: False) is None


def test_what_is_gone_and_still_stood_for_is_no_task():
    proxy = weakref.proxy(here_and_gone := type("Gone", (), {})())
    del here_and_gone
    assert where(None, here) is None
    assert type(proxy) is weakref.ProxyType


async def hangs():
    await asyncio.Event().wait()


async def waits():
    async for _ in steps():
        pass


async def steps():
    await hangs()
    yield


@pytest.mark.parametrize("coroutine", [hangs, waits])
def test_of_tasks_the_innermost_line_is_named(coroutine):
    async def main():
        task = asyncio.create_task(coroutine())
        await asyncio.sleep(0)
        try:
            return where(None, here)
        finally:
            task.cancel()

    _, line = asyncio.run(main())
    assert line == hangs.__code__.co_firstlineno + 1


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("def answer(): return 2", "solved"),
        ("def answer(): return 3", "failed"),
        ("def answer(): return {}[1]", "raised"),
        ("def answer(", "raised"),
    ],
)
def test_a_judge_says_what_happens_as_it_goes(text, last, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("check", "exercise"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "exercise.py").write_text(text)
    (tmp_path / "check.py").write_text(
        "from lab.learn.checks import expect\n"
        "def check_it(exercise):\n    '''It is two.'''\n    expect(exercise.answer(), 2, what='it')"
    )
    events = []
    code = judge(
        tmp_path / "check.py",
        tmp_path / "exercise.py",
        lambda event, **tells: events.append((event, tells)),
    )
    assert code == (last != "solved")
    assert events[-1][0] == last
    if last == "solved":
        assert events[0] == ("checks", {"sentences": ["It is two"]})
