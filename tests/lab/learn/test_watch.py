"""The watch mode without a terminal: keys, saves and verdicts go in, screens come out."""

import io

import pytest
from rich.console import Console

from lab.learn.desk import Desk
from lab.learn.verdict import Verdict
from lab.learn.watch import Outside, Watch


class Screen:
    """A learner before a watch mode, whose check, command and browser are fakes."""

    def __init__(self, desk, width=80, height=24):
        self.desk = desk
        self.checked = []  # lessons whose check was begun
        self.ran = []  # commands
        self.opened = []  # in the browser
        self.code = 0  # of the next command
        self.has_browser = True
        self.file = io.StringIO()
        self.console = Console(file=self.file, width=width, height=height, highlight=False)
        outside = Outside(self.checked.append, self._run, self._browse)
        self.watch = Watch(desk, self.console, outside)
        self.watch.begin()

    def _run(self, command, folder):
        self.ran.append((command, folder.name))
        return self.code

    def _browse(self, address):
        self.opened.append(address)
        return self.has_browser

    def press(self, *names):
        for name in names:
            self.watch.key(name)
        return self.see()

    def see(self):
        self.file.seek(0)
        self.file.truncate()
        self.watch.draw()
        return "\n".join(line.rstrip() for line in self.file.getvalue().splitlines())

    def judge(self, number, state="solved"):
        """A verdict on this lesson comes."""
        lesson = self.desk.lesson(str(number))
        verdict = Verdict(self.desk.place(lesson))
        verdict.heard({"event": "checks", "sentences": ["It is right"]})
        verdict.heard({"event": "began"})
        if state == "solved":
            self.desk.keep(lesson, self.desk.fingerprint(lesson))
            for event in ("passed", "solved"):
                verdict.heard({"event": event})
        elif state != "running":
            verdict.stopped(state, "it is not")
        self.watch.heard(lesson, verdict)


