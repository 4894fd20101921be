"""The server's part of a WSGI exchange: as lenient as servers are, so that a fault is seen whole.

It calls the application, iterates the body until the client leaves, and closes (PEP 3333, "The
Server/Gateway Side").
"""

from collections.abc import Callable
from typing import Any

from lab.testing.wsgi import environ_of
from lab.xray.recording import Recording
from lab.xray.script import Script


def play_wsgi(application: Any, kept: list[Recording], script: Script) -> None:
    """Have it answer this request; what it raises ends here, as in a server's log."""
    server = _Server()
    try:
        body = application(environ_of(script.asked()), server.start_response)
        try:
            if server.iterate(body, script.leaves_after):
                kept[0].add("hung up", "server", "the client")
        finally:
            body.close()  # the recorder's; it knows whether the application's has one
    except KeyboardInterrupt:  # Ctrl-C
        raise
    except BaseException:  # an application may raise what it likes; the recording has it
        return


class _Server:
    """What a server knows of one response."""

    def __init__(self) -> None:
        self._has_started = False
        self._has_sent = False

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
        """Send it."""
        if not self._has_started:
            raise AssertionError("a body before start_response")
        self._has_sent = self._has_sent or bool(data)

    def iterate(self, body: Any, most: int) -> bool:
        """Send each chunk; True where there may be more than `most`, and the client leaves."""
        for number, chunk in enumerate(body, 1):
            self.write(chunk)
            if number == most:
                return True
        return False
