"""What each kind of step is called, and what there is to say of it.

A sentence about both worlds stands only where both were recorded; a view of one world alone has the
sentence about that one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from core.worlds import World


@dataclass(frozen=True)
class Words:
    """A step's title, and a sentence for each case."""

    title: str
    both: str = ""  # both worlds do this
    wsgi: str = ""  # this world alone was recorded
    asgi: str = ""
    apart: str = ""  # both were recorded, and one alone does it; "": what that one has
    is_one_sided: bool = False  # the other world never has it

    def why(self, present: Collection[World], recorded: Collection[World]) -> str:
        """The sentence for a step that these worlds have, of those that were recorded."""
        sentences = {"wsgi": self.wsgi, "asgi": self.asgi}
        if len(present) > 1:
            return self.both
        alone = next(sentences[world] for world in present)
        return self.apart or alone if len(recorded) > 1 else alone


def _always(title: str, sentence: str) -> Words:
    return Words(title, sentence, sentence, sentence)


def _websocket(title: str, sentence: str) -> Words:
    return Words(title, asgi=sentence, is_one_sided=True)


_RAISED = (
    "Before the start of the response has gone out the server answers 500; after it, it can only "
    "cut the connection."
)

WORDS = {
    "call": Words(
        "The server calls the application",
        "With a dict and a function; or with a dict and two coroutine functions.",
        "With a dict, the environ, and a function, start_response.",
        "With a dict, the scope, and two coroutine functions, receive and send.",
    ),
    "request body": Words(
        "A part of the request's body",
        "In WSGI the application reads, and its thread waits. In ASGI a message comes, and the "
        "task waits: others go on meanwhile.",
        "The application reads, and its thread waits until there is something.",
        "The task waits for a message; others go on meanwhile.",
    ),
    "request end": Words(
        "The end of the request's body",
        "An empty read is the end; or a message with more_body false.",
        "An empty read is the end.",
        "A message with more_body false is the end.",
        "Where a length is declared, or more_body was false already, nobody asks for the end.",
    ),
    "errors": Words("A line for the server's log", wsgi="wsgi.errors is it.", is_one_sided=True),
    "beyond": Words(
        "Beyond the protocol",
        wsgi="PEP 3333 does not have this attribute, so another server may lack it.",
        is_one_sided=True,
    ),
    "start": Words(
        "The response starts",
        "A call, with a text for the status; or a message, with a number. In WSGI the server waits "
        "with it for the first chunk; in ASGI it need not, and uvicorn sends it at once.",
        "A call, with a text for the status. The server waits with it for the first chunk.",
        "A message, with a number for the status. The server may send it at once, as uvicorn does.",
    ),
    "changed": Words(
        "The headers are changed after the call",
        wsgi="Some servers have read the list by now, others have not.",
        is_one_sided=True,
    ),
    "returned": Words(
        "The application returns an iterable",
        wsgi="The body is made later, by iterating.",
        apart="WSGI: the body is made later, by iterating. ASGI: when the application returns, it "
        "has sent its body.",
        is_one_sided=True,
    ),
    "chunk": Words(
        "A chunk of the body",
        "The server asks for it by next(); or the application sends it when it has it.",
        "The server asks for it by next(), or is given it by write().",
        "The application sends it when it has it.",
    ),
    "end": Words(
        "The body ends",
        "The iterator has no more; or an empty message has more_body false.",
        "The iterator has no more.",
        "An empty message has more_body false.",
        "The other side has said it with its last chunk.",
    ),
    "over": Words(
        "It is over",
        "WSGI: the server calls close(), whether or not the body was read to its end. ASGI: the "
        "application returns; or it raises.",
        "The server calls close(), whether or not the body was read to its end.",
        "The application returns; or it raises.",
        "WSGI: the server calls close(), also where the application has raised while it was "
        "iterated. ASGI: the application returns; or it raises.",
    ),
    "gone": Words(
        "The application hears that the client has gone",
        asgi="Once the client has left, or the response is complete, this is all there is to "
        "receive.",
        apart="ASGI: once the client has left, or the response is complete, this is all there is "
        "to receive. WSGI: close() is how an application finds out.",
        is_one_sided=True,
    ),
    "hung up": Words(
        "The client hangs up",
        "WSGI: the application finds out at the next write, by close(). ASGI: it finds out when it "
        "receives, and on some servers when it sends.",
        "The application finds out at the next write, by close().",
        "The application finds out when it receives, and on some servers when it sends.",
    ),
    "waiting": Words(
        "The application stops waiting",
        asgi="It has cancelled its own receive: what was to come is not lost.",
        is_one_sided=True,
    ),
    "connected": _websocket(
        "The client wants a WebSocket",
        "A GET that asks for an upgrade. The application decides: accept, or close.",
    ),
    "accepted": _websocket(
        "The application accepts",
        "The server answers 101, and from now on both may speak, at any time. It is here that a "
        "subprotocol is chosen, and that header fields can be sent.",
    ),
    "heard": _websocket(
        "The client speaks", "A whole message, text or bytes, however many frames it came in."
    ),
    "said": _websocket(
        "The application speaks",
        "A message, text or bytes; it needs no question before it, and is no answer to one.",
    ),
    "closed": _websocket(
        "The application closes",
        "With a code: 1000 is the usual end, 4000 to 4999 are an application's own. Before it has "
        "accepted this refuses, and the client gets a 403.",
    ),
    "left": _websocket(
        "The client closes",
        "With its code; 1005 where it gave none, 1006 where the connection was lost. Nothing can "
        "be sent any more.",
    ),
    "lifespan": Words(
        "The life of the application",
        asgi="The server says when it starts and stops, and waits for an answer to each.",
        is_one_sided=True,
    ),
    "raise": _always("The application raises", _RAISED),
    "planted": _always(
        "The exception that x-ray has planted",
        f"Half of the first chunk went out before it. {_RAISED}",
    ),
    "refused": _always("The server raises", "What the application called, the server did not do."),
    "given up": _always(
        "The x-ray gives up",
        "The application was silent too long: it is ended, where that can be done.",
    ),
    "more": Words("And more of the same"),
    "other": Words(
        "Something else", asgi="An extension, or a mistake.", wsgi="x-ray does not know this."
    ),
}
