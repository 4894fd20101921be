"""Which key of a WSGI environ is which of an ASGI scope: a table, and what there is to say of each.

The sentences are for a reader who knows one world and looks at the other.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Twin:
    """A row of the table: keys of the environ, keys of the scope, and what there is to say."""

    name: str
    environ: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    why: str = ""  # of the one world that has it
    beside: str = ""  # of both: said where both were recorded


TWINS = (
    Twin("method", ("REQUEST_METHOD",), ("method",)),
    Twin(
        "path",
        ("PATH_INFO",),
        ("path",),
        beside="Both are percent-decoded. PATH_INFO is bytes in disguise, a latin-1 character for "
        "each byte, below SCRIPT_NAME; path is text, decoded as UTF-8, root_path and all.",
    ),
    Twin(
        "root",
        ("SCRIPT_NAME",),
        ("root_path",),
        "Where the server has mounted the application.",
        "It is cut off from PATH_INFO, not from path.",
    ),
    Twin(
        "raw path",
        ("RAW_URI", "REQUEST_URI"),
        ("raw_path",),
        "As it was sent.",
        "In WSGI it is not in PEP 3333, so servers differ in its name; in ASGI it has no query.",
    ),
    Twin(
        "query", ("QUERY_STRING",), ("query_string",), "Percent-encoded.", "One is text, one bytes."
    ),
    Twin("scheme", ("wsgi.url_scheme",), ("scheme",), beside="In ASGI a WebSocket's is ws or wss."),
    Twin(
        "protocol",
        ("SERVER_PROTOCOL",),
        ("http_version",),
        beside="With and without the protocol's name.",
    ),
    Twin(
        "server",
        ("SERVER_NAME", "SERVER_PORT"),
        ("server",),
        beside="Two texts; in the pair of ASGI the port is a number.",
    ),
    Twin(
        "client",
        ("REMOTE_ADDR", "REMOTE_PORT"),
        ("client",),
        beside="Two texts, REMOTE_ADDR from CGI and REMOTE_PORT of this server's own; in the pair "
        "of ASGI the port is a number.",
    ),
    Twin(
        "version",
        ("wsgi.version",),
        ("asgi",),
        "The protocol's own version.",
        "In ASGI also that of its message format.",
    ),
    Twin(
        "type",
        scope=("type",),
        why="ASGI only: one application answers http, websocket and lifespan.",
    ),
    Twin(
        "state",
        scope=("state",),
        why="ASGI only: what the application left there when it was started up.",
    ),
    Twin(
        "extensions",
        scope=("extensions",),
        why="ASGI only: what this server can do beyond the protocol.",
    ),
    Twin(
        "subprotocols",
        scope=("subprotocols",),
        why="ASGI only: what a WebSocket's client has offered.",
    ),
    Twin(
        "errors",
        ("wsgi.errors",),
        why="WSGI only: the server's log as a stream.",
        beside="An ASGI application logs by itself.",
    ),
    Twin(
        "multithread",
        ("wsgi.multithread",),
        why="WSGI only: whether other threads may call the application at the same time.",
    ),
    Twin(
        "multiprocess",
        ("wsgi.multiprocess",),
        why="WSGI only: whether other processes serve the same application.",
    ),
    Twin(
        "run once",
        ("wsgi.run_once",),
        why="WSGI only: whether this is the only request, as in CGI.",
    ),
    Twin(
        "file wrapper",
        ("wsgi.file_wrapper",),
        why="WSGI only: a way to let the server send a file.",
        beside="In ASGI there are extensions for it, pathsend and zerocopysend.",
    ),
    Twin(
        "input ends",
        ("wsgi.input_terminated",),
        why="WSGI only, not in PEP 3333: the input ends by itself.",
        beside="In ASGI more_body says so.",
    ),
)
