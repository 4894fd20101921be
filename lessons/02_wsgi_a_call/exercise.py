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
    # Your turn: look at the path in `environ`, start the right answer, return its pieces.
    start_response("501 Not Implemented", [TEXT])
    return [b"not written yet\n"]
