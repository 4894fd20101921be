"""Server-sent events as an answer (HTML Living Standard, "Server-sent events").

    @site.get("/clock")
    async def clock():
        async def ticks():
            while True:
                yield Event({"now": time()}, event="tick")
                await asyncio.sleep(1)

        return EventStream(ticks())

A browser reads it by `new EventSource("/clock")`, and connects again when it ends, or is cut.
"""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import Any

from core.event_stream import FIELDS, KEEP_ALIVE, Event, encode_event
from core.functions import is_generator_function
from core.headers import Headers
from core.request import Request
from core.response import Response
from core.steps import Meanwhile
from core.streams import Stream

Value = Event | str | dict[str, Any] | list[Any] | bytes
Events = Iterable[Value] | AsyncIterable[Value]


class EventStream(Response):
    """Events from an iterable or async iterable; what it may give says `event_stream.encode_event`.

    The header fields go out at once, with a comment after them, so that a page knows that it is
    connected before there is an event. So what fails, even before the first event, can have no
    other answer: it is logged and the connection is cut, and the browser comes again. It waits for
    `retry` milliseconds then, or as long as it likes. To have it stay away answer 204.

    While the source is silent a comment goes out every `keep_alive` seconds (None: never), so that
    no proxy takes the connection for dead, and a client that has gone is noticed by servers that
    notice it in writing alone. On WSGI that is so for an async source. A `def` generator holds up
    the one thread that could send: let it wait no longer than that, and yield `KEEP_ALIVE` itself.

    Each client holds a thread all the while, on WSGI, and by a `def` source on ASGI too. On WSGI
    this wants gunicorn's gthread worker, with more threads than clients.
    """

    __slots__ = ()

    def __init__(
        self,
        events: Events,
        *,
        keep_alive: float | None = 15,
        retry: int | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        fields = Headers(headers)
        for name, value in FIELDS:
            fields.setdefault(name, value)
        super().__init__(_EventBody(events, keep_alive, retry), 200, fields.items())

    def map_chunks(
        self,
        function: Callable[[bytes], bytes],
        end: Callable[[], bytes] | None = None,  # noqa: ARG002  # as for every response
    ) -> None:
        """Raise TypeError: a compressor holds events back; what maps them maps their source."""
        raise TypeError(
            f"events are sent as they are, each at once; got {function!r} for {self!r} "
            "(a compressor leaves text/event-stream alone)"
        )


class _EventBody(Stream):
    """Events, encoded as they come."""

    def __init__(self, events: Events, keep_alive: float | None, retry: int | None) -> None:
        if isinstance(events, (str, bytes, dict)) or not isinstance(
            events,
            (Iterable, AsyncIterable),  # pyright: ignore[reportUnnecessaryIsInstance]
        ):
            hint = " (call it, as in f())" if is_generator_function(events) else ""
            raise TypeError(f"events are an iterable or async iterable; got {events!r}{hint}")
        if keep_alive is not None and not (
            isinstance(keep_alive, (int, float)) and keep_alive > 0  # pyright: ignore[reportUnnecessaryIsInstance]
        ):
            raise ValueError(f"keep_alive is a number of seconds, or None; got {keep_alive!r}")
        super().__init__(events)  # type: ignore[arg-type]  # what it gives is encoded below
        if keep_alive is not None and not self._next.inline:
            self._next = Meanwhile(self._next, KEEP_ALIVE, keep_alive)
        self._raw = [KEEP_ALIVE if retry is None else Event(retry=retry).encoded]
        self._is_prepared = True

    def _encoded(self, chunk: Any) -> bytes:
        return encode_event(chunk)


def last_event_id(request: Request) -> str:
    """The id of the last event that a client had before it connects again; "" for none.

    It is in UTF-8, where other header fields are latin-1 ("last-event-ID", HTML Living Standard);
    what is not UTF-8, and so was never an id of ours, has a U+FFFD in it.
    """
    return request.header("last-event-id").encode("latin-1").decode("utf-8", errors="replace")
