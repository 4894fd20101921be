"""`tandem learn` without a terminal: its subcommands, what they print, and their exit codes."""

import json

import pytest
from click.testing import CliRunner

from lab.__main__ import main
from lab.learn import command
from lab.learn import desk as desks
from lab.learn.course import lessons
from lab.learn.progress import NAME


@pytest.fixture
def learn(tmp_path, course, monkeypatch):
    """Run a subcommand in `tmp_path`: its exit code, and what it has printed."""
    monkeypatch.setattr(desks, "lessons", lambda: course)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **options):
        done = CliRunner().invoke(main, ["learn", *arguments], **options)
        assert "Traceback" not in done.output
        return done.exit_code, done.output

    return run


@pytest.fixture
def mine(learn, tmp_path, monkeypatch):
    """The learner's folder, where they are."""
    assert learn("init", "mine") == (0, "3 lessons added to mine\n")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def solve(mine, course, number):
    lesson = course[number - 1]
    text = (lesson.solution / "exercise.py").read_text("utf-8")
    (mine / lesson.name / "exercise.py").write_text(text, "utf-8")


def test_without_a_terminal_the_watch_mode_names_the_subcommands(learn):
    code, output = learn()
    assert code == 2
    assert "`text`, `check`, `hint`" in output


@pytest.mark.parametrize("arguments", [["check"], ["list"], ["hint"], ["reset", "1"], ["why", "1"]])
def test_where_there_is_no_copy_it_says_how_to_make_one(learn, arguments):
    code, output = learn(*arguments)
    assert code == 2
    assert "make yours with `tandem learn init tandem-course`" in output


def test_init_again_adds_nothing(mine, learn):
    assert learn("init", ".") == (0, "nothing is missing in .\n")


def test_init_in_the_course_is_wrong_usage(learn, course):
    code, output = learn("init", str(course[0].folder))
    assert code == 2
    assert "is in the course itself" in output


def test_check_says_what_is_missing_and_then_that_it_is_solved(mine, learn, course):
    code, output = learn("check")
    assert code == 1
    assert "✗ The number is right" in output
    assert "Not begun: edit 01_first/exercise.py" in output

    solve(mine, course, 1)
    code, output = learn("check", "01_first")
    assert code == 0
    assert "Solved. tandem learn why 1" in output
    assert json.loads((mine / NAME).read_text())["lessons"]["01_first"]["solved"]


def test_check_all_checks_what_was_begun(mine, learn, course):
    assert learn("check", "--all") == (1, "you have begun no lesson yet\n")
    solve(mine, course, 1)
    solve(mine, course, 3)
    code, output = learn("check", "--all")
    assert code == 0
    assert [line for line in output.splitlines() if line[0].isdigit()] == [
        "1. The first one",
        "3. The third one",
    ]
    (mine / "02_second" / "exercise.py").write_text("def two(): return 3")
    assert learn("check", "--all")[0] == 1


def test_a_time_limit_can_be_given(mine, learn):
    (mine / "01_first" / "exercise.py").write_text("while True:\n    pass\n")
    code, output = learn("check", "1", "--limit", "0.5")
    assert code == 1
    assert "timeout after 0.5 s in exercise.py:" in output


def test_a_lesson_can_say_what_its_check_may_take(mine, course, learn):
    toml = course[0].folder / "lesson.toml"
    toml.write_text("limit = 0.5\n" + toml.read_text())
    course[:] = lessons(course[0].folder.parent)
    (mine / "01_first" / "exercise.py").write_text("while True:\n    pass\n")

    code, output = learn("check", "1")

    assert code == 1
    assert "timeout after 0.5 s in exercise.py:" in output


@pytest.mark.parametrize("arguments", [["check", "4"], ["hint", "no"], ["reset", "0"], ["go", "²"]])
def test_a_lesson_that_there_is_not_is_wrong_usage(mine, learn, arguments):
    code, output = learn(*arguments)
    assert code == 2
    assert f"a lesson is a number from 1 to 3; got {arguments[1]!r}" in output


