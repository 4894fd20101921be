"""`tandem lab`: pages on loopback, their address on the terminal, an end that leaves nothing."""

import asyncio
import logging
import secrets
import signal
import socket
import threading
import webbrowser
from pathlib import Path

import click

from lab.commands import Command
from lab.errors import WrongUsageError
from lab.pages.guard import ENTRANCE, Guard
from lab.pages.runs import Runs
from lab.pages.site import make_app
from lab.pages.store import Store
from lab.server.listener import bound, url_of
from lab.server.serving import run
from lab.server.settings import Timeouts

PORT = 8765
LOOPBACK = ("127.0.0.1", "::1")
GRACE = 0.5  # seconds for answers that are under way at the end


@click.command("lab", cls=Command)
@click.argument(
    "folder",
    default=Path(),
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="0: any free one.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    help="Where past runs are kept.  [default: FOLDER/.tandem/lab.sqlite3]",
)
def pages(
    folder: Path,
    host: str,
    port: int,
    no_browser: bool,
    database: Path | None,
) -> None:
    """Compare and x-ray the modules of FOLDER in pages, until Ctrl-C.

    The pages start servers, so they are for you alone: they are served on this machine only, and
    the address that is printed holds a token, which lets your browser in.
    """
    _serve(folder, host, port, database or folder / ".tandem" / "lab.sqlite3", no_browser)


def check_loopback(host: str) -> str:
    """The address of a loopback; raises WrongUsageError for any other."""
    host = {"localhost": "127.0.0.1"}.get(host, host)
    if host not in LOOPBACK:
        raise WrongUsageError(
            "the lab starts programs, so it serves this machine alone: --host is 127.0.0.1 or ::1; "
            f"got {host!r}"
        )
    return host


def _serve(folder: Path, host: str, port: int, database: Path, no_browser: bool) -> None:
    host = check_loopback(host)
    listening: socket.socket = bound(host, port)
    try:
        store = Store(database)
    except BaseException:
        listening.close()
        raise
    token, ticket = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    runs, guard = Runs(folder, store), Guard(listening.getsockname()[1], token, ticket)
    entrance = f"{url_of(listening)}{ENTRANCE}?token="
    once = None if no_browser else entrance + ticket

    def begin() -> None:
        _end_on_signals(runs)
        _tell(folder, entrance + token, once)

    app = make_app(folder, store, runs, guard)
    # its warnings are for who writes a server: that a page was cut off at the end is no news here
    server_log = logging.getLogger("tandem.server")
    before = server_log.level
    server_log.setLevel(logging.ERROR)
    try:
        run(app, listening, timeouts=Timeouts(shutdown=GRACE), on_ready=begin)
    finally:
        server_log.setLevel(before)


def _end_on_signals(runs: Runs) -> None:
    """Ctrl-C, or a terminal that is closed, ends the lab; first of all what pages are waiting for.

    The server knows SIGTERM: it answers what is under way, and the application ends the run.
    """

    def end() -> None:
        runs.let_go()
        signal.raise_signal(signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)


def _tell(folder: Path, address: str, once: str | None) -> None:
    """Print the address, and open the one that is good once."""
    click.echo(f"The lab for {folder} is open; Ctrl-C closes it:\n\n    {address}\n")
    if once is not None:  # in a thread, for a browser may take its time, or stay
        threading.Thread(target=webbrowser.open, args=(once,), daemon=True).start()
