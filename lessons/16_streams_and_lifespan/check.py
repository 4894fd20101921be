"""The check of exercise 16: what is made when, what is sent when, and what is closed.

The sources are replaced by ones without a pause, which note each text that they make.
"""

from collections.abc import AsyncGenerator, Generator
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import called, found, run_to_its_end, told

TEXTS = ["one", "two\nlines", "three"]
IN_TURN = [f"{deed} {number}" for number in (1, 2, 3) for deed in ("made", "sent")]


def check_an_event_is_encoded(exercise: ModuleType) -> None:
    """An event is lines of data, and an empty line."""
    for text in ("tick 0", "two\nlines", "an empty one:\n\nhere", "", "21 °C"):
        octets = called(exercise, "encoded", text, look="in `encoded`")
        wanted = "".join(f"data: {line}\n" for line in text.split("\n")) + "\n"
        expect(octets, wanted.encode(), what=f"encoded({text!r})", look="in `encoded`")


def check_wsgi_sends_the_first_before_the_last_is_made(exercise: ModuleType) -> None:
    """WSGI: each event is sent before the next is made."""
    source = Source(exercise)
    body = wsgi_body(exercise)
    got = list[bytes]()
    for chunk in wsgi_chunks(exercise, body):
        if chunk:
            got.append(chunk)
            source.marks.append(f"sent {len(got)}")
    expect_order(source.marks, "application", "a generator makes a chunk when it is asked for one")
    expect_events(exercise, got, "application")


def check_asgi_sends_the_first_before_the_last_is_made(exercise: ModuleType) -> None:
    """ASGI: each event is sent before the next is made."""
    source = Source(exercise)
    client = Client(source)
    error = asgi_error(exercise, client)
    if error is not None:
        raise Unmet("app(scope, receive, send)", "an end", told(error, exercise), "in `app`")
    expect_order(source.marks, "app", "`await send(...)` with `more_body` True for each event")
    expect_events(exercise, client.got, "app")
    expect(
        client.is_whole,
        True,
        what="whether a last message without `more_body` was sent (app)",
        look="in `app`, after the last event: until then the client waits for more",
    )


def check_wsgi_closes_what_it_has_opened(exercise: ModuleType) -> None:
    """WSGI: when the client leaves after the first event, `ticks` is closed."""
    source = Source(exercise)
    body = wsgi_body(exercise)
    chunks = iter(wsgi_chunks(exercise, body))
    next(chunks, b"")
    close = getattr(body, "close", None)  # PEP 3333: the server calls it, whatever has happened
    if close is not None:
        close()
    expect_closed(source, "application", "a generator's `close` ends it where it waits")


def check_asgi_closes_what_it_has_opened(exercise: ModuleType) -> None:
    """ASGI: when the client leaves after the first event, `ticks_async` is closed."""
    source = Source(exercise)
    client = Client(source, leaves_after=1)
    error = asgi_error(exercise, client)
    expect_that(
        error is None or isinstance(error, ClientLeft),
        what="app(scope, receive, send) for a client that leaves",
        wanted="an end, or the error of `send`",
        came=told(error, exercise) if error else "",
        look="in `app`",
    )
    expect_closed(
        source,
        "app",
        "`async for` does not close its generator where it is left; `contextlib.aclosing` does",
    )


class ClientLeft(OSError):
    """What `send` raises when the client has left (ASGI, "Disconnected Client")."""


class Source:
    """Takes the place of the exercise's sources, and notes what they do."""

    def __init__(self, exercise: ModuleType) -> None:
        self.marks: list[str] = []
        self.is_closed = self.was_closed_in_time = False
        exercise.ticks, exercise.ticks_async = self.ticks, self.ticks_async  # type: ignore[attr-defined]

    def ticks(self) -> Generator[str]:
        """Three texts."""
        try:
            for number, text in enumerate(TEXTS, 1):
                self.marks.append(f"made {number}")
                yield text
        finally:
            self.is_closed = True

    async def ticks_async(self) -> AsyncGenerator[str]:
        """Three texts, for an event loop."""
        try:
            for number, text in enumerate(TEXTS, 1):
                self.marks.append(f"made {number}")
                yield text
        finally:
            self.is_closed = True


class Client:
    """An ASGI client, which may leave after so many chunks."""

    def __init__(self, source: Source, leaves_after: int = 100) -> None:
        self.source = source
        self.leaves_after = leaves_after
        self.got: list[bytes] = []
        self.is_whole = False

    async def receive(self) -> dict[str, Any]:
        """A request without a body."""
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a message."""
        if self.is_whole:
            wanted, came = "`more_body` True in every message before the last", "a message after it"
            raise Unmet("the last message of `app`", wanted, came, "in `app`")
        if message.get("body"):
            self.got.append(message["body"])
            self.source.marks.append(f"sent {len(self.got)}")
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.is_whole = True
        if len(self.got) == self.leaves_after:
            raise ClientLeft("the client has left")


def wsgi_body(exercise: ModuleType) -> Any:
    """What `application` returns."""

    def start_response(_status: str, _headers: list[tuple[str, str]], _: Any = None) -> None:
        return None

    return called(exercise, "application", {"REQUEST_METHOD": "GET"}, start_response)


def wsgi_chunks(exercise: ModuleType, body: Any) -> Generator[bytes]:
    """The chunks of a body, as a server takes them."""
    try:
        for chunk in body:
            if not isinstance(chunk, bytes):
                raise Unmet("a chunk of `application`", "bytes", repr(chunk), "in `application`")
            yield chunk
    except (Unmet, GeneratorExit):
        raise
    except Exception as error:
        came = told(error, exercise)
        raise Unmet("the body of `application`", "chunks", came, "in `application`") from error


def asgi_error(exercise: ModuleType, client: Client) -> Exception | None:
    """What `app` raises, and whether its source was closed when it ended."""

    async def serve() -> Exception | None:
        try:
            await found(exercise, "app")({"type": "http"}, client.receive, client.send)
        except Unmet:
            raise
        except Exception as error:
            return error
        finally:
            client.source.was_closed_in_time = client.source.is_closed
        return None

    return run_to_its_end(exercise, "app(scope, receive, send)", serve)  # type: ignore[no-any-return]


def expect_order(marks: list[str], door: str, hint: str) -> None:
    """Unmet, unless each event was sent before the next was made."""
    expect_that(
        marks == IN_TURN,
        what=f"what happened, in order ({door})",
        wanted=", ".join(IN_TURN),
        came=", ".join(marks) or "nothing",
        look=f"in `{door}`: {hint}",
    )


def expect_events(exercise: ModuleType, got: list[bytes], door: str) -> None:
    """Unmet, unless the chunks are the encoded texts."""
    wanted = [called(exercise, "encoded", text) for text in TEXTS]
    expect(got, wanted, what=f"the chunks ({door})", look=f"in `{door}`")


def expect_closed(source: Source, door: str, hint: str) -> None:
    """Unmet, unless the source was closed by the time that the request was over."""
    expect_that(
        source.was_closed_in_time or (door == "application" and source.is_closed),
        what=f"the source of the events, when the client has left ({door})",
        wanted="closed: its `finally` has run when the request is over",
        came="open" if source.marks else "never asked for an event",
        look=f"in `{door}`: {hint}",
    )
