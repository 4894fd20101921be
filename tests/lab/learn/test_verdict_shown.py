"""What a learner sees of a verdict."""

import io

import pytest
from rich.console import Console

from lab.learn.mistakes import Spot
from lab.learn.verdict import Verdict
from lab.learn.verdict_shown import line_of, shown


@pytest.fixture
def verdict(tmp_path):
    made = Verdict(tmp_path)
    made.heard({"event": "checks", "sentences": ["It is there", "It is right", "It is quick"]})
    for event in ("began", "passed", "began"):
        made.heard({"event": event})
    return made


def drawn(verdict, width=80, encoding="utf-8", **options):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, **options)
    console.print(shown(verdict, console))
    file.seek(0)
    return "\n".join(line.rstrip() for line in file.read().splitlines())


def test_ticks_and_a_cross_with_what_was_expected_what_came_and_where_to_look(verdict, tmp_path):
    (tmp_path / "exercise.py").write_text("import os\n\n\ndef answer():\n    return 1\n")
    verdict.heard(
        {"event": "failed", "what": "answer()", "wanted": "2", "came": "1", "look": "in `answer`"}
    )
    assert drawn(verdict).splitlines() == [
        "✓ It is there",
        "✗ It is right",
        "   answer()",
        "   expected  2",
        "   got       1",
        "   look      in `answer` (exercise.py:4)",
        "· It is quick",
    ]


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ("in `answer` of exercise.py: a line", "in `answer` of exercise.py:2: a line"),
        ("in `answer()`", "in `answer()` (exercise.py:2)"),
        ("at exercise.py:7, in `answer`", "at exercise.py:7, in `answer`"),
        ("in `other`", "in `other`"),
        ("above", "above"),
    ],
)
def test_the_line_of_the_function_that_is_named_is_told(verdict, tmp_path, look, said):
    (tmp_path / "exercise.py").write_text("\ndef answer(): ...\n")
    verdict.heard({"event": "failed", "what": "x", "wanted": "2", "came": "1", "look": look})
    assert f"   look      {said}\n" in drawn(verdict)


def test_a_terminal_without_unicode_has_words_for_ticks(verdict):
    verdict.heard({"event": "passed"})
    assert drawn(verdict, encoding="ascii").splitlines()[:2] == ["ok It is there", "ok It is right"]


def test_a_caret_is_under_what_is_meant(verdict):
    spot = {"file": "exercise.py", "line": 3, "function": "answer", "source": "    return wrt"}
    verdict.heard(
        {
            "event": "raised",
            "plain": "the name `wrt` has no value here",
            "error": "NameError: name 'wrt' is not defined",
            "spots": [spot | {"start": 11, "end": 14}],
            "left_out": 0,
        }
    )
    assert drawn(verdict).splitlines()[2:7] == [
        "   the name `wrt` has no value here",
        "   NameError: name 'wrt' is not defined",
        "   exercise.py:3, in answer",
        "     return wrt",
        "            ^^^",
    ]


@pytest.mark.parametrize(
    ("error", "is_shown"),
    [("KeyError", True), ("ValueError: no", True), ("SyntaxError: expected ':'", False)],
)
def test_what_python_says_is_shown_where_it_says_more(verdict, error, is_shown):
    verdict.error = error
    verdict.stopped("raised", "Python can't read exercise.py: expected ':'")
    assert (f"\n   {error}\n" in drawn(verdict)) == is_shown


def test_an_exercise_that_cannot_be_imported_has_a_cross_of_its_own(tmp_path):
    verdict = Verdict(tmp_path)
    spot = Spot("exercise.py", 4, "", "def one()", 9, 10)
    verdict.spots = [spot]
    verdict.stopped("raised", "Python can't read exercise.py: expected ':'")
    assert drawn(verdict).splitlines() == [
        "✗ exercise.py can be imported",
        "   Python can't read exercise.py: expected ':'",
        "   exercise.py:4",
        "     def one()",
        "              ^",
    ]


def test_what_was_left_out_of_a_long_way_is_counted(verdict):
    verdict.spots = [Spot("exercise.py", line) for line in range(5)]
    verdict.left_out = 988
    verdict.stopped("raised", "a recursion")
    assert "... 988 more of the kind ..." in drawn(verdict)


def test_what_is_printed_is_shown_in_part_and_obeyed_in_nothing(verdict):
    verdict.printed = "\x1b[2Jred\n" + "line\n" * 40
    assert "\x1b" not in drawn(verdict)
    assert "and 29 lines more" in drawn(verdict)
    verdict.unprinted = 12_345
    assert "and 12,345 bytes more" in drawn(verdict)


def test_a_long_value_is_cut_and_folded(verdict):
    verdict.heard({"event": "failed", "what": "x", "wanted": "a" * 5_000, "came": "b", "look": ""})
    lines = drawn(verdict, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert "(5,000characters)" in "".join("".join(lines).split())


def test_the_line_of_a_function_or_a_method_is_found(tmp_path):
    path = tmp_path / "exercise.py"
    path.write_text("class Parser:\n    async def feed(self): ...\n\ndef answer(): ...\n")
    assert line_of(path, "answer") == 4
    assert line_of(path, "Parser.feed") == 2
    assert line_of(path, "Parser.none") is None
    path.write_text("def (")
    assert line_of(path, "answer") is None


@pytest.mark.parametrize("event", [{"event": "new"}, {}])
def test_events_of_a_newer_judge_are_passed_over(verdict, event):
    verdict.heard(event)
    assert verdict.state == "running"


def test_a_dump_of_faulthandler_names_the_learners_line(tmp_path):
    verdict = Verdict(tmp_path)
    (tmp_path / "exercise.py").write_text("a\nb\n")
    dump = ['  File "/usr/lib/x.py", line 9 in f', f'  File "{tmp_path}/exercise.py", line 2 in g']
    verdict.timed_out_as_dumped(10, dump)
    assert verdict.plain == "timeout after 10 s in exercise.py:2"
    assert verdict.spots[0].source == "b"

    verdict.timed_out_as_dumped(10, dump[:1])
    assert verdict.plain == "timeout after 10 s"
