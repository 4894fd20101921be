import os
import pty
import termios
from contextlib import closing

import pytest

from lab.learn.keyboard import Keyboard, keys_in


@pytest.mark.parametrize(
    ("pressed", "keys"),
    [
        (b"n", ["n"]),
        (b"hh", ["h", "h"]),
        (b"\x1b[A\x1bOB", ["up", "down"]),
        (b"\x1b[5~\x1b[6~ \x7f", ["back", "on", "on", "back"]),
        (b"\r", ["enter"]),
        (b"\x1b", ["escape"]),
        (b"\x04", ["q"]),
        (b"\x1b[1;5Cq", ["q"]),  # one that nothing is bound to
        (b"\x1b[", []),
        ("é€😀".encode(), ["é", "€", "😀"]),
        (b"\x01\xff", []),
    ],
)
def test_what_a_terminal_sends_is_keys(pressed, keys):
    assert keys_in(pressed) == keys


@pytest.fixture
def terminal():
    """The two ends of a terminal: who types, and the program."""
    types, program = pty.openpty()
    with closing(os.fdopen(types, "r+b", buffering=0)), closing(os.fdopen(program, "rb")):
        yield types, program


def settings(descriptor):
    return termios.tcgetattr(descriptor)


def test_keys_come_without_enter_and_unechoed_and_the_terminal_is_given_back(terminal):
    types, program = terminal
    before = settings(program)
    with Keyboard(program) as keyboard:
        assert not settings(program)[3] & (termios.ICANON | termios.ECHO)
        assert settings(program)[3] & termios.ISIG  # Ctrl-C is a signal
        assert not keyboard.has_keys()
        os.write(types, b"x")
        assert keyboard.read() == ["x"]
        with keyboard.lent():
            assert settings(program) == before
            os.write(types, b"for the other\n")
        assert not keyboard.has_keys()
        assert not settings(program)[3] & termios.ICANON
    assert settings(program) == before


def test_it_is_given_back_after_an_error_too(terminal):
    _, program = terminal
    before = settings(program)
    with pytest.raises(ZeroDivisionError), Keyboard(program):
        raise ZeroDivisionError
    assert settings(program) == before


def test_the_end_of_the_input_is_a_q():
    readable, writable = os.pipe()
    os.close(writable)
    with closing(os.fdopen(readable)):
        keyboard = Keyboard.__new__(Keyboard)
        keyboard.descriptor = readable
        assert keyboard.read() == ["q"]
