import json

import pytest

from lab.errors import LabError
from lab.learn.progress import NAME, Done, Progress


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / NAME)


def test_what_was_done_is_kept(progress):
    with progress.changing():
        progress.current = "02_b"
        progress.of("01_a").guess = 2

    again = Progress(progress.path)
    again.read()
    assert (again.current, again.of("01_a"), again.of("02_b")) == ("02_b", Done(guess=2), Done())
    assert [path.name for path in progress.path.parent.iterdir()] == [NAME]


def test_what_another_terminal_has_written_is_not_lost(progress):
    with progress.changing():
        progress.of("01_a").guess = 1
    other = Progress(progress.path)
    with other.changing():
        other.of("02_b").guess = 3

    with progress.changing():
        progress.of("01_a").answered = True

    kept = json.loads(progress.path.read_text())["lessons"]
    assert (kept["01_a"]["answered"], kept["02_b"]["guess"]) == (True, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "in line 1"),
        ("[]", "it is no progress"),
        ('{"version": 1}', "it is no progress: KeyError"),
        ('{"version": 2}', "this Tandem knows 1: upgrade it"),
        ('{"version": 1, "current": "", "given": {}, "lessons": {"a": {"b": 1}}}', "no progress"),
        (b"\xff", "can't decode"),
    ],
)
def test_a_broken_one_is_told_and_left_as_it_is(progress, text, said):
    text = text if isinstance(text, bytes) else text.encode()
    progress.path.write_bytes(text)
    with pytest.raises(LabError, match=r"progress|upgrade") as caught, progress.changing():
        pytest.fail("it was read")

    assert said in str(caught.value)
    assert progress.path.read_bytes() == text


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    progress = Progress(tmp_path / "gone" / NAME)
    with pytest.raises(LabError, match="your progress can't be written"), progress.changing():
        progress.current = "01_a"
