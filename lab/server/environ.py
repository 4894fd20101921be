"""From a request to a WSGI environ (PEP 3333, "environ Variables"; RFC 3875).

Text in it is bytes in disguise, a latin-1 character for each ("Unicode Issues").
"""

import sys
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from lab.server.exchange import Exchange
from lab.server.file_wrapper import FileWrapper


def environ_of(exchange: Exchange, body: Any) -> dict[str, Any]:
    """The environ; `body` is its wsgi.input."""
    head, line = exchange.head, exchange.line
    server = line.server or ("", None)
    environ = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(head.target.path).decode("latin-1"),
        "QUERY_STRING": head.target.query.decode("ascii"),
        "RAW_URI": head.target.origin_form.decode("ascii"),
        "REQUEST_URI": head.target.origin_form.decode("ascii"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": "" if server[1] is None else str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{head.version}",
        "REMOTE_ADDR": line.client[0] if line.client else "",
        "REMOTE_PORT": str(line.client[1]) if line.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.input_terminated": True,  # a read at its end gives b"", chunks or no chunks
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in head.fields:
        if b"_" not in name:  # X_Foo would pass for X-Foo, which a proxy may have checked
            _add(environ, name, value.decode("latin-1"))
    return environ


@lru_cache(maxsize=256)  # of names that clients choose: it has to have an end
def _key(name: bytes) -> str:
    key = name.decode("ascii").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _add(environ: dict[str, Any], name: bytes, value: str) -> None:
    key = _key(name)
    if key in environ:  # RFC 9110, 5.3; and RFC 6265, 5.4: cookies are joined by "; "
        joint = "; " if key == "HTTP_COOKIE" else ","
        value = environ[key] + joint + value
    environ[key] = value
