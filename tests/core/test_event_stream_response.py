"""Server-sent events as an answer, in all four cells: at once, kept alive, closed, come again."""

import asyncio
import logging
import threading
from contextlib import suppress
from contextvars import Context, ContextVar

import pytest

from asgi_adapter import ASGIAdapter
from core import App, Event, EventStream, JSONResponse, last_event_id
from core.event_stream import KEEP_ALIVE
from core.steps import Call, Meanwhile, Strand
from wsgi_adapter.loop import run_on_own_loop
from wsgi_adapter.meanwhile import Wait

VALUES = ["a\nb", {"n": 1}, [1], Event("c", event="add", id="7"), b"data: d\n\n"]
ENCODED = [
    b"data: a\ndata: b\n\n",
    b'data: {"n":1}\n\n',
    b"data: [1]\n\n",
    b"event: add\nid: 7\ndata: c\n\n",
    b"data: d\n\n",
]
SOON = 0.001  # seconds


def given(values):
    yield from values


async def given_async(values):
    for value in values:
        yield value


SOURCES = pytest.mark.parametrize("source", [given, given_async, list, tuple])


def serving(make_events, **options):
    site = App()
    site.get("/")(lambda: EventStream(make_events(), **options))
    return site


# What goes out.


@SOURCES
def test_events_go_out_encoded_after_a_first_comment_in_every_cell(client, source):
    with client(serving(lambda: source(VALUES))).stream("GET", "/") as answer:
        assert list(answer.chunks()) == [KEEP_ALIVE, *ENCODED]
    assert answer.status == 200
    assert answer.header("content-type") == "text/event-stream"
    assert answer.header("cache-control") == "no-cache, no-transform"
    assert answer.header("x-accel-buffering") == "no"
    assert answer.header("content-length") is None


def test_an_async_handler_may_answer_with_events(client):
    site = App()

    @site.get("/")
    async def handler():
        return EventStream(given_async(["a"]))

    assert client(site).get("/").body == KEEP_ALIVE + b"data: a\n\n"


def test_the_application_s_own_fields_count(client):
    answer = client(serving(lambda: ["a"], headers={"Cache-Control": "no-store"})).get("/")
    assert answer.all("cache-control") == ["no-store"]


def test_the_time_to_wait_before_coming_again_is_told_first(client):
    answer = client(serving(lambda: ["a"], retry=250)).get("/")
    assert answer.body == b"retry: 250\n\ndata: a\n\n"


def test_a_head_starts_no_source(client):
    begun = []

    def source():
        begun.append(1)
        yield "a"

    answer = client(serving(source)).head("/")
    assert (answer.header("content-type"), answer.body, begun) == ("text/event-stream", b"", [])


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_each_event_goes_out_before_the_next_is_made_and_the_first_comment_before_all(client, kind):
    made = []

    def source():
        for number in range(3):
            made.append(number)
            yield str(number)

    async def source_async():
        for event in source():
            yield event

    site = serving(source if kind == "def" else source_async)
    with client(site).stream("GET", "/") as answer:
        chunks = answer.chunks()
        seen = [(next(chunks), len(made)) for _ in range(3)]
    assert seen == [(KEEP_ALIVE, 0), (b"data: 0\n\n", 1), (b"data: 1\n\n", 2)]


# Mistakes.


@SOURCES
@pytest.mark.parametrize("wrong", [3, None, b"data: no empty line\n", object])
def test_what_is_no_event_is_logged_and_the_connection_is_cut(client, source, wrong, caplog):
    with client(serving(lambda: source(["a", wrong]))).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert [next(chunks), next(chunks)] == [KEEP_ALIVE, b"data: a\n\n"]
        with pytest.raises((TypeError, ValueError), match="a stream of events"):
            next(chunks)
    assert "GET '/' failed halfway" in caplog.text


@pytest.mark.parametrize("events", ["text", b"octets", {"a": 1}, 3, None, Event("a")])
def test_a_source_is_an_iterable_of_events(events):
    with pytest.raises(TypeError, match="events are an iterable or async iterable; got"):
        EventStream(events)


@pytest.mark.parametrize("keep_alive", [0, -1, "15", float("nan")])
def test_keep_alive_is_a_number_of_seconds(keep_alive):
    with pytest.raises(ValueError, match="keep_alive is a number of seconds, or None; got"):
        EventStream([], keep_alive=keep_alive)


