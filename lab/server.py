"""`python examples/tasks.py` serves: `serve(app)`, by uvicorn for now.

It lives in the lab so that the adapters import no server.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lab.errors import LabError, WrongUsageError

Message = MutableMapping[str, Any]
ASGIApplication = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

DEFAULT_PORT = 8000


def serve(
    app: ASGIApplication | str,
    host: str = "127.0.0.1",
    port: int | None = None,
    reload: bool = False,
) -> None:
    """Serve an ASGI application, or an import string "module:app", until Ctrl-C.

    Without `port` the environment variable PORT decides, else it is 8000. With `reload` the server
    starts again when a source file changes; that needs the import string, since only a module's
    name can be imported again.

    Raises ValueError for `reload` with an application object, LabError where uvicorn is missing.
    """
    if reload and not isinstance(app, str):
        raise ValueError(
            f'reload=True needs an import string, as in serve("tasks:app", reload=True); '
            f"got {app!r}"
        )
    port = _port_from_environment() if port is None else port
    try:
        import uvicorn
    except ImportError as error:
        raise LabError("serve() needs uvicorn; install Tandem with its extra `serve`") from error
    uvicorn.run(app, host=host, port=port, reload=reload)


def _port_from_environment() -> int:
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise WrongUsageError(f"PORT is a number from 0 to 65535; got {text!r}")
    return int(text)
