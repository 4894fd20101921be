"""The watch mode in a real terminal, with the keys that a learner types."""

import os
import signal
import termios

import pytest

from lab.learn import folder as folders
from tests.lab.learn.made_course import tandem_with
from tests.lab.learn.terminal import Terminal

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def learn(desk, tmp_path):
    """`tandem learn` in the learner's folder, in a terminal."""
    opened = []

    def start(*arguments, cwd=desk.folder, **options):
        command = [*tandem_with(tmp_path / "course"), "learn", *arguments]
        opened.append(Terminal(command, cwd, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.__exit__()


def write(desk, number, text):
    """Save as an editor does: a new file in place of the old one."""
    path = desk.exercise(desk.lesson(str(number)))
    beside = path.with_name(".exercise.py.swp")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def solution(desk, number):
    return (desk.lesson(str(number)).solution / "exercise.py").read_text("utf-8")


def test_a_lesson_is_solved_by_writing_its_file(learn, desk):
    terminal = learn()
    terminal.wait_for("Not begun.")
    write(desk, 1, "def one(): return on")
    terminal.wait_for("the name `on` has no value here; did you mean `one`?")
    write(desk, 1, solution(desk, 1))
    terminal.wait_for("Solved.")

    terminal.type("h")
    terminal.wait_for("Hint 1 of 2")
    terminal.type("q")
    terminal.type("l")
    terminal.wait_for("> ✓ 1. The first one")
    terminal.type("q")
    terminal.type("c")
    terminal.wait_for("lesson 1: solved")
    terminal.type("x")
    terminal.wait_for("y/n")
    terminal.type("y")
    terminal.wait_for("exercise.py.before-reset-1")
    terminal.type("n")
    terminal.wait_for("2. The second one")

    terminal.type("q")
    assert terminal.ended() == 0
    assert termios.tcgetattr(terminal.theirs) == terminal.before


def test_the_experiment_is_run_on_the_terminal(learn):
    terminal = learn()
    terminal.wait_for("1-3 guess")
    terminal.type("3")
    terminal.wait_for("Your guess: 3  a lot")
    terminal.type("e")
    terminal.wait_for("any key goes on")
    assert "$ python app.py\n\nmeasured" in terminal.screen()
    terminal.type(" ")
    terminal.wait_for("The answer: 2  a little")


def test_a_signal_to_end_reaches_a_command_that_runs(learn, desk):
    place = desk.place(desk.current)
    (place / "app.py").write_text("import signal\nprint('it runs', flush=True)\nsignal.pause()\n")
    terminal = learn()
    terminal.wait_for("1-3 guess")
    terminal.type("1e")
    terminal.wait_for("it runs")
    os.kill(terminal.process.pid, signal.SIGTERM)
    assert terminal.ended() == 0
    assert termios.tcgetattr(terminal.theirs) == terminal.before


def test_ctrl_c_ends_a_command_that_runs_and_not_the_watch_mode(learn, desk):
    place = desk.place(desk.current)
    (place / "app.py").write_text("import signal\nprint('it runs', flush=True)\nsignal.pause()\n")
    terminal = learn()
    terminal.wait_for("1-3 guess")
    terminal.type("1e")
    terminal.wait_for("it runs")
    terminal.type("\x03")
    terminal.wait_for("any key goes on")
    terminal.type(" ")
    terminal.wait_for("ended with exit code")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_the_check_that_runs(learn, desk, number):
    terminal = learn()
    terminal.wait_for("Not begun.")
    text = "import os, time\ndef one():\n    open('pid', 'w').write(str(os.getpid()))\n"
    write(desk, 1, text + "    while True: pass")
    terminal.wait_for("… The number is right")
    if number == signal.SIGINT:
        terminal.type("\x03")
    else:
        os.kill(terminal.process.pid, number)

    assert terminal.ended() == 0
    assert termios.tcgetattr(terminal.theirs) == terminal.before
    with pytest.raises(ProcessLookupError):
        os.kill(int((desk.place(desk.current) / "pid").read_text()), 0)


def test_a_narrow_terminal_without_colour_is_enough(learn, desk):
    terminal = learn(columns=60, NO_COLOR="1", TERM="dumb")
    terminal.wait_for("q quit")
    write(desk, 1, "def one(): return 7")
    terminal.wait_for("(exercise.py:1)")
    terminal.type("?")
    terminal.wait_for("check all that you have begun")
    terminal.type("q")
    terminal.type("q")
    assert terminal.ended() == 0
    assert "\x1b" not in terminal.written
    assert max(map(len, terminal.written.splitlines())) <= 60


def test_no_color_takes_the_colours_away(learn):
    with_colours, without = learn(), learn(NO_COLOR="1")
    for terminal in (with_colours, without):
        terminal.wait_for("q quit")
    assert "\x1b[1;36m" in with_colours.written
    assert "36m" not in without.written


def test_polling_notices_a_save_too(learn, desk):
    terminal = learn("--poll")
    terminal.wait_for("Not begun.")
    write(desk, 1, solution(desk, 1))
    terminal.wait_for("Solved.")


def test_a_newer_save_drops_the_check_that_runs(learn, desk):
    terminal = learn("--limit", "600")
    terminal.wait_for("Not begun.")
    write(desk, 1, "def one():\n    while True: pass")
    terminal.wait_for("… The number is right")
    write(desk, 1, solution(desk, 1))
    terminal.wait_for("Solved.")


def test_a_wider_window_is_drawn_anew(learn):
    terminal = learn(columns=60)
    terminal.wait_for("q quit")
    terminal.resize(100, 30)
    os.kill(terminal.process.pid, signal.SIGWINCH)
    terminal.wait_for(" " * 60 + "0 of 3 solved")


def test_where_there_is_no_copy_one_is_offered(learn, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    terminal = learn(cwd=empty)
    terminal.wait_for("to work in? [Y/n]:")
    terminal.type("\r")
    terminal.wait_for("tandem-course/01_first/exercise.py")
    assert (empty / folders.USUAL / "03_third").is_dir()


def test_who_wants_no_copy_gets_none(learn, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    terminal = learn(cwd=empty)
    terminal.wait_for("[Y/n]:")
    terminal.type("n\r")
    assert terminal.ended() == 1
    assert list(empty.iterdir()) == []
