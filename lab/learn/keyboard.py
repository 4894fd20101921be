"""The keys of a terminal, one by one: no Enter is waited for, and nothing is echoed.

Ctrl-C stays a signal. The terminal is as it was before when the block is left.
"""

import os
import select
import termios
import tty
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import TracebackType

NAMES = {
    b"\x1b[A": "up",
    b"\x1bOA": "up",
    b"\x1b[B": "down",
    b"\x1bOB": "down",
    b"\x1b[5~": "back",
    b"\x1b[6~": "on",
    b"\x1b": "escape",
    b"\r": "enter",
    b"\n": "enter",
    b" ": "on",
    b"\x7f": "back",
    b"\x04": "q",  # Ctrl-D
}


class Keyboard:
    """A terminal's keys, for the length of a block."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._before = termios.tcgetattr(descriptor)

    def __enter__(self) -> "Keyboard":
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.give_back()

    def take(self) -> None:
        """Have keys without Enter; also after the process was stopped, and goes on."""
        tty.setcbreak(self.descriptor, termios.TCSADRAIN)

    def give_back(self) -> None:
        """Have the terminal as it was."""
        with suppress(termios.error):  # the terminal has been closed
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, self._before)

    def has_keys(self) -> bool:
        """Whether `read` would return at once."""
        return bool(select.select([self.descriptor], [], [], 0)[0])

    def read(self) -> list[str]:
        """The keys that were pressed; at the end of the input, "q"."""
        pressed = os.read(self.descriptor, 256)
        return keys_in(pressed) if pressed else ["q"]

    @contextmanager
    def lent(self) -> Generator[None]:
        """The terminal is another's for a while; what was typed meanwhile is no key for us."""
        self.give_back()
        try:
            yield
        finally:
            self.take()
            termios.tcflush(self.descriptor, termios.TCIFLUSH)


def keys_in(pressed: bytes) -> list[str]:
    """The keys in what a terminal has sent: characters as they are, others by their name."""
    found: list[str] = []
    while pressed:
        length = _length(pressed)
        piece, pressed = pressed[:length], pressed[length:]
        name = NAMES.get(piece) or piece.decode(errors="ignore")
        if (len(name) > 1 and name in NAMES.values()) or (len(name) == 1 and name.isprintable()):
            found.append(name)
    return found


def _length(pressed: bytes) -> int:
    """Of the first key: an escape sequence ends with a letter or "~"; else it is a character."""
    if pressed[:2] in (b"\x1b[", b"\x1bO"):
        for place, byte in enumerate(pressed[2:], 3):
            if 0x40 <= byte <= 0x7E:
                return place
        return len(pressed)
    first = pressed[0]
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
