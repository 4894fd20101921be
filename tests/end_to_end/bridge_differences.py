"""What a2wsgi does differently, which puts the door of one world into the other: all of it."""

from hashlib import sha256

from core.response import HTML, TEXT
from tests.end_to_end.differences import (
    PAGE,
    Difference,
    changes,
    finds,
    instead,
    says,
)
from tests.end_to_end.outcomes import CLOSED, SILENCE, Outcome

TO_WSGI = ("a2wsgi on gunicorn",)  # an ASGI application, served by WSGI
TO_ASGI = ("a2wsgi on uvicorn",)  # a WSGI application, served by ASGI
BOTH = (*TO_WSGI, *TO_ASGI)

VARY = ("vary", "accept")
NOT_FOUND = says("Not Found\n", TEXT, 404, VARY)
NO_LENGTH = says(
    "Length Required: this server passes on no body without a Content-Length\n", TEXT, 411, VARY
)

BRIDGE_DIFFERENCES = [
    # Paths.
    Difference(
        BOTH,
        ("an encoded slash in a parameter", "an encoded slash, and a parameter behind it"),
        NOT_FOUND,
        "a2wsgi does not tell the path as it was sent, so that %2F is a slash",
    ),
    Difference(BOTH, ("an encoded slash where no parameter is",), says(PAGE, HTML), "the same"),
    Difference(BOTH, ("the path as it was sent",), says('["","q=%41&%zz"]'), "the same"),
    Difference(
        TO_WSGI,
        (
            "bytes that are not UTF-8",
            "UTF-8 cut short",
            "a surrogate",
            "bytes that are not UTF-8, at no route",
        ),
        instead("own 500"),
        "a2wsgi fails to decode the path",
    ),
    Difference(
        TO_WSGI,
        ("the replacement character itself",),
        says("Bad Request: the path is not UTF-8\n", TEXT, 400, VARY),
        "without the path as it was sent, U+FFFD stands for bytes that are not UTF-8",
    ),
    Difference(
        TO_ASGI,
        ("bytes that are not UTF-8", "UTF-8 cut short"),
        says('["\ufffd"]'),
        "uvicorn decodes to U+FFFD, and without the path as it was sent nobody can tell",
    ),
    Difference(TO_ASGI, ("a surrogate",), says('["\ufffd\ufffd\ufffd"]'), "the same"),
    Difference(TO_ASGI, ("bytes that are not UTF-8, at no route",), NOT_FOUND, "the same"),
    # Headers.
    Difference(
        TO_WSGI,
        ("a header that comes twice",),
        finds("1,2, 3"),
        "gunicorn has joined the values before",
    ),
    Difference(TO_WSGI, ("cookies on several lines",), finds("a=1,b"), "the same"),
    Difference(
        TO_ASGI,
        ("a header with an underscore",),
        finds("forged"),
        "a2wsgi makes HTTP_X_FOO of X_Foo too",
    ),
    Difference(
        TO_ASGI,
        ("a header with an underscore after its namesake",),
        finds("1,forged"),
        "the same",
    ),
    # Bodies.
    Difference(
        TO_WSGI,
        (
            "a body in chunks",
            "chunks as large as may be",
            "chunks over the limit",
            "a request after chunks",
            "two requests at once, of which the first is over the limit",
            "a chunk without a size",
        ),
        says("", TEXT),
        "a2wsgi reads no body without a Content-Length, and says that it is empty",
    ),
    Difference(
        TO_WSGI,
        ("a body of many tiny chunks", "a megabyte in chunks"),
        says(f'[0,"{sha256().hexdigest()}"]'),
        "the same",
    ),
    Difference(
        TO_WSGI,
        ("JSON in chunks",),
        says("Bad Request: the body is not JSON: Input data was truncated\n", TEXT, 400, VARY),
        "the same",
    ),
    Difference(TO_WSGI, ("chunks cut off", "chunks without the last"), instead("200"), "the same"),
    Difference(
        TO_WSGI,
        ("a body cut off", "a body that never comes"),
        instead(SILENCE),
        "a2wsgi never tells an application that the client is gone: the worker waits for ever",
    ),
    Difference(
        TO_ASGI,
        (
            "a body in chunks",
            "a body of no chunk",
            "a body of many tiny chunks",
            "a megabyte in chunks",
            "chunks as large as may be",
            "chunks over the limit",
            "JSON in chunks",
            "a request after chunks",
            "two requests at once, of which the first is over the limit",
        ),
        NO_LENGTH,
        "a2wsgi does not say that the input ends with the body (wsgi.input_terminated)",
    ),
]

BRIDGE_CHANGES = changes(BRIDGE_DIFFERENCES)

# The application answers before uvicorn has seen that the client is gone, or after that.
BY_CHANCE: dict[tuple[str, str], list[list[Outcome]]] = {
    (*TO_ASGI, case): [["411"], [CLOSED]] for case in ("chunks cut off", "chunks without the last")
}
