"""A line for each answer, by the logger `tandem.server.access`; all else by its parent."""

import logging
import sys

from lab.server.parser import Head

server_log = logging.getLogger("tandem.server")
access_log = logging.getLogger("tandem.server.access")


def log_answer(
    client: tuple[str, int] | None, head: Head | None, status: int, octets: int, seconds: float
) -> None:
    """127.0.0.1:50000 "GET /tasks HTTP/1.1" 200 512 1.4ms; the bytes are those of the body.

    No line of it is written by a client: a method and a target that were taken are visible ASCII.
    """
    if access_log.disabled:
        return
    address = f"{client[0]}:{client[1]}" if client else "-"
    request = "-"
    if head is not None:
        request = f"{head.method} {head.target.origin_form.decode('ascii')} HTTP/{head.version}"
    access_log.info('%s "%s" %d %d %.1fms', address, request, status, octets, seconds * 1000)


def write_to_stderr(access: bool) -> None:
    """Show both logs, unless the program has set logging up; the access log only if it is asked."""
    if not server_log.hasHandlers():
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        server_log.addHandler(handler)
    if server_log.level == logging.NOTSET:
        server_log.setLevel(logging.INFO)
    access_log.disabled = not access
