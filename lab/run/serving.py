"""A server run for an application, until Ctrl-C: in this process, in another, or with reload."""

from collections.abc import Callable
from pathlib import Path

from lab.compare.signals import Stopped, stopping
from lab.errors import LabError
from lab.run.bell import rung_by_signals
from lab.run.child import Child
from lab.run.door import served
from lab.run.launch import Launch
from lab.run.reloading import Reloader
from lab.run.servers import OWN
from lab.run.wish import Wish
from lab.server.access_log import write_to_stderr
from lab.server.listener import bound, url_of
from lab.server.serving import run as run_own

Tell = Callable[[str], None]
TOLD_TO_END = (0, -15, -2, 130, 143)  # how servers end that a signal has ended as it should


def serve(wish: Wish, tell: Tell) -> int:
    """Serve until a signal; the exit code. Raises LabError where that can't be done."""
    wish.check()
    if wish.is_reloaded or wish.is_dev:
        return _reloaded(wish, tell)
    return _here(wish, tell) if wish.server == OWN else _in_a_child(wish)


def _here(wish: Wish, tell: Tell) -> int:
    """By our own server, in this process."""
    write_to_stderr(access=True)
    try:
        with stopping(), bound(wish.host, wish.port) as listening:
            found = wish.found()
            tell(wish.greeting(found, url_of(listening)))
            run_own(served(found, is_dev=False), listening, face=found.face)
    except Stopped:  # before it has served
        pass
    return 0


def _in_a_child(wish: Wish) -> int:
    """By gunicorn or uvicorn, which bind by themselves."""
    with bound(wish.host, wish.port) as probe:  # a port in use is told in a sentence
        launch = Launch(wish, url_of(probe), probe.getsockname()[1])
    with rung_by_signals() as bell:
        code = Child(launch.arguments()).wait(bell)
    if code in TOLD_TO_END:
        return 0
    if code in (LabError.exit_code, 2):  # it has said why
        return code
    raise LabError(f"{wish.server} has ended with exit code {code}; its last words are above")


def _reloaded(wish: Wish, tell: Tell) -> int:
    with bound(wish.host, wish.port) as listening, rung_by_signals() as bell:
        url, port, descriptor = url_of(listening), listening.getsockname()[1], listening.fileno()

        def start(ready: int) -> Child:
            launch = Launch(wish, url, port, descriptor, ready)
            return Child(launch.arguments(), (descriptor, ready))

        return Reloader(start, tell, bell).run(Path.cwd())
