"""A WSGI application of your own.

    GET /hello/Ann    200, "Hello, Ann!" and a line feed; any name, also /hello/J%C3%BCrgen
    GET /count/3      200, three pieces: "1", "2", "3", each with a line feed, made one by one
    anything else     404, /count/many too, "Not found" and a line feed

Each answer has the field Content-Type, and its body is bytes in UTF-8.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

TEXT = ("Content-Type", "text/plain; charset=utf-8")


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The answer to one request."""
    path = environ["PATH_INFO"].encode("latin-1").decode()
    match path.split("/"):
        case ["", "hello", name]:
            start_response("200 OK", [TEXT])
            return [f"Hello, {name}!\n".encode()]
        case ["", "count", last] if last.isdecimal():
            start_response("200 OK", [TEXT])
            return (f"{number}\n".encode() for number in range(1, int(last) + 1))
        case _:
            start_response("404 Not Found", [TEXT])
            return [b"Not found\n"]
