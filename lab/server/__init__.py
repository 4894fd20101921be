"""A server of one's own: what gunicorn and uvicorn do, in files that can be read.

    serve(app)                      an App, a WSGI or an ASGI callable, on 127.0.0.1:8000
    python -m lab.server tasks:app  the same by name

It speaks HTTP/1.1 and WebSockets; it is for lessons and for development, not for production: one
process, pure Python, no TLS. From the wire inwards: `listener` accepts clients; `connection` is one
of them; `heads`, `targets`, `framing` and `bodies` guard the way to h11, which `parser` wraps;
`deadline` ends waiting; `exchange` is one request and its response; `asgi_host` and `wsgi_host`
call the application, `websocket` converses with it; `server` knows all connections, and `graceful`
ends them.
"""

try:
    import h11 as _h11
    import wsproto as _wsproto
except ImportError as error:
    from lab.errors import LabError

    raise LabError(
        "the server needs h11 and wsproto; install Tandem with its extra `serve`"
    ) from error

from lab.server.serving import serve

__all__ = ["serve"]
del _h11, _wsproto
