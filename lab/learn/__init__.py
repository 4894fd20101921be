"""`tandem learn`: the course, lesson by lesson, each with an exercise that is checked.

`course` finds the lessons and reads their `lesson.toml`; `judge` runs a lesson's `check.py` on a
learner's exercise in a process of its own, with what is in `checks` at hand.
"""
