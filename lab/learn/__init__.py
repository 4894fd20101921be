"""`tandem learn`: the course, lesson by lesson, each with an exercise that is checked.

`course` finds the lessons and reads their `lesson.toml`. A learner works in a copy (`folder`), with
their `progress` in a file; what they can do with a lesson is in `desk`. `judging` runs `judge` in a
process of its own: a lesson's `check.py` on the exercise, with what is in `checks` at hand; what
comes of it is a `verdict`. `command` has the subcommands, and opens the watch mode: `watching` is
its loop, `watch` its state, `screens` and `verdict_shown` what is drawn. `site` writes the course
as pages.
"""
