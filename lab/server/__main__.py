"""`python -m lab.server module:app`: serve what has this name, until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from lab.errors import LabError
from lab.server.access_log import write_to_stderr
from lab.server.faces import FACES
from lab.server.listener import bound, inherited
from lab.server.reload import tell_ready
from lab.server.serving import port_from_environment, run, supervise
from lab.server.settings import Limits, Timeouts, option_of, options_for
from lab.server.steps import printed_to
from lab.server.wsgi_host import THREADS


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve; exits with a sentence where that can't be done."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        limits, timeouts = Limits(**_chosen(asked, Limits)), Timeouts(**_chosen(asked, Timeouts))
    except ValueError as error:
        parser.error(str(error))
    write_to_stderr(not asked.no_access_log)
    try:
        if asked.port is None:
            asked.port = port_from_environment()
        if asked.reload:
            sys.exit(
                supervise(
                    asked.app,
                    asked.host,
                    asked.port,
                    asked.face,
                    not asked.no_access_log,
                    _further(asked, limits, timeouts),
                )
            )
        run(
            asked.app,
            bound(asked.host, asked.port) if asked.fd is None else inherited(asked.fd),
            face=asked.face,
            threads=asked.threads,
            limits=limits,
            timeouts=timeouts,
            on_step=printed_to() if asked.steps else None,
            on_ready=(lambda: None) if asked.ready_fd is None else tell_ready(asked.ready_fd),
        )
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201  # the user's terminal
        sys.exit(error.exit_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lab.server", usage="%(prog)s [options] module:name", description=__doc__
    )
    add = parser.add_argument
    add("app", help='an import string, "module:name"')
    add("--host", default="127.0.0.1")
    add("--port", type=int, help="else the environment variable PORT, else 8000")
    add("--face", choices=FACES, help="how an App is served, or what a callable is")
    add("--threads", type=_above_zero, default=THREADS, help="for a WSGI application")
    add("--reload", action="store_true", help="start again when a source file changes")
    add("--steps", action="store_true", help="print each step of each connection")
    add("--no-access-log", action="store_true")
    add("--fd", type=int, help="serve on the socket that is handed over under this number")
    add("--ready-fd", type=int, help=argparse.SUPPRESS)  # where to tell that it serves
    for kind in (Limits, Timeouts):
        group = parser.add_argument_group(kind.__name__.lower(), kind.__doc__)
        for field in fields(kind):
            group.add_argument(
                option_of(kind, field.name), type=type(field.default), default=field.default
            )
    return parser


def _above_zero(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number above 0 is wanted; got {text}")
    return number


def _further(asked: argparse.Namespace, limits: Limits, timeouts: Timeouts) -> list[str]:
    """What else was chosen, for the process that serves."""
    further = ["--threads", str(asked.threads)] if asked.threads != THREADS else []
    further += ["--steps"] if asked.steps else []
    return further + options_for(limits) + options_for(timeouts)


def _chosen(asked: argparse.Namespace, kind: type[Limits | Timeouts]) -> dict[str, Any]:
    return {
        field.name: getattr(asked, option_of(kind, field.name)[2:].replace("-", "_"))
        for field in fields(kind)
    }


if __name__ == "__main__":
    main()
