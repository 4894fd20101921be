"""What servers do differently, each on its own account: the one list of it, with the reasons.

A difference that is not in `DIFFERENCES` fails the parity suite, and so does one that is in it and
no longer occurs. What differs is stated as a change to the reference (`outcomes.in_process`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

from core.response import HTML, JSON, TEXT
from tests.end_to_end.exchange import Answer
from tests.end_to_end.outcomes import CLOSED, CONTINUE, SILENCE, Outcome

Change = Callable[[list[Outcome]], list[Outcome]]

ON_WSGI = ("wsgi in process",)  # beside ASGI in process; the reference of every WSGI server
GUNICORN_SYNC = ("gunicorn sync",)
GUNICORN = (*GUNICORN_SYNC, "gunicorn gthread", "gunicorn gevent")
UVICORN_H11 = ("uvicorn h11 asyncio",)
UVICORN_HTTPTOOLS = ("uvicorn httptools uvloop",)
UVICORN = (*UVICORN_H11, *UVICORN_HTTPTOOLS)
GUNICORN_ASGI, HYPERCORN, DAPHNE = ("gunicorn asgi",), ("hypercorn",), ("daphne",)
GRANIAN_WSGI, GRANIAN_ASGI, WAITRESS = ("granian wsgi",), ("granian asgi",), ("waitress",)
GRANIAN = (*GRANIAN_WSGI, *GRANIAN_ASGI)
OWN = ("own wsgi", "own asgi")
EVERY_SERVER = (
    *GUNICORN, *GUNICORN_ASGI, *UVICORN, *HYPERCORN, *DAPHNE, *GRANIAN, *WAITRESS,
    *OWN,
)  # fmt: skip
FORGIVING = tuple(server for server in EVERY_SERVER if server not in OWN)

PAGE = "<p>caf\u00e9 \u2615"  # of /def/html and /async/html


@dataclass(frozen=True, slots=True)
class Difference:
    """These servers, asked these cases, change the reference so."""

    servers: tuple[str, ...]
    cases: tuple[str, ...]
    change: Change
    reason: str


def instead(*outcomes: Outcome) -> Change:
    """Something else becomes of the case."""
    return lambda _: list(outcomes)


def before(outcome: Outcome) -> Change:
    """Something happens before the answer."""
    return lambda reference: [outcome, *reference]


def closes_after(answers: int) -> Change:
    """The connection is closed after so many answers."""
    return lambda reference: [*reference[:answers], CLOSED]


def says(
    text: str, content_type: str = JSON, status: int = 200, *further: tuple[str, str]
) -> Change:
    """The first answer of the application is another, for it was asked something else."""
    body = text.encode()
    fields = [("content-length", str(len(body))), ("content-type", content_type), *further]
    answer = Answer(status, [*fields, ("x-parity", "app")], body)
    return lambda reference: [answer, *reference[1:]]


def finds(*values: str) -> Change:
    """A handler that looks up a header finds these values of it."""
    return says(json.dumps([",".join(values), values], separators=(",", ":"), ensure_ascii=False))


def with_field(name: str, value: str) -> Change:
    """A field of the answer has another value."""

    def change(reference: list[Outcome]) -> list[Outcome]:
        (answer,) = reference
        assert isinstance(answer, Answer)
        fields = [(key, value if key == name else its) for key, its in answer.headers]
        return [replace(answer, headers=fields)]

    return change


def asked_at(host: str) -> Change:
    """The application tells this host, and not the field's, in JSON."""

    def change(reference: list[Outcome]) -> list[Outcome]:
        (answer,) = reference
        assert isinstance(answer, Answer)
        body = answer.body.replace(b'"here"', json.dumps(host).encode())
        length = {"content-length": str(len(body))}
        fields = [(name, length.get(name, value)) for name, value in answer.headers]
        return [replace(answer, headers=fields, body=body)]

    return change