def test_a_middleware_that_would_map_events_is_told_so(client, caplog):
    site = serving(lambda: given(["a"]))

    @site.middleware
    def compress(request):
        response = yield
        response.map_chunks(bytes.upper)
        return response

    assert client(site).get("/").status == 500
    assert "a compressor leaves text/event-stream alone" in caplog.text


# While the source is silent.


def test_comments_keep_the_connection_alive_while_an_async_source_is_silent(client):
    news = asyncio.Event()

    async def source():
        await news.wait()
        yield "a"
        yield "b"

    with client(serving(source, keep_alive=SOON)).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert [next(chunks) for _ in range(4)] == [KEEP_ALIVE] * 4
        news.set()
        rest = [chunk for chunk in chunks if chunk != KEEP_ALIVE]
    assert rest == [b"data: a\n\n", b"data: b\n\n"]


def test_there_are_no_comments_where_none_are_wanted(client):
    async def source():
        await asyncio.wait([asyncio.create_task(asyncio.sleep(0.02))])
        yield "a"

    answer = client(serving(source, keep_alive=None)).get("/")
    assert answer.body == KEEP_ALIVE + b"data: a\n\n"


def test_a_source_sees_what_it_has_set_in_its_context_before(client):
    variable = ContextVar("variable", default="unset")

    async def source():
        variable.set("set")
        yield "a"
        await asyncio.sleep(0)
        yield variable.get()

    assert client(serving(source)).get("/").body.endswith(b"data: a\n\ndata: set\n\n")


def test_a_client_that_leaves_while_the_source_is_silent_ends_it(client):
    ended = []

    async def source():
        try:
            yield "a"
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    with client(serving(source, keep_alive=SOON)).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert [next(chunks) for _ in range(3)] == [KEEP_ALIVE, b"data: a\n\n", KEEP_ALIVE]
    assert ended == [True]


def test_a_client_that_leaves_between_two_events_ends_the_source(client):
    ended = []

    def source():
        try:
            yield "a"
            yield "b"
        finally:
            ended.append(True)

    with client(serving(source)).stream("GET", "/") as answer:
        assert [next(answer.chunks()) for _ in range(2)] == [KEEP_ALIVE, b"data: a\n\n"]
    assert ended == [True]


@pytest.mark.parametrize("error", [OSError("the broker is gone"), ValueError("no")])
def test_what_a_source_raises_is_logged_and_no_disconnect(client, error, caplog):
    async def source():
        yield "a"
        raise error

    with pytest.raises(type(error), match=str(error)):
        client(serving(source)).get("/")
    assert "GET '/' failed halfway" in caplog.text


def test_a_source_that_is_cancelled_by_code_of_its_own_is_cut(client, caplog):
    async def source():
        yield "a"
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    with suppress(asyncio.CancelledError, RuntimeError):
        client(serving(source)).get("/")
    assert "GET '/' failed halfway" in caplog.text


# In the ASGI world.


class Server:
    """An ASGI server, whose `send` may hold up or fail, and whose client may leave."""

    def __init__(self):
        self.sent = []
        self.gone = asyncio.Event()

    async def send(self, message):
        self.sent.append(message.get("body"))

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def serve(self, site):
        scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": []}
        await ASGIAdapter(site)(scope, self.receive, self.send)


def test_comments_go_out_while_a_def_source_blocks_its_thread():
    news = threading.Event()

    def source():
        news.wait(5)
        yield "a"

    class Telling(Server):
        async def send(self, message):
            await super().send(message)
            if self.sent.count(KEEP_ALIVE) == 3:
                news.set()

    async def scenario():
        server = Telling()
        await server.serve(serving(source, keep_alive=SOON))
        return server.sent

    sent = asyncio.run(scenario())
    assert (sent[0], sent[1:4]) == (None, [KEEP_ALIVE] * 3)
    # a thread that gets no time at the end of its source has another comment sent
    assert [chunk for chunk in sent[4:] if chunk != KEEP_ALIVE] == [b"data: a\n\n", b""]


