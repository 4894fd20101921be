"""What is told of an exception, in the process in which it is raised."""

import sys

import pytest

from lab.learn.judge import judge
from lab.learn.verdict import Verdict


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """What is told of an exercise with this text; its check asks for `answer()`."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "check.py").write_text("def check_it(exercise): exercise.answer()")

    def told(text, **others):
        for name in ("check", "exercise", *others):
            monkeypatch.delitem(sys.modules, name, raising=False)
        for name, source in {"exercise": text, **others}.items():
            (tmp_path / f"{name}.py").write_text(source, "utf-8")
        verdict = Verdict(tmp_path)
        exercise = tmp_path / "exercise.py"
        judge(
            tmp_path / "check.py",
            exercise,
            lambda event, **tells: verdict.heard({"event": event, **tells}),
        )
        return verdict

    return told


@pytest.mark.parametrize(
    ("text", "plain", "spot"),
    [
        ("def answr(): return 2", "has no `answer`, which its check asks for; did you", None),
        ("def answer()\n    return 2", "can't read exercise.py: expected ':'", (1, "")),
        ("x = 1\n  y = 2", "exercise.py, its indentation: unexpected indent", (2, None)),
        ("def answer():\n    wert = 2\n    return wrt", "did you mean `wert`?", (3, "wrt")),
        ("def answer():\n    x += 1", "before it was given a value", (2, "x")),
        (
            "import jsn",
            "there is no module `jsn` to import: did you mean `json`?",
            (1, "import jsn"),
        ),
        ("x = 1\0", "can't read exercise.py: source code string cannot contain null", None),
        ("import app", "there is no module `app` to import: is it spelt so", (1, None)),
        ("import no_such_thing_here", "is it spelt so, and is it installed?", (1, None)),
        ("from json import lods", "`json` has no `lods`; did you mean `loads`?", (1, None)),
        ("def answer():\n    é = {}['a']", "your code raised an exception", (2, "{}['a']")),
        ("def answer(a): return 2", "the check could not use what your code gave", None),
        ("def answer():\n    return answer()", "a recursion without an end: `answer`", (2, None)),
        (
            "import sys\ndef answer(): sys.exit(3)",
            "ends the whole program here",
            (2, "sys.exit(3)"),
        ),
        (
            "import asyncio\nasync def bad():\n    raise ValueError('no')\nasync def main():\n"
            "    async with asyncio.TaskGroup() as tasks:\n        tasks.create_task(bad())\n"
            "def answer(): asyncio.run(main())",
            "your code raised an exception",
            (3, "raise ValueError('no')"),
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_an_exception_is_told_in_plain_words_with_the_learners_line(judged, text, plain, spot):
    verdict = judged(text)

    assert verdict.state == "raised"
    assert plain in verdict.plain
    if spot is not None:
        last = verdict.spots[-1]
        assert (last.file, last.line) == ("exercise.py", spot[0])
        assert spot[1] in (None, last.source[last.start : last.end])


def test_files_that_import_each_other_are_told_so(judged):
    text = "import another\ndef answer(): return 2"
    verdict = judged(text, another="from exercise import answer")

    assert "`exercise` is imported while it is being imported" in verdict.plain
    assert [spot.file for spot in verdict.spots] == ["exercise.py", "another.py"]


def test_only_the_learners_own_lines_are_shown_and_few_of_a_long_way(judged):
    text = "import json\ndef answer(): return json.loads('{')"
    assert [spot.line for spot in judged(text).spots] == [2]
    deep = judged("def answer(): return answer()")
    assert len(deep.spots) == 5
    assert deep.left_out > 500


def test_what_an_import_says_in_other_words_is_shown_as_it_is(judged):
    verdict = judged("raise ImportError('not today')\n")
    assert (verdict.plain, verdict.error) == ("an import failed", "ImportError: not today")


def test_a_circle_that_python_has_seen_is_told_so(judged):
    others = {"one_side": "from other_side import a\nb = 1", "other_side": "from one_side import b"}
    assert "a circle of imports" in judged("import one_side", **others).plain


def test_an_expression_of_two_lines_is_marked_to_the_end_of_the_first(judged):
    (spot,) = judged("def answer():\n    return int(\n        'x')").spots
    assert (spot.line, spot.source[spot.start : spot.end]) == (2, "int(")
