"""The texts of the course: their parts, what they show of the code, and where they point."""

import re
import tomllib

import pytest

from tests.lessons.course import LESSONS, PLACE, each_lesson, fences, texts_of

HEADINGS = [
    "Guess first",
    "The program",
    "Measure",
    "What it showed here",
    "Exercise",
    "Read on",
]
MISCONCEPTIONS = tomllib.loads((PLACE / "misconceptions.toml").read_text())["misconceptions"]
FILES = {"lesson.md", "lesson.toml", "app.py", "exercise.py", "check.py"}
LANGUAGES = {"python", "console", "text", "http", "toml", "json", "html", "javascript"}


def text_of(lesson):
    return (lesson.folder / "lesson.md").read_text("utf-8")


def test_the_lessons_are_numbered_without_a_gap():
    assert [lesson.number for lesson in LESSONS] == list(range(1, 20))


@each_lesson
def test_a_lesson_has_its_files_and_no_stray_ones(lesson):
    names = {path.name for path in lesson.folder.iterdir() if path.name != "__pycache__"}
    shown = text_of(lesson)

    assert names >= FILES
    assert [name for name in names - FILES if name not in shown] == []
    assert {path.name for path in lesson.solution.iterdir()} - {"__pycache__"} == {
        "exercise.py",
        "why.md",
    }


@each_lesson
def test_a_text_has_its_parts_in_their_order(lesson):
    text = text_of(lesson)
    headings = re.findall(r"^## (.+)$", text, re.M)

    assert text.startswith(f"# {lesson.number}. {lesson.title}\n")
    assert [heading for heading in headings if heading in HEADINGS] == HEADINGS
    assert text.endswith("\n")


@each_lesson
def test_the_question_is_asked_before_anything_is_answered(lesson):
    before = text_of(lesson).split("\n## Measure\n")[0]
    prediction = lesson.prediction
    plain = " ".join(before.split())

    assert " ".join(prediction.question.split()) in plain
    for choice in prediction.choices:
        assert " ".join(choice.split()) in plain
    assert 1 <= prediction.answer <= len(prediction.choices)
    assert len(prediction.choices) >= 3
    assert prediction.because not in plain


@each_lesson
def test_there_are_two_hints_and_an_idea_of_one_sentence(lesson):
    assert len(lesson.hints) == 2
    assert lesson.idea.endswith(".")
    assert 5 <= lesson.minutes <= 90


@each_lesson
def test_an_excerpt_stands_in_its_file_word_for_word(lesson):
    for text in texts_of(lesson):
        for fence in fences(text):
            if fence.title:
                folder = lesson.solution if text.name == "why.md" else lesson.folder
                lines = _dedented((folder / fence.title).read_text("utf-8"))
                assert _dedented(fence.body) in lines, f"{text}: {fence.title}\n{fence.body}"


def _dedented(code):
    """The code, every line without its indentation and its spaces at the end."""
    return "\n".join(line.strip() for line in code.strip().splitlines())


@each_lesson
def test_the_program_is_shown(lesson):
    assert any(fence.title == "app.py" for fence in fences(lesson.folder / "lesson.md"))


@each_lesson
def test_python_that_is_no_excerpt_runs(lesson):
    for text in texts_of(lesson):
        for fence in fences(text):
            assert fence.language in LANGUAGES, f"{text}: a fence of {fence.language!r}"
            if fence.language == "python" and not fence.title:
                exec(compile(fence.body, str(text), "exec"), {"__name__": "lesson"})


@each_lesson
def test_a_link_leads_to_what_is_there_and_to_no_later_lesson(lesson):
    text = text_of(lesson)
    before_reading_on = text.split("\n## Read on\n")[0]

    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        is_not_written_yet = len(LESSONS) < 19 and re.match(r"\.\./\d\d_", target)
        if not target.startswith("https://") and not is_not_written_yet:
            assert (lesson.folder / target.partition("#")[0]).exists(), target
    for number in re.findall(r"\]\(\.\./(\d\d)_", before_reading_on):
        assert int(number) < lesson.number


@each_lesson
def test_a_file_of_the_project_that_is_named_is_there(lesson):
    named = re.findall(
        r"`((?:core|wsgi_adapter|asgi_adapter|lab|examples)/[\w./]+)`", text_of(lesson)
    )

    assert [name for name in named if not (PLACE.parent / name).exists()] == []


@each_lesson
def test_the_last_links_are_sources(lesson):
    assert "](https://" in text_of(lesson).split("\n## Read on\n")[1]


@pytest.mark.parametrize("misconception", MISCONCEPTIONS)
def test_a_misconception_is_dispelled_by_some_lesson(misconception):
    assert [lesson.name for lesson in LESSONS if misconception in lesson.dispels] != []


@each_lesson
def test_a_lesson_dispels_what_is_in_the_list(lesson):
    assert [one for one in lesson.dispels if one not in MISCONCEPTIONS] == []
