"""The course in the lab's pages: its texts as HTML, its pictures, and nothing else of its files."""

import html
import re

import pytest

from lab.learn.course import lessons
from lab.pages import lessons as pages

LESSON_TOML = """
title = "Two doors"
idea = "One app."
minutes = 10
hints = ["a", "b"]
stub_says = "door"
[prediction]
question = "How many?"
choices = ["1", "2", "3"]
answer = 2
because = "There are two."
[experiment]
command = "tandem xray app"
[own]
command = "tandem xray exercise"
"""
TEXT = """\
# 1. Two doors

See [the first](../01_two_doors/lesson.md), [PEP 3333](https://peps.python.org/pep-3333/) and
[the core](../../core/app.py). <script>alert(1)</script>

![Two doors](picture.svg)

```python title="app.py"
def app(): ...
```

```console
$ tandem
```

```nonsense
a < b
```

```console
$ tandem --version
tandem 1.0
```

| a | b |
|---|---|
| 1 | 2 |
"""


@pytest.fixture
def lesson(tmp_path):
    folder = tmp_path / "lessons" / "01_two_doors"
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(LESSON_TOML)
    (folder / "lesson.md").write_text(TEXT)
    (folder / "app.py").write_text("program = 'whole'\n")
    (folder / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return lessons(tmp_path / "lessons")[0]


def plain(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def test_a_text_is_shown_with_its_code_and_its_table(lesson):
    shown = pages.text_of(lesson)

    assert "<h1>1. Two doors</h1>" in shown
    assert "<figcaption>app.py</figcaption>" in shown
    assert "def app(): ..." in plain(shown)
    assert "a < b" in plain(shown)
    assert "<td>1</td>" in shown


def test_the_whole_program_stands_below(lesson):
    assert plain(pages.text_of(lesson)).rstrip().endswith("program = 'whole'")


def test_html_in_a_text_stays_text(lesson):
    assert "<script>" not in pages.text_of(lesson)


def test_links_lead_to_lessons_or_outside(lesson):
    assert re.findall(r'href="([^"]+)"', pages.text_of(lesson)) == [
        "/lessons/01_two_doors",
        "https://peps.python.org/pep-3333/",
        "/lessons/01_two_doors",  # what is no page stays where it is
    ]


def test_a_picture_has_its_words(lesson):
    assert '<img src="/lessons/01_two_doors/picture.svg" alt="Two doors">' in pages.text_of(lesson)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_every_lesson_of_the_course_is_a_page(lab, lesson):
    answer = lab.get(f"/lessons/{lesson.name}")

    title = lesson.title.replace("`", "")
    assert (answer.status, f"<title>{title} ·" in html.unescape(answer.text)) == (200, True)
    for picture in re.findall(r'<img src="([^"]+)"', answer.text):
        assert lab.get(picture).header("content-type") == "image/svg+xml"


def test_the_list_names_every_lesson(lab):
    shown = plain(lab.get("/lessons").text)
    titles = [lesson.title.replace("`", "") for lesson in lessons()]

    assert [title for title in titles if title not in shown] == []


def test_the_list_sets_code_as_code(lab):
    shown = lab.get("/lessons").text

    assert "<code>yield</code>" in shown
    assert "`" not in shown


def test_a_command_may_be_broken_into_lines_and_what_it_prints_may_not(lesson):
    shown = pages.text_of(lesson)

    assert re.findall(r'<figure class="([^"]+)"', shown) == [
        "listing", "listing typed", "listing", "listing", "listing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/lessons/00_none",
        "/lessons/..",
        "/lessons/17_a_server_of_your_own/check.py",
        "/lessons/17_a_server_of_your_own/none.svg",
        "/lessons/17_a_server_of_your_own/..%2Fcourse.md",
    ],
)
def test_what_is_no_lesson_and_no_picture_is_not_found(lab, path):
    assert lab.get(path).status == 404
