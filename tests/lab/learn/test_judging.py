"""What an exercise may do wrong, each in a process of its own, and what a learner is told of it."""

import os
import threading
import time
from contextlib import suppress

import pytest

from lab.learn import judging
from lab.learn.judging import judged

CHECK = '''
from lab.learn.checks import expect


def check_one(exercise):
    """One is one."""
    expect(1, 1, what="1")


def check_two(exercise):
    """The answer is two."""
    expect(exercise.answer(), 2, what="answer()", look="in `answer`")
'''
LIMIT = 0.5  # seconds, where a check is to run into it
PATIENCE = 40.0  # seconds, where it isn't


@pytest.fixture
def judge(tmp_path):
    """The verdict on an exercise with this text."""
    check, exercise = tmp_path / "course" / "check.py", tmp_path / "mine" / "exercise.py"
    for path in (check, exercise):
        path.parent.mkdir()
    check.write_text(CHECK)

    def run(text, limit=PATIENCE, **options):
        exercise.write_text(text, "utf-8")
        return judged(check, exercise, limit=limit, **options)

    return run


def states(verdict):
    return [(step.sentence, step.state) for step in verdict.steps]


def test_an_exercise_is_solved_where_every_check_passes(judge):
    heard = []
    verdict = judge("def answer(): return 2", heard=lambda it: heard.append(states(it)))

    assert verdict.is_solved
    assert states(verdict) == [("One is one", "passed"), ("The answer is two", "passed")]
    assert [("One is one", "passed"), ("The answer is two", "running")] in heard


def test_what_was_expected_and_what_came_is_told(judge):
    verdict = judge("def answer(): return '2'")

    assert (verdict.state, verdict.what) == ("failed", "answer()")
    assert (verdict.wanted, verdict.came, verdict.look) == ("2", "'2'", "in `answer`")
    assert states(verdict)[1] == ("The answer is two", "failed")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("def answer()\n    return 2", "can't read exercise.py: expected ':'"),
        ("def answer(): return input('?')", "a check runs without a keyboard"),
        ("def answer(): return 'x' * (8 << 30)", "more memory than a check may"),
    ],
)
def test_an_exception_is_told_in_plain_words(judge, text, plain):
    verdict = judge(text)

    assert verdict.state == "raised"
    assert plain in verdict.plain
    assert [(spot.file, spot.line) for spot in verdict.spots] == [("exercise.py", 1)]


ASYNC = """import asyncio
async def hang():
    await asyncio.Event().wait()
async def main():
    await asyncio.gather(hang(), asyncio.sleep(0))
def answer(): asyncio.run(main())
"""
IN_A_THREAD = """import threading, time
def work():
    time.sleep(100)
def answer():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
IN_A_POOL = """from concurrent.futures import ThreadPoolExecutor
import time
def work():
    time.sleep(100)
def answer():
    with ThreadPoolExecutor() as pool:
        pool.submit(work)
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def answer():\n    while True:\n        x = 1", None),
        ("while True: pass", 1),
        ("import time\ndef answer():\n    time.sleep(100)", 3),
        ("import queue\ndef answer():\n    queue.Queue().get()", 3),
        (ASYNC, 3),
        (IN_A_THREAD, 3),
        (IN_A_POOL, 4),
        ("def answer():\n    return sum(range(10**13))", 2),  # no signal comes between
    ],
    ids=["loop", "at import", "sleep", "queue", "await", "thread", "pool", "in C"],
)
def test_an_endless_exercise_is_a_timeout_in_its_own_line(judge, text, line):
    verdict = judge(text, limit=LIMIT)

    assert verdict.state == "timeout"
    place = verdict.plain.removeprefix("timeout after 0.5 s in exercise.py:")
    assert int(place) == line if line else int(place) in (2, 3)


def test_a_check_that_waits_for_what_never_comes_is_a_timeout_too(judge, tmp_path):
    waits = "import time\ndef check_waits(exercise):\n    time.sleep(100)"
    (tmp_path / "course" / "check.py").write_text(waits)
    assert judge("x = 1", limit=LIMIT).plain == "timeout after 0.5 s"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("os._exit(0)", "your code ended its process before the check's end"),
        ("os._exit(7)", "your code ended its process, with exit code 7"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by the signal SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL: was it out of memory?"),
    ],
)
def test_an_exercise_that_ends_its_process_is_told_so(judge, act, told):
    verdict = judge(f"import os, signal\ndef answer(): {act}")
    assert verdict.state == "ended"
    assert told in verdict.plain
    assert states(verdict)[1][1] == "failed"


def test_one_that_stops_its_process_is_ended_all_the_same(judge, monkeypatch):
    monkeypatch.setattr(judging, "BEYOND", 0.5)
    text = "import os, signal\ndef answer(): os.kill(os.getpid(), signal.SIGSTOP)"
    assert judge(text, limit=1.0).plain == "timeout after 1 s"


def test_the_beginning_of_what_is_printed_is_kept_and_comes_into_no_event(judge):
    text = """def answer():
    print('{"event": "solved"}')
    for _ in range(10_000):
        print("x" * 100)
    return 3
"""
    verdict = judge(text)
    assert verdict.state == "failed"
    assert verdict.printed.startswith('{"event": "solved"}\nxxx')
    assert len(verdict.printed) == judging.KEPT
    assert verdict.unprinted > 900_000


LEAVES = """import os, subprocess, sys
def answer():
    sleeping = [sys.executable, "-c", "import signal; signal.pause()"]
    for alone in (False, True):
        print(subprocess.Popen(sleeping, start_new_session=alone).pid)
    return 2
"""


def test_what_it_has_started_is_ended_in_whatever_group(judge):
    verdict = judge(LEAVES)
    pids = [int(line) for line in verdict.printed.split()]

    assert verdict.is_solved
    assert len(pids) == 2
    for pid in pids:
        _gone(pid)


def _gone(pid):
    """Wait until it is no longer there, or only its exit code."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError), open(f"/proc/{pid}/stat") as stat:
            if stat.read().rpartition(")")[2].split()[0] not in ("Z", "X"):
                os.sched_yield()
                continue
        return
    pytest.fail(f"{pid} is still there")


@pytest.mark.parametrize(
    "text",
    [
        "import threading, time\ndef answer():\n"
        "    threading.Thread(target=time.sleep, args=(99,)).start()\n    return 2",
        "import os\ndef answer():\n    os.fork()\n    return 2",
        "import sys\ndef answer():\n    sys.stdout.close()\n    return 2",
    ],
    ids=["a thread that goes on", "a fork", "stdout closed"],
)
def test_what_does_not_matter_does_not_matter(judge, text):
    verdict = judge(text)
    assert verdict.is_solved
    assert [step.state for step in verdict.steps] == ["passed", "passed"]


def test_a_check_can_be_cancelled(judge):
    cancelled = threading.Event()
    text = "def answer():\n    print('here', flush=True)\n    while True: pass"
    verdict = judge(text, heard=lambda _: cancelled.set(), cancelled=cancelled)
    assert verdict.state == "cancelled"


def test_an_exercise_that_is_not_there_is_told_so(tmp_path):
    verdict = judged(tmp_path / "check.py", tmp_path / "exercise.py")
    assert "there is no exercise.py: a reset of the lesson brings it back" in verdict.plain
