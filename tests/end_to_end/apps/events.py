"""A program that sends events, one by one as it is told to, and a page that listens to them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

from asgi_adapter import ASGIAdapter
from core import App, Event, EventStream, HTMLResponse, Request, Response, last_event_id
from wsgi_adapter import WSGIAdapter

site = App()

# One event, then one more when it is asked for, and none before.

more = threading.Event()
made: list[str] = []


@site.get("/def")
def events() -> EventStream:
    def source() -> Iterator[str]:
        yield make("first")
        more.wait(10)
        yield make("second")

    return EventStream(source(), keep_alive=0.02)


@site.get("/async")
async def events_async() -> EventStream:
    async def source() -> AsyncIterator[str]:
        yield make("first")
        await asyncio.to_thread(more.wait, 10)
        yield make("second")

    return EventStream(source(), keep_alive=0.02)


def make(event: str) -> str:
    made.append(event)
    return event


@site.get("/made")
def what_was_made() -> list[str]:
    return made


@site.post("/more")
def go_on() -> str:
    more.set()
    return ""


@site.post("/again")
def begin_again() -> str:
    more.clear()
    made.clear()
    return ""


# An endless one, which tells when it is over.

ended = threading.Event()


@site.get("/silent")
async def silent() -> EventStream:
    async def source() -> AsyncIterator[str]:
        try:
            await asyncio.Event().wait()
            yield ""
        finally:
            ended.set()

    return EventStream(source(), keep_alive=0.02)


@site.get("/ended")
def has_ended() -> list[bool]:
    return [ended.is_set()]


# What a page hears, and tells us.

heard: list[str] = []

PAGE = """<!doctype html><script>
const heard = [];
const source = new EventSource("/numbers");
source.onopen = () => {
  heard.push("open");
  if (heard.length == 1) fetch("/opened", {method: "POST"});
};
source.onmessage = (event) => heard.push(`message ${event.lastEventId} ${event.data}`);
source.addEventListener("sum", (event) => heard.push(`sum ${JSON.parse(event.data).sum}`));
source.onerror = () => {
  heard.push(source.readyState == EventSource.CLOSED ? "closed" : "again");
  if (source.readyState == EventSource.CLOSED)
    fetch("/heard", {method: "POST", body: heard.join("|")});
};
</script>"""

opened = threading.Event()


@site.get("/")
def page() -> HTMLResponse:
    return HTMLResponse(PAGE)


@site.get("/numbers")
def numbers(request: Request) -> Response:
    last = last_event_id(request)
    if last == "☃2":
        return Response(status=204)  # HTML Living Standard: so the browser stays away

    def source() -> Iterator[Event]:
        opened.wait(10)  # nothing is sent before the page says that it is connected
        if not last:
            yield Event("one\nand a half", id="☃1")
        else:
            yield Event("two", id="☃2")
            yield Event({"sum": 3}, event="sum")

    return EventStream(source(), retry=10)


@site.post("/opened")
def page_has_opened() -> str:
    opened.set()
    return ""


@site.post("/heard")
def page_has_heard(request: Request) -> str:
    heard.extend(request.text().split("|"))
    return ""


@site.get("/heard")
def what_was_heard() -> list[str]:
    return heard


application = WSGIAdapter(site)
app = ASGIAdapter(site)
