import os
import sys
import threading

import pytest
import watchfiles

from lab.learn import saves as module
from lab.learn.saves import saves

PATIENCE = 30.0  # seconds


def no_more(*arguments, **options):
    raise OSError("the system watches no more files")


@pytest.fixture(params=["told by the system", "polling", "without watchfiles", "no more watched"])
def saved(request, tmp_path, monkeypatch):
    """Save files by `change`: what is noticed of it."""
    monkeypatch.setattr(module, "LOOK_EVERY", 0.02)
    if request.param == "without watchfiles":
        monkeypatch.setitem(sys.modules, "watchfiles", None)
    if request.param == "no more watched":
        monkeypatch.setattr(watchfiles, "watch", no_more)
    stopping, noticed, came = threading.Event(), [], threading.Event()

    coming = saves(tmp_path, stopping, poll=request.param == "polling")

    def look():
        for paths in coming:
            noticed.append(paths)
            came.set()

    thread = threading.Thread(target=look)
    thread.start()

    def until_noticed(change):
        came.clear()
        noticed.clear()
        change(1)
        assert came.wait(PATIENCE)
        return set().union(*noticed)

    yield until_noticed
    stopping.set()
    thread.join()


def test_a_save_is_noticed(saved, tmp_path):
    (tmp_path / "01_a").mkdir()
    path = tmp_path / "01_a" / "exercise.py"
    assert saved(lambda number: path.write_text(f"x = {number}")) == {path}


def test_a_save_by_renaming_is_noticed_as_editors_do(saved, tmp_path):
    path = tmp_path / "exercise.py"

    def change(number):
        (tmp_path / ".exercise.py.swp").write_text(f"x = {number}")
        os.replace(tmp_path / ".exercise.py.swp", path)

    assert saved(change) == {path}


def test_what_is_no_code_of_the_learners_is_passed_over(saved, tmp_path):
    path = tmp_path / "exercise.py"
    for name in ("__pycache__", "tandem-report"):
        (tmp_path / name).mkdir()

    def change(number):
        for other in ("tandem-course.json", "__pycache__/x.py", "tandem-report/y.py", ".#z.py"):
            (tmp_path / other).write_text(str(number))
        path.write_text(f"x = {number}")

    assert saved(change) == {path}
