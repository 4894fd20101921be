"""The core: an App, and the life of a request as a generator that waits for nothing itself."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

Handler = Callable[[bytes], Any]  # given the request's body; `def`, or `async def`
Answer = tuple[int, str]  # status, text


class Step:
    """Something that may take time. The life of a request yields it, and a door carries it out."""


class ReadBody(Step):
    """Wanted: the body of the request, as bytes."""


@dataclass
class Call(Step):
    """Wanted: what this handler returns for this body, as text."""

    handler: Handler
    body: bytes


Asking = Generator[Step, Any, str]
Life = Generator[Step, Any, Answer]


class App:
    """The handlers, each under a method and a path."""

    def __init__(self) -> None:
        self.handlers: dict[tuple[str, str], Handler] = {}

    def route(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """A decorator that registers a handler, and returns it as it is."""

        def register(handler: Handler) -> Handler:
            self.handlers[method, path] = handler
            return handler

        return register

    def life(self, method: str, path: str) -> Life:
        """From a request to its answer; at each `yield` a door does what is asked for."""
        handler = self.handlers.get((method, path))
        if handler is None:
            return 404, "nothing here\n"
        body = yield ReadBody()
        try:
            text = yield from self.asking(handler, body)
        except Exception:
            return 500, "the handler failed\n"
        return 200, text

    def asking(self, handler: Handler, body: bytes) -> Asking:
        """The part of a life in which the handler is called."""
        text: str = yield Call(handler, body)
        return text
