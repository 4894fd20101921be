"""A program in a terminal of its own, whose screen is read and whose keys are typed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

PATIENCE = 60.0  # seconds for something to appear; a busy machine is slow
CLEAR = "\x1b[2J"
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]")


def _begin():
    """In the new process: have this terminal, for Ctrl-C, and hear of its end, also under nohup."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Terminal:
    """The program, and all that it has written."""

    def __init__(self, command, cwd, *, columns=80, rows=24, **environment):
        self._ours, self.theirs = pty.openpty()
        self.before = termios.tcgetattr(self.theirs)
        self.resize(columns, rows)
        given = {name: os.environ[name] for name in os.environ if name not in ("COLUMNS", "LINES")}
        given |= {"TERM": "xterm-256color"} | environment
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=given,
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            start_new_session=True,
            preexec_fn=_begin,
        )
        self.written = ""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self.theirs)

    def resize(self, columns, rows):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self._ours, keys.encode())

    def screen(self):
        """What stands there since it was last cleared, without colours."""
        since = self.written.rpartition(CLEAR)[2]
        lines = _CONTROLS.sub("", since).replace("\r\n", "\n").splitlines()
        return "\n".join(line.rstrip() for line in lines)

    def wait_for(self, text, patience=PATIENCE):
        """Read until this stands on the screen; the screen."""
        until = time.monotonic() + patience
        while text not in self.screen():
            assert time.monotonic() < until, f"{text!r} did not appear:\n{self.screen()}"
            self._read(0.5)
        return self.screen()

    def ended(self):
        """Read until the program has ended; its exit code."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it has not ended:\n{self.screen()}"
            self._read(0.1)
        self._read(0)
        return self.process.returncode

    def _read(self, seconds):
        while select.select([self._ours], [], [], seconds)[0]:
            self.written += os.read(self._ours, 65_536).decode(errors="replace")
            seconds = 0