def test_an_event_waits_until_a_comment_is_out():
    async def scenario():
        taken = asyncio.Event()
        made = asyncio.Event()

        async def source():
            await server.holding.wait()
            made.set()
            yield "a"

        class Slow(Server):
            holding = asyncio.Event()

            async def send(self, message):
                if self.sent[-1:] == [KEEP_ALIVE] and not taken.is_set():
                    self.holding.set()
                    await taken.wait()
                await super().send(message)

        server = Slow()
        serving_it = asyncio.create_task(server.serve(serving(source, keep_alive=SOON)))
        await made.wait()
        await asyncio.sleep(0)
        before = list(server.sent)
        taken.set()
        await serving_it
        return before, server.sent

    before, after = asyncio.run(scenario())
    assert before == [None, KEEP_ALIVE]
    assert after[:4] == [None, KEEP_ALIVE, KEEP_ALIVE, b"data: a\n\n"]


def test_where_the_client_leaves_a_comment_that_nobody_takes_is_given_up():
    ended = []

    async def scenario():
        class Stuck(Server):
            async def send(self, message):
                if self.sent[-1:] == [KEEP_ALIVE]:
                    self.gone.set()
                    await asyncio.Event().wait()
                await super().send(message)

        async def source():
            try:
                await asyncio.Event().wait()
                yield "a"
            finally:
                ended.append(True)

        server = Stuck()
        await server.serve(serving(source, keep_alive=SOON))
        return server.sent

    assert asyncio.run(scenario()) == [None, KEEP_ALIVE]
    assert ended == [True]


def test_a_comment_that_cannot_be_sent_is_the_last(caplog):
    async def scenario():
        failed = asyncio.Event()

        class Failing(Server):
            async def send(self, message):
                await super().send(message)
                if self.sent.count(KEEP_ALIVE) > 1:
                    failed.set()
                    raise OSError("the client has gone")

        async def source():
            await failed.wait()
            yield "a"

        server = Failing()
        await server.serve(serving(source, keep_alive=SOON))
        return server.sent

    with caplog.at_level(logging.DEBUG):
        assert asyncio.run(scenario()) == [None, KEEP_ALIVE, KEEP_ALIVE, b"data: a\n\n"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


# In the WSGI world.


def test_a_wait_that_is_interrupted_is_given_up():
    """As by a signal's handler: gunicorn tells a worker so to exit."""
    ended = []

    async def silent():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    class Request:
        error = result = None

    def run(coroutine, *arguments):
        result = run_on_own_loop(coroutine, *arguments)
        if not ended:
            raise KeyboardInterrupt
        return result

    request = Request()
    step, context = Call(silent, (), {}, strand=Strand("silent"), has_more=True), Context()
    wait = Wait(Meanwhile(step, KEEP_ALIVE, SOON), request, context, run)
    assert wait.is_over()
    assert isinstance(request.error, KeyboardInterrupt)
    assert ended == [True]
    end_strand(step, context)


def end_strand(step, context):
    """As a stream does where it is closed."""
    last = Call(asyncio.sleep, (0,), {}, strand=step.strand)
    run_on_own_loop(asyncio.sleep(0), context, last)


def test_what_a_source_raises_when_it_is_given_up_is_nobody_s():
    async def stubborn():
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("in its end")

    class Request:
        error = result = None

    step, context = Call(stubborn, (), {}, strand=Strand("stubborn"), has_more=True), Context()
    wait = Wait(Meanwhile(step, KEEP_ALIVE, SOON), Request(), context, run_on_own_loop)
    assert not wait.is_over()
    wait.give_up()
    wait.give_up()
    end_strand(step, context)


# What a browser says when it comes again.


@pytest.mark.parametrize("last", ["7", "Zähler-é-☃", ""])
def test_the_last_id_comes_back_as_it_was_given(client, last):
    site = App()
    site.get("/")(lambda request: JSONResponse(last_event_id(request)))
    headers = {"Last-Event-ID": last.encode().decode("latin-1")} if last else {}
    assert client(site).get("/", headers=headers).json() == last


def test_a_last_id_that_is_not_utf_8_is_none_of_ours(client):
    site = App()
    site.get("/")(lambda request: JSONResponse(last_event_id(request)))
    assert client(site).get("/", headers={"Last-Event-ID": "\xff7"}).json() == "\ufffd7"
