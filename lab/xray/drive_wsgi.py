"""The server's part of a WSGI exchange: as lenient as servers are, so that a fault is seen whole.

It calls the application, iterates the body until the client leaves, and closes (PEP 3333, "The
Server/Gateway Side").
"""

from collections.abc import Callable
from typing import Any

from lab.testing.wsgi import environ_of
from lab.xray.recording import Recording
from lab.xray.script import Script


def play_wsgi(
    application: Any, kept: list[Recording], script: Script, alive: Callable[[], None]
) -> None:
    """Have it answer this request; what it raises ends here, as in a server's log.

    `alive` is called for each thing that a client sees of it.
    """
    server = _Server(kept, script.leaves_after, alive)
    try:
        body = application(environ_of(script.asked()), server.start_response)
        try:
            server.iterate(body)
        finally:
            body.close()  # the recorder's; it knows whether the application's has one
    except KeyboardInterrupt:  # Ctrl-C
        raise
    except BaseException:  # an application may raise what it likes; the recording has it
        return


class _Server:
    """What a server knows of one response."""

    def __init__(self, kept: list[Recording], most: int, alive: Callable[[], None]) -> None:
        self._kept = kept
        self._left = most  # chunks until the client leaves
        self._alive = alive
        self._has_started = False
        self._has_sent = False
        self._is_alone = False  # the client has gone

    def start_response(
        self, _status: Any, _headers: Any, exc_info: Any = None
    ) -> Callable[[Any], object]:
        """As PEP 3333 has it: a second call is for an error, with exc_info."""
        if exc_info is not None and self._has_sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self._has_started:
            raise AssertionError("start_response was called twice, without exc_info")
        self._has_started = True
        return self.write

    def write(self, data: Any) -> None:
        """Send it; raises BrokenPipeError, as a socket does, where the client has gone."""
        if not self._has_started:
            raise AssertionError("a body before start_response")
        if not self._left:
            self._hang_up()
            raise BrokenPipeError("the client has gone")
        self._left -= 1
        self._has_sent = self._has_sent or bool(data)
        self._alive()

    def iterate(self, body: Any) -> None:
        """Send each chunk, until the client leaves."""
        for chunk in body:
            self.write(chunk)
            if not self._left:
                self._hang_up()
                return

    def _hang_up(self) -> None:
        if not self._is_alone:
            self._is_alone = True
            self._kept[0].add("hung up", "server", "the client")