def test_hints_come_one_by_one(mine, learn):
    assert "Hint 2" not in learn("hint")[1]
    assert "Hint 2 of 2" in learn("hint")[1]
    assert "Look at two." in learn("hint", "2")[1]


def test_a_reset_asks_and_keeps(mine, learn, course):
    solve(mine, course, 1)
    assert learn("reset", "1", input="n\n")[0] == 1
    code, output = learn("reset", "1", "--yes")
    assert (code, output) == (0, "yours is kept as 01_first/exercise.py.before-reset-1\n")
    assert learn("reset", "1", "--yes") == (0, "nothing had changed\n")


def test_the_list_shows_what_was_done(mine, learn, course):
    solve(mine, course, 1)
    learn("check", "1")
    (mine / "01_first" / "app.py").write_text("x = 1")
    (mine / "02_second" / "exercise.py").write_text("x = 1")
    lines = [line.rstrip() for line in learn("list")[1].splitlines()]
    assert lines == [
        "> ✓ 1. The first one  changed since it was solved",
        "  … 2. The second one  begun",
        "  · 3. The third one",
    ]


def test_the_text_is_shown_with_its_excerpts_named_and_its_pictures_told(mine, learn):
    output = learn("text", "2")[1]
    assert "app.py" in output
    assert "(picture.svg, a picture: a line that goes up)" in output
    (mine / "02_second" / "lesson.md").unlink()
    assert learn("text", "2")[1] == output


def test_a_guess_comes_before_the_answer(mine, learn):
    assert "Your guess: 3  a lot" in learn("predict", "1", "3")[1]
    assert learn("predict", "1", "4")[0] == 2
    assert "You guessed: 3  a lot\nThe answer: 2  a little\n" in learn("answer")[1]
    code, output = learn("predict", "1", "2")
    assert code == 2
    assert "a guess comes before it" in output


def test_why_and_the_solution_are_shown_once_ones_own_has_passed(mine, learn, course):
    for name in ("why", "own"):
        code, output = learn(name, "1")
        assert code == 1
        assert "shown once your exercise has passed; `tandem learn hint 1`" in output
    solve(mine, course, 1)
    learn("check", "1")
    output = learn("why", "1")[1]
    assert "It is 1, because it is." in output
    assert "return 1" in output


def test_the_experiment_and_ones_own_server_are_run_in_the_lessons_folder(
    mine, learn, course, capfd
):
    assert learn("experiment", "2")[0] == 0
    assert "measured" in capfd.readouterr().out
    (mine / "02_second" / "app.py").write_text("raise SystemExit(5)")
    assert learn("experiment", "2")[0] == 1
    solve(mine, course, 1)
    learn("check", "1")
    assert learn("own", "1")[0] == 0
    assert "measured own" in capfd.readouterr().out


def test_a_report_is_named_and_opened_only_when_asked_for(mine, learn, course, monkeypatch):
    page = mine / "01_first" / "seen.html"
    page.touch()
    opened = []
    monkeypatch.setattr(command.webbrowser, "open", opened.append)
    monkeypatch.setitem(course[0].experiment, "command", "python app.py --html seen.html")
    assert "The report: 01_first/seen.html" in learn("experiment")[1]
    assert opened == []
    learn("experiment", "--open")
    assert opened == [page.as_uri()]


def test_another_lesson_can_be_opened(mine, learn):
    assert "3. The third one" in learn("go", "3")[1]
    assert "Write return 3." in learn("hint")[1] + learn("hint")[1]


def test_broken_progress_is_told_in_a_sentence(mine, learn):
    (mine / NAME).write_text("{")
    code, output = learn("list")
    assert code == 1
    assert "your progress can't be read, and is left as it is" in output


def test_a_tandem_without_lessons_says_so(learn, course):
    course.clear()
    code, output = learn("init", "mine")
    assert code == 1
    assert "this Tandem came without its lessons" in output
