"""An application on a real server, for the length of a block.

    with on_gunicorn("exercise:application", "--threads", "4", folder=here) as server:
        urllib.request.urlopen(server.url)

What hinders a server from starting is Unmet, with the last words that the server wrote.
"""

import re
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from lab.compare.contenders import environment
from lab.learn.checks.expecting import Unmet
from lab.processes import Server, ServerStartError, running
from lab.versions import at_least

PATIENCE = 8.0  # seconds, until it answers
LAST_WORDS = 3  # lines of the log

# From 25.1 on a gunicorn takes over one socket in the user's home, also from a server in use.
_CONTROL = ("--no-control-socket",) if at_least("gunicorn", 25, 1) else ()


def on_gunicorn(
    application: str,
    *options: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> AbstractContextManager[Server]:
    """A WSGI application, "module:name", on gunicorn with these options."""
    command = ("gunicorn", *_CONTROL, "--bind", "127.0.0.1:{port}", *options, application)
    return serving(command, folder=folder, variables=variables)


def on_uvicorn(
    application: str,
    *options: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> AbstractContextManager[Server]:
    """An ASGI application, "module:name", on uvicorn with these options."""
    command = ("uvicorn", "--no-access-log", "--port", "{port}", *options, application)
    return serving(command, folder=folder, variables=variables)


@contextmanager
def serving(
    module_and_options: Sequence[str],
    *,
    folder: Path | None = None,
    ready: str | None = "/",
    variables: Mapping[str, str] | None = None,
) -> Generator[Server]:
    """What `python -m MODULE OPTIONS...` serves; "{port}" in an option is filled in.

    It runs in `folder`, with these `variables` beside the user's, and is ready when it has answered
    a GET of `ready`; with None, when it can be connected to.
    """
    try:
        with running(
            [sys.executable, "-m", *module_and_options],
            cwd=folder,
            env={**environment(), **(variables or {})},
            ready=ready,
            deadline=PATIENCE,
            grace=2.0,
        ) as server:
            yield server
    except ServerStartError as error:
        wanted, look = "a server that starts and answers", "run it yourself, and read all it says"
        raise Unmet(_shown(module_and_options), wanted, _last_words(error), look) from error


def _shown(module_and_options: Sequence[str]) -> str:
    """The command without what only we add to it."""
    ours = {"--bind", "--port", "--no-access-log", *_CONTROL}
    return " ".join(
        word for word in module_and_options if word not in ours and "{port}" not in word
    )


def _last_words(error: ServerStartError) -> str:
    """The end of the log without gunicorn's own lines, which only say that a worker has ended."""
    lines = str(error).rstrip().splitlines()
    said = [line for line in lines[1:] if not line.startswith("[") and re.search(r"\w", line)]
    return "\n".join((said or lines)[-LAST_WORDS:])
