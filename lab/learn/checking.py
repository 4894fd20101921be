"""One check at a time, in a thread: a newer one drops the one before."""

import copy
import threading
from collections.abc import Callable

from lab.learn.course import Lesson
from lab.learn.desk import Desk
from lab.learn.verdict import Verdict

Told = Callable[[Lesson, Verdict], None]


class Checking:
    """`tell` is given what is to be called in the main thread."""

    def __init__(
        self,
        desk: Desk,
        tell: Callable[[Callable[[], None]], None],
        told: Told,
        limit: float | None,
    ) -> None:
        self._desk = desk
        self._tell = tell
        self._told = told
        self._limit = limit  # seconds; None: as the lesson says
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, lesson: Lesson) -> None:
        """Check the lesson; `told` has a verdict at once, and each time that more is known."""
        self.drop()
        cancelled = self._cancelled = threading.Event()
        before = self._desk.fingerprint(lesson)

        def heard(verdict: Verdict) -> None:
            now = copy.deepcopy(verdict)
            self._tell(lambda: self._take(lesson, now, before, cancelled))

        def check() -> None:
            try:
                heard(self._desk.check(lesson, heard, cancelled, self._limit))
            except OSError as error:
                failed = Verdict(self._desk.place(lesson))
                failed.stopped("ended", f"the check could not be run: {error}")
                heard(failed)

        self._thread = threading.Thread(target=check, daemon=True)
        self._thread.start()
        self._told(lesson, Verdict(self._desk.place(lesson)))

    def drop(self) -> None:
        """End the check that runs, if one does, and what its process has started."""
        self._cancelled.set()
        if self._thread is not None:
            self._thread.join()

    def _take(
        self, lesson: Lesson, verdict: Verdict, before: str, cancelled: threading.Event
    ) -> None:
        if cancelled.is_set():
            return
        if verdict.is_solved:
            self._desk.keep(lesson, before)
        self._told(lesson, verdict)
