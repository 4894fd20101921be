import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from lab.run import reloading
from lab.run.bell import Bell
from lab.run.reloading import Reloader

HERE = Path(__file__).parent


class Fake:
    """A child that does what it is told: at its start, and when it is told to end."""

    def __init__(self, code=None):
        self.returncode = code  # None while it runs
        self.was_told = False
        self.when_looked_at = lambda: None

    def has_ended(self):
        self.when_looked_at()
        return self.returncode is not None

    def tell_to_end(self):
        self.was_told = True

    def wait(self, bell):
        assert self.was_told
        self.returncode = -15


class Scene:
    """A reloader whose children are fakes: each start does the next thing of a list."""

    def __init__(self):
        self.bell = Bell()
        self.told = []
        self.children = []
        self.plays = []
        self.reloader = Reloader(self.start, self.tell, self.bell)

    def start(self, ready):
        child = Fake()
        self.children.append(child)
        self.plays.pop(0)(child, ready)
        self.bell.ring()  # as the end of a process does, and a change
        return child

    def tell(self, sentence):
        self.told.append(sentence)

    def run(self, *plays):
        self.plays = list(plays)
        return self.reloader.run(HERE)

    # What a start can do.

    def serves(self, child, ready):
        os.write(ready, b"ready")

    def serves_and_a_file_changes(self, child, ready):
        self.serves(child, ready)

        def change():
            child.when_looked_at = lambda: None
            self.change()

        child.when_looked_at = change

    def fails(self, child, ready):
        child.returncode = 1
        self.change()

    def fails_for_good(self, child, ready):
        child.returncode = 1
        self.stop_when_told("did not start")

    def is_wrong(self, child, ready):
        child.returncode = 2

    def hangs_until_a_file_changes(self, child, ready):
        self.change()

    def takes_its_time(self, child, ready):
        later = os.dup(ready)

        def serve():
            child.when_looked_at = lambda: None
            self.serves(child, later)
            os.close(later)
            self.stop_when_served()

        child.when_looked_at = serve

    def stops(self, child, ready):
        self.serves(child, ready)
        self.stop()

    def is_stopped_while_it_starts(self, child, ready):
        self.stop()

    def ends_by_itself(self, child, ready):
        self.serves(child, ready)
        child.returncode = 3
        self.stop_when_told("has ended by itself")

    def stop_when_served(self):
        serving = self.reloader._look_after

        def look_after():
            serving()
            self.stop()

        self.reloader._look_after = look_after

    def change(self):
        self.reloader.changed(Path("tasks.py"))

    def stop(self):
        self.bell.stops += 1
        self.bell.ring()

    def stop_when_told(self, words):
        before = self.tell

        def tell(sentence):
            before(sentence)
            if words in sentence:
                self.stop()

        self.reloader._tell = tell


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.setattr(reloading, "changes", lambda directory, stopping: iter(()))
    made = Scene()
    with closing(made.bell):
        yield made
    assert not made.plays
    assert all(child.has_ended() for child in made.children), "one is left behind"


def test_it_serves_until_a_signal(scene):
    assert scene.run(scene.stops) == 0
    assert scene.told == []


def test_one_that_takes_its_time_is_waited_for(scene):
    assert scene.run(scene.takes_its_time) == 0
    assert scene.told == []
    assert len(scene.children) == 1


def test_after_a_change_another_one_serves_and_the_first_is_told_to_end(scene):
    assert scene.run(scene.serves_and_a_file_changes, scene.stops) == 0
    assert scene.children[0].was_told
    assert scene.told == ["tasks.py has changed"]


def test_one_that_does_not_start_leaves_the_one_before(scene):
    def looks(child, ready):
        scene.fails_for_good(child, ready)
        assert not scene.children[0].was_told

    assert scene.run(scene.serves_and_a_file_changes, looks) == 0
    assert scene.told[1:] == [
        "the server did not start; the one before goes on; it is tried again after a change"
    ]


def test_one_that_does_not_start_is_tried_again_after_a_change(scene):
    assert scene.run(scene.fails, scene.stops) == 0
    assert scene.told == ["tasks.py has changed"]
    assert len(scene.children) == 2


def test_the_first_that_does_not_start_is_told(scene):
    assert scene.run(scene.fails_for_good) == 0
    assert scene.told == ["the server did not start; it is tried again after a change"]


def test_wrong_usage_from_the_beginning_is_the_end(scene):
    assert scene.run(scene.is_wrong) == 2
    assert scene.told == []


def test_wrong_usage_later_is_a_mistake_in_a_file(scene):
    def later(child, ready):
        scene.is_wrong(child, ready)
        scene.stop_when_told("did not start")

    assert scene.run(scene.serves_and_a_file_changes, later) == 0


def test_one_that_hangs_in_its_start_is_given_up_after_a_change(scene):
    assert scene.run(scene.hangs_until_a_file_changes, scene.stops) == 0
    assert scene.children[0].was_told


def test_a_signal_while_it_starts_ends_it(scene):
    assert scene.run(scene.is_stopped_while_it_starts) == 0
    assert scene.told == []


def test_one_that_ends_by_itself_is_told(scene):
    assert scene.run(scene.ends_by_itself) == 0
    assert scene.told == ["the server has ended by itself; it is started again after a change"]


def test_one_that_can_not_even_be_started_leaves_no_pipe_open(scene):
    def raises(child, ready):
        child.returncode = 0
        raise OSError("no more processes")

    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match="no more processes"):
        scene.run(raises)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("changed", "shown"),
    [(HERE / "deep" / "tasks.py", "deep/tasks.py"), (Path("/other.py"), "/other.py")],
)
def test_changes_are_watched_for_and_named_from_the_directory(scene, monkeypatch, changed, shown):
    started = threading.Event()

    def changes(directory, stopping):
        assert directory == HERE
        started.wait(20)
        yield changed

    def serves(child, ready):
        scene.serves(child, ready)
        started.set()

    monkeypatch.setattr(reloading, "changes", changes)
    assert scene.run(serves, scene.stops) == 0
    assert scene.told == [f"{shown} has changed"]
