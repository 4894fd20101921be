"""A course of three tiny lessons, for what needs a course and not the one of this project."""

import sys
from pathlib import Path

from lab.learn.course import lessons

TOML = """
title = "{title}"
idea = "An idea, in one sentence."
minutes = 5
hints = ["Look at `{function}`.", "Write `return {wanted}`."]
stub_says = "{function}()"

[prediction]
question = "How much will it be?"
choices = ["nothing", "a little", "a lot"]
answer = 2
because = "It was never much."

[experiment]
command = "python app.py"
[[experiment.shows]]
says = "It talks."
text = "measured"

[own]
command = "python app.py own"
"""
CHECK = '''
from types import ModuleType

from lab.learn.checks import expect


def check_it_is_there(exercise: ModuleType) -> None:
    """The function is there."""
    expect(callable(exercise.{function}), True, what="{function}")


def check_the_number(exercise: ModuleType) -> None:
    """The number is right."""
    expect(exercise.{function}(), {wanted}, what="{function}()", look="in `{function}`")
'''
STUB = '''"""The exercise."""


def {function}():
    """Your turn: the number."""
'''
TEXT = """# {number}. {title}

## Guess first

How much?

```python title="app.py"
print("measured")
```

![a line that goes up](picture.svg)

## Exercise

Write `{function}` in exercise.py.
"""
APP = """import sys

print("measured", *sys.argv[1:])
"""
LESSONS = [("01_first", "one", 1), ("02_second", "two", 2), ("03_third", "three", 3)]


def make_course(folder: Path):
    """Write the lessons there, and read them."""
    for name, function, wanted in LESSONS:
        words = {
            "title": f"The {name[3:]} one",
            "number": int(name[:2]),
            "function": function,
            "wanted": wanted,
        }
        lesson, solution = folder / name, folder / "solutions" / name
        for path, text in (
            (lesson / "lesson.toml", TOML),
            (lesson / "lesson.md", TEXT),
            (lesson / "check.py", CHECK),
            (lesson / "exercise.py", STUB),
            (lesson / "app.py", APP),
            (solution / "exercise.py", STUB + "    return {wanted}\n"),
            (solution / "why.md", "It is {wanted}, **because** it is.\n"),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(**words))
    return lessons(folder)


def tandem_with(course: Path) -> list[str]:
    """The command `tandem`, as a process that has this course in place of its own."""
    program = (
        "import pathlib, sys, lab.learn.course as course; "
        "course.IN_A_CLONE = pathlib.Path(sys.argv.pop(1)); "
        "from lab.__main__ import main; main(prog_name='tandem')"
    )
    return [sys.executable, "-c", program, str(course)]
