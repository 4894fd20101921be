"""What a lesson's `check.py` has at hand; `lab.learn.judge` runs it.

    from types import ModuleType

    from lab.learn.checks import expect

    def check_the_length_is_told(exercise: ModuleType) -> None:
        \"\"\"The answer tells how long its body is.\"\"\"
        expect(exercise.answer(b"hi"), b"...", what="answer(b'hi')", look="in `answer`")

Each function `check_...` is given the learner's module; they run in the order they are written, and
the first that fails ends it. Its docstring is what the learner sees beside a tick or a cross. A
check asserts order, counts and ratios, never a time that a slow machine can't keep.
"""

from lab.learn.checks.expecting import Unmet, expect, expect_that

__all__ = ["Unmet", "expect", "expect_that"]