@pytest.fixture
def screen(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    return Screen(desk)


def names(lessons):
    return [lesson.number for lesson in lessons]


def test_a_lesson_begins_with_its_idea_its_files_and_the_question(screen, desk):
    seen = screen.see()

    assert seen.splitlines()[0] == f"1. The first one{'0 of 3 solved':>64}"
    assert "An idea, in one sentence." in seen
    assert "01_first/lesson.md" in seen
    assert "01_first/exercise.py" in seen
    assert "Guess first. How much will it be?\n  1  nothing\n  2  a little" in seen
    assert "Not begun." in seen
    assert seen.splitlines()[-1] == "t text  1-3 guess  h hint  l list  ? keys  q quit"
    assert screen.checked == []


def test_a_guess_is_kept_measured_and_answered(screen, desk):
    assert "guess first, by its digit" in screen.press("e")
    assert screen.ran == []
    assert "Your guess: 1  nothing\nNow measure it (e)" in screen.press("1")
    assert Desk(desk.folder, desk.lessons).done(desk.current).guess == 1

    assert screen.press("e") == ""  # what the command has printed stays
    assert screen.ran == [("python app.py", "01_first")]
    assert "You guessed: 1  nothing\nThe answer: 2  a little\n" in screen.press("z")
    assert "Your guess: 1  nothing\nThe answer: 2  a little\n" in screen.press("q")
    assert "a guess comes before it" in screen.press("2")


def test_a_guess_may_be_right_changed_before_the_answer_or_never_made(screen):
    assert "Your guess was right: 2  a little" in screen.press("1", "2", "a", "q")
    screen.watch.key("l")
    assert "You made no guess" in screen.press("2", "enter", "a")
    assert "Your guess: none\nThe answer: 2" in screen.press("q")


def test_no_choice_has_this_number(screen):
    assert "a guess is a number from 1 to 3; got 9" in screen.press("9")


def test_an_experiment_that_fails_has_no_answer_yet(screen, desk):
    screen.code = 2
    seen = screen.press("1", "e", "z")
    assert "python app.py ended with exit code 2" in seen
    assert not desk.done(desk.current).answered


def test_a_save_is_checked_and_a_save_elsewhere_is_told(screen, desk):
    screen.watch.saved([desk.exercise(desk.lesson("2"))])
    assert screen.checked == []
    assert "what you saved is of lesson 2; this is lesson 1 (l opens" in screen.see()
    screen.watch.saved([desk.folder / "notes.py"])
    screen.watch.saved([desk.folder.parent / "x.py"])
    assert screen.checked == []

    screen.watch.saved([desk.exercise(desk.current)])
    assert names(screen.checked) == [1]
    screen.press("r")
    assert names(screen.checked) == [1, 1]


def test_a_check_is_shown_as_it_goes(screen):
    screen.watch.heard(screen.desk.current, Verdict(screen.desk.folder))
    assert "Checking ..." in screen.see()
    screen.judge(1, "running")
    assert "… It is right" in screen.see()
    screen.judge(1, "raised")
    assert "✗ It is right\n   it is not" in screen.see()
    screen.judge(1)
    seen = screen.see()
    assert "✓ It is right" in seen
    assert "Solved." in seen
    assert seen.splitlines()[-1].endswith("w why  o own server  n next  l list  ? keys  q quit")


def test_it_goes_on_only_when_asked_and_only_when_solved(screen, desk):
    assert "n goes on once this lesson is solved" in screen.press("n")
    assert desk.current.number == 1
    screen.judge(1)
    assert desk.current.number == 1
    assert screen.press("n").startswith("2. The second one")
    assert screen.press("p").startswith("1. The first one")
    assert "this is the first lesson" in screen.press("p")


def test_after_the_last_lesson_there_is_none(screen):
    screen.press("l", "3", "enter")
    screen.judge(3)
    assert "you have been through the course" in screen.press("n")


def test_what_has_passed_and_was_not_changed_is_not_checked_again(screen, desk, solve):
    solve(1)
    screen.judge(1)
    again = Screen(Desk(desk.folder, desk.lessons))
    assert again.checked == []
    assert "✓ Solved, and not changed since." in again.see()

    desk.exercise(desk.current).write_text("x = 1")
    again = Screen(Desk(desk.folder, desk.lessons))
    assert names(again.checked) == [1]


def test_hints_come_one_by_one(screen):
    seen = screen.press("h")
    assert "Hint 1 of 2\nLook at one." in seen
    assert "Hint 2" not in seen
    assert "Hint 2 of 2\nWrite return 1." in screen.press("h")
    assert screen.press("z").startswith("1. The first one")


def test_why_and_ones_own_server_come_after_passing(screen):
    for key in "wo":
        assert "are shown once your exercise" in screen.press(key)
    screen.judge(1)
    assert "It is 1, because it is." in screen.press("w")
    screen.press("q", "o")
    assert screen.ran == [("python app.py own", "01_first")]
    assert screen.press("z").startswith("1. The first one")


def test_a_report_is_opened_only_when_asked_for(screen, desk):
    page = desk.place(desk.current) / "seen.html"
    page.touch()
    desk.current.experiment["command"] = "tandem xray app --html seen.html"
    screen.press("1", "e", "z", "q")
    assert screen.opened == []
    screen.press("e", "b")
    assert screen.opened == [page.as_uri()]
    assert screen.see().startswith("The answer")
    screen.has_browser = False
    assert "there is no browser here: open 01_first/seen.html" in screen.press("q", "e", "b")


def test_the_list_opens_any_lesson_by_its_number(screen, desk):
    seen = screen.press("l")
    assert "> · 1. The first one\n  · 2. The second one" in seen
    assert "a number and Enter opens one" in seen
    assert "Enter opens lesson 2" in screen.press("2")
    assert screen.press("enter").startswith("2. The second one")
    assert "a lesson is a number from 1 to 3; got '99'" in screen.press("l", "9", "9", "enter")
    assert screen.press("l", "q").startswith("2. The second one")
    assert not screen.watch.is_over


def test_all_that_was_begun_is_checked_one_after_another(screen, desk, solve):
    assert "you have begun no lesson yet" in screen.press("c")
    solve(1)
    solve(3)
    screen.press("c")
    assert names(screen.checked) == [1]
    screen.judge(1)
    assert names(screen.checked) == [1, 3]
    screen.judge(3, "failed")
    assert "lesson 1: solved, lesson 3: not yet" in screen.see()
    assert names(screen.checked) == [1, 3]


def test_a_reset_asks_first_and_keeps_what_there_was(screen, desk, solve):
    solve(1)
    assert "afresh? Yours are kept beside them. y/n" in screen.press("x")
    assert "nothing was changed" in screen.press("n")
    assert desk.is_begun(desk.current)
    assert "yours is kept as exercise.py.before-reset-1" in screen.press("x", "y")
    assert not desk.is_begun(desk.current)
    assert "nothing had changed" in screen.press("x", "y")


def test_the_text_is_read_page_by_page(desk):
    screen = Screen(desk, height=10)
    (desk.place(desk.current) / "lesson.md").write_text("\n\n".join(map(str, range(1000, 1040))))
    first = screen.press("t")
    assert len(first.splitlines()) == 9
    assert "1000" in first
    assert "0 %  Space on, b back" in first
    assert "1000" not in screen.press("on")
    assert "1039" in screen.press("G")
    assert "100 %" in screen.see()
    assert screen.press("g") == first
    assert screen.press("down", "up", "on", "back") == first
    assert screen.press("q").startswith("1. The first one")


def test_every_key_is_in_the_help_and_others_are_told(screen):
    seen = screen.press("?")
    for key in "teahnpwolcrxq":
        assert f"\n{key} " in seen
    assert "there is no key z; ? shows them" in screen.press("q", "z")
    assert "there is no key" not in screen.press("enter")


def test_q_ends_it(screen):
    screen.watch.key("q")
    assert screen.watch.is_over


def test_it_fits_a_narrow_terminal(desk, solve):
    screen = Screen(desk, width=60)
    pages = [screen.see(), screen.press("t"), screen.press("q", "?"), screen.press("q", "l")]
    screen.press("q")
    screen.judge(1)
    for page in [*pages, screen.see(), screen.press("w")]:
        assert max(len(line) for line in page.splitlines()) <= 60