DIFFERENCES = [
    # What a WSGI server hands over.
    Difference(
        ON_WSGI,
        ("a header that comes twice",),
        finds("1,2, 3"),
        "an environ has one value for each name (PEP 3333), so the values are joined",
    ),
    Difference(
        ON_WSGI,
        ("cookies on several lines",),
        finds("a=1,b"),
        "the same",
    ),
    Difference(
        WAITRESS,
        ("a header that comes twice",),
        finds("1, 2, 3"),
        "waitress joins them with a space too",
    ),
    Difference(WAITRESS, ("cookies on several lines",), finds("a=1, b"), "the same"),
    Difference(
        GRANIAN_WSGI,
        ("cookies on several lines",),
        finds("a=1;b"),
        "granian joins cookies as HTTP/2 wants it (RFC 9113, 8.2.3)",
    ),
    Difference(
        WAITRESS,
        ("a forwarded host",),
        finds(),
        "waitress drops forwarding headers unless it is told to trust a proxy",
    ),
    Difference(
        UVICORN,
        ("a forwarded address",),
        says("9.9.9.9", TEXT),
        "uvicorn trusts forwarding headers from loopback unless it is told --no-proxy-headers",
    ),
    Difference(
        GRANIAN_WSGI,
        ("a header with an underscore", "a header with an underscore after its namesake"),
        finds("forged"),
        "granian makes HTTP_X_FOO of X_Foo too; gunicorn and waitress drop it for that reason",
    ),
    Difference(
        GRANIAN_WSGI,
        ("a header in latin-1", "a header in UTF-8", "a cookie in latin-1"),
        finds(""),
        "granian's WSGI side hands over a value that is not ASCII as an empty one",
    ),
    Difference(
        GRANIAN_WSGI,
        ("repeated, latin-1 and empty header fields",),
        with_field("x-latin", "caf\xc3\xa9"),
        "granian's WSGI side sends header values in UTF-8, where PEP 3333 says latin-1",
    ),
    Difference(
        UVICORN_HTTPTOOLS,
        ("spaces around a header's value",),
        finds("a \t b\t "),
        "httptools takes off the space before a value, not the one after it",
    ),
    Difference(
        GRANIAN_WSGI,
        ("an encoded slash in a parameter", "an encoded slash, and a parameter behind it"),
        says("Not Found\n", TEXT, 404, ("vary", "accept")),
        "granian's environ does not tell the path as it was sent, so that %2F is a slash",
    ),
    Difference(
        GRANIAN_WSGI, ("an encoded slash where no parameter is",), says(PAGE, HTML), "the same"
    ),
    Difference(GRANIAN_WSGI, ("the path as it was sent",), says('["","q=%41&%zz"]'), "the same"),
    Difference(
        WAITRESS,
        ("two slashes at the beginning",),
        says(PAGE, HTML),
        "waitress makes one slash of those at the beginning",
    ),
    # Requests that a server refuses itself.
    Difference(
        (*GUNICORN, *GUNICORN_ASGI, *UVICORN, *HYPERCORN, *DAPHNE, *WAITRESS, *OWN),
        ("a path in UTF-8 that is not encoded", "a query in UTF-8 that is not encoded"),
        instead("own 400"),
        "RFC 9112, 3.2: a target is ASCII; granian takes it as if it were encoded",
    ),
    Difference(
        UVICORN_HTTPTOOLS,
        ("a target with nothing but its host",),
        instead("own 400"),
        "httptools wants a path there",
    ),
    Difference(
        (*GUNICORN, *GUNICORN_ASGI, *WAITRESS),
        ("a method in lower case",),
        instead("own 400"),
        "they take no method but in upper case",
    ),
    Difference(
        (*GUNICORN, *GUNICORN_ASGI),
        ("a method of one letter",),
        instead("own 400"),
        "gunicorn's methods have 3 to 20 letters",
    ),
    Difference(
        UVICORN_HTTPTOOLS,
        ("a method that nobody knows", "a method in lower case", "a method of one letter"),
        instead("own 400"),
        "httptools has a list of the methods that there are",
    ),
    Difference(
        HYPERCORN,
        ("a method in lower case",),
        says(PAGE, HTML),
        "hypercorn makes it upper case, though methods are case-sensitive (RFC 9110, 9.1)",
    ),
    Difference(
        GUNICORN,
        ("another expectation",),
        instead("own 417"),
        "RFC 9110, 10.1.1 allows it: the others ignore what they do not know",
    ),
    # Malformed requests that a server does not refuse, or not as 400.
    Difference(
        (*GUNICORN, *UVICORN_HTTPTOOLS, *GRANIAN, *WAITRESS),
        ("a fragment",),
        says(PAGE, HTML),
        "they cut it off",
    ),
    Difference(
        (*GUNICORN_ASGI, *UVICORN_H11, *HYPERCORN, *DAPHNE),
        ("a fragment",),
        says("Not Found\n", TEXT, 404, ("vary", "accept")),
        "they take it for a part of the path",
    ),
    Difference(
        (*UVICORN_H11, *HYPERCORN, *DAPHNE, *WAITRESS),
        ("a target without a slash",),
        says('Bad Request: a path starts with "/"\n', TEXT, 400, ("vary", "accept")),
        "they leave it to the application",
    ),
    Difference(
        (*GUNICORN, *GUNICORN_ASGI, *UVICORN_HTTPTOOLS, *DAPHNE, *GRANIAN, *WAITRESS),
        ("no host",),
        says(PAGE, HTML),
        "they leave it to the application, and this one does not ask for the host",
    ),
    Difference(
        (*UVICORN_HTTPTOOLS, *DAPHNE, *GRANIAN, *WAITRESS),
        ("two hosts",),
        says(PAGE, HTML),
        "the same",
    ),
    Difference(FORGIVING, ("a host that is none",), says(PAGE, HTML), "the same"),
    Difference(
        (*UVICORN_H11, *HYPERCORN, *DAPHNE, *WAITRESS),
        ("a header continued on the next line",),
        finds("1 2"),
        "RFC 9112, 5.2 allows to join the lines instead",
    ),
    Difference(
        (*GUNICORN, *GUNICORN_ASGI),
        ("a length that no number holds",),
        says("Bad Request: Content-Length is a number in digits\n", TEXT, 400, ("vary", "accept")),
        "gunicorn leaves it to the application",
    ),
    Difference(
        WAITRESS,
        ("a length that no number holds",),
        instead("own 413"),
        "waitress has a limit of its own",
    ),
    Difference(
        DAPHNE,
        ("a length that no number holds",),
        instead(SILENCE, CLOSED),
        "daphne waits for that many bytes",
    ),
    Difference(
        (*UVICORN_H11, *HYPERCORN, *GRANIAN, *WAITRESS),
        ("a length and chunks",),
        says("abc", TEXT),
        "RFC 9112, 6.3 allows to read the chunks",
    ),
    Difference(
        (*GUNICORN, *GRANIAN_ASGI),
        ("a chunk without a size",),
        says("Bad Request: the body ended after 0 bytes\n", TEXT, 400, ("vary", "accept")),
        "they have called the application before they read the body",
    ),
    Difference(
        GRANIAN_WSGI,
        ("a chunk without a size",),
        says("", TEXT),
        "granian's WSGI side tells a broken body from a whole one in no way",
    ),
    Difference(
        GRANIAN_WSGI, ("chunks cut off", "chunks without the last"), instead("200"), "the same"
    ),
    Difference(
        (*GUNICORN, *GUNICORN_ASGI, *HYPERCORN, *WAITRESS),
        ("an unknown coding",),
        instead("own 501"),
        "RFC 9112, 6.1: that is the better status",
    ),
    Difference(
        (*UVICORN_H11, *HYPERCORN, *WAITRESS),
        ("a version that is none",),
        says(PAGE, HTML),
        "they look at the version's form alone",
    ),
    # Our own (`lab.server`), which forgives nothing.
    Difference(
        OWN,
        ("a target with another host",),
        asked_at("elsewhere:81"),
        "RFC 9112, 3.2.2: the target's host takes the place of the field",
    ),
    Difference(
        ("own wsgi",),
        ("cookies on several lines",),
        finds("a=1; b"),
        "RFC 6265, 5.4: cookies are joined so, and read alike behind both doors",
    ),
    Difference(
        OWN,
        ("a host that the application refuses", "a host with a path"),
        instead("own 400"),
        "RFC 9112, 3.2: the server must refuse them",
    ),
    Difference(
        OWN,
        ("a length that no number holds",),
        instead("own 413"),
        "RFC 9110, 8.6: it is a number, and too large",
    ),
    Difference(
        OWN,
        ("a version that is none",),
        instead("own 505"),
        "RFC 9110, 15.6.6: the version after 1.1 is spoken by others",
    ),
    # The connection.
    Difference(
        (*GUNICORN_ASGI, *UVICORN, *DAPHNE, *WAITRESS),
        ("a body cut off", "a body that never comes", "chunks cut off", "chunks without the last"),
        instead(CLOSED),
        "they answer no client that has stopped sending",
    ),
    Difference(
        (*DAPHNE, *WAITRESS),
        ("refused before it is sent",),
        before(SILENCE),
        "they call the application when they have the whole body",
    ),
    Difference(
        (*GUNICORN, *HYPERCORN, *DAPHNE, *WAITRESS),
        ("no 100 Continue",),
        before(CONTINUE),
        "they ask for the body before they call the application, or it reads",
    ),
    Difference(
        GUNICORN_SYNC,
        (
            "requests one after the other",
            "HEAD, then a request on the same connection",
            "a request after chunks",
            "a request after a bug",
            "two requests at once",
            "two requests at once, of which the first has a body that nobody reads",
            "two requests at once, of which the first is over the limit",
        ),
        closes_after(1),
        "gunicorn's sync worker keeps no connection",
    ),
    Difference(
        WAITRESS,
        ("HEAD, then a request on the same connection",),
        closes_after(2),
        "waitress takes a 304 without a length for one that ends with the connection",
    ),
]


def changes(differences: list[Difference]) -> dict[tuple[str, str], Change]:
    """What changes the reference, by server and case; a pair may be listed once."""
    found: dict[tuple[str, str], Change] = {}
    for difference in differences:
        for pair in product(difference.servers, difference.cases):
            if pair in found:
                raise ValueError(f"a difference is listed once; got {pair} again")
            found[pair] = difference.change
    return found


CHANGES = changes(DIFFERENCES)
