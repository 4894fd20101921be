"""What each of the four cells does, observed: `python -m tests.parity.four_cells` writes the docs.

A check is a function of the world and of a `both` that makes the handler of the cell from its two
spellings. It returns what it saw, in few words, or raises; so no cell of the table can be empty.
"""

import asyncio
import logging
import sys
import tempfile
import threading
from collections.abc import Callable
from contextvars import ContextVar
from itertools import repeat
from pathlib import Path

from asgi_adapter import ASGIAdapter
from core import App, EventStream, FileResponse, NotFound, Response, StreamingResponse
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

DOCS = Path(__file__).parents[2] / "docs" / "four_cells.md"
ADAPTERS = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}
CELLS = [(world, kind) for world in ADAPTERS for kind in ("def", "async def")]
CHECKS: dict[str, Callable[["Cell"], str]] = {}


class Cell:
    """One of the four: an App, and a client of it."""

    def __init__(self, world: str, kind: str) -> None:
        self.world = world
        self.is_async = kind == "async def"
        self.site = App()
        self.client = Client(ADAPTERS[world](self.site))
        self.events: list[str] = []  # what happened, in order

    def chunks(self, *chunks, failure=None):
        """A generator of this cell's kind, which notes what it makes and that it is closed."""

        def make():
            try:
                for chunk in chunks:
                    self.events.append(f"made {chunk.decode().strip()}")
                    yield chunk
                if failure is not None:
                    raise failure
            finally:
                self.events.append("closed")

        async def make_async():
            try:
                for chunk in chunks:
                    await asyncio.sleep(0)
                    self.events.append(f"made {chunk.decode().strip()}")
                    yield chunk
                if failure is not None:
                    raise failure
            finally:
                self.events.append("closed")

        return make_async() if self.is_async else make()

    def handler(self, path, answer, **options):
        """Register a handler of this cell's kind that returns what `answer(request)` does."""

        def handler(request):
            return answer(request)

        async def handler_async(request):
            await asyncio.sleep(0)
            return answer(request)

        self.site.route(path, methods=["GET", "POST"], **options)(
            handler_async if self.is_async else handler
        )


def check(name):
    """Make a row of the table of a function that looks at one cell."""

    def register(function):
        CHECKS[name] = function
        return function

    return register


def expect(found, wanted):
    """Raise where this is not what was wanted; an `assert` would be gone under `python -O`."""
    if found != wanted:
        raise AssertionError(f"wanted {wanted!r}; got {found!r}")


@check("a whole body")
def whole_body(cell):
    here = threading.current_thread()

    def where(_):
        return "the server's thread" if threading.current_thread() is here else "a thread of a pool"

    cell.handler("/", where)
    place = cell.client.get("/").text
    if not cell.is_async:
        return f"called in {place}"
    expect(place, "the server's thread")
    return "awaited on " + (
        "the server's loop" if cell.world == "asgi" else "a loop of the thread's own"
    )


@check("a stream out")
def stream_out(cell):
    cell.handler("/", lambda _: cell.chunks(b"one", b"two"))
    with cell.client.stream("GET", "/") as answer:
        chunks = answer.chunks()
        expect(next(chunks), b"one")
        expect("made two" in cell.events, False)
        expect(list(chunks), [b"two"])
    expect(cell.events, ["made one", "made two", "closed"])
    return "each chunk is sent before the next is made"


@check("a stream in")
def stream_in(cell):
    def upload():
        for chunk in (b"one", b"two"):
            cell.events.append(f"sent {chunk.decode()}")
            yield chunk

    def read(request):
        for chunk in request.stream:
            cell.events.append(f"read {chunk.decode()}")
        return "read"

    async def read_async(request):
        async for chunk in request.stream:
            cell.events.append(f"read {chunk.decode()}")
        return "read"

    cell.site.post("/", stream=True)(read_async if cell.is_async else read)
    expect(cell.client.post("/", body=upload()).text, "read")
    expect(cell.events, ["sent one", "read one", "sent two", "read two"])
    return f"`{'async for' if cell.is_async else 'for'}`, each chunk as it comes"


@check("server-sent events")
def events(cell):
    async def ticks_async():
        for number in (1, 2):
            cell.events.append(f"made {number}")
            yield str(number)

    def ticks():
        for number in (1, 2):
            cell.events.append(f"made {number}")
            yield str(number)

    cell.handler("/", lambda _: EventStream(ticks_async() if cell.is_async else ticks()))
    with cell.client.stream("GET", "/") as answer:
        chunks = answer.chunks()
        expect(answer.header("content-type"), "text/event-stream")
        while b"data: 1" not in next(chunks):
            pass
        expect("made 2" in cell.events, False)
        expect(b"data: 2" in b"".join(chunks), True)
    return "each event as it happens"


@check("a file")
def file(cell):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digits.txt")
        path.write_bytes(b"0123456789")
        cell.handler("/", lambda _: FileResponse(path))
        whole = cell.client.get("/")
        expect((whole.status, whole.body), (200, b"0123456789"))
        part = cell.client.get("/", headers={"Range": "bytes=2-4"})
        expect((part.status, part.body), (206, b"234"))
        known = cell.client.get("/", headers={"If-None-Match": whole.header("etag")})
        expect((known.status, known.body), (304, b""))
    return "ranges and conditions" + (", read in a thread" if cell.world == "asgi" else "")


@check("an error before the first chunk")
def error_before(cell):
    def fail(_):
        return cell.chunks(failure=NotFound("nothing to be sent"))

    cell.handler("/", fail)
    answer = cell.client.get("/", headers={"Accept": "application/json"})
    expect((answer.status, answer.json()["detail"]), (404, "nothing to be sent"))
    expect(cell.events, ["closed"])
    return "its own answer, or a 500"


@check("an error after it")
def error_after(cell):
    cell.handler("/", lambda _: cell.chunks(b"one", failure=ZeroDivisionError("halfway")))
    logged = _Logged()
    with logged, cell.client.stream("GET", "/") as answer:
        chunks = answer.chunks()
        expect(next(chunks), b"one")
        try:
            next(chunks)
        except ZeroDivisionError:
            pass
        else:
            raise AssertionError("the response ended as if it were whole")
    expect(cell.events, ["made one", "closed"])
    expect([record.exc_info[0] for record in logged.records], [ZeroDivisionError])
    return "logged, and the connection is cut"


@check("the client leaves")
def disconnect(cell):
    cell.handler("/", lambda _: cell.chunks(*repeat(b"again", 1_000_000)))
    with cell.client.stream("GET", "/") as answer:
        expect(next(answer.chunks()), b"again")
    cell.client.close()
    expect(cell.events.count("closed"), 1)
    expect(len(cell.events) < 1_000_000, True)
    return "the stream is stopped and closed, once"


@check("context variables")
def context(cell):
    user = ContextVar[str]("user", default="nobody")

    @cell.site.middleware
    def sign_in(request):
        user.set(request.query["user"])
        response = yield
        response.headers["x-seen"] = seen.get()
        return response

    seen = ContextVar[str]("seen", default="nothing")

    def look(_):
        seen.set(f"handler saw {user.get()}")
        return StreamingResponse([user.get().encode()])

    cell.handler("/", look)
    for name in ("ann", "bob"):
        answer = cell.client.get("/", query={"user": name})
        expect((answer.text, answer.header("x-seen")), (name, f"handler saw {name}"))
    expect((user.get(), seen.get()), ("nobody", "nothing"))
    return "one context a request"


@check("work after the response")
def background(cell):
    def work():
        cell.events.append("worked")

    async def work_async():
        await asyncio.sleep(0)
        cell.events.append("worked")

    def answer(_):
        response = Response("whole")
        response.background(work_async if cell.is_async else work)
        return response

    cell.handler("/", answer)
    with cell.client.stream("GET", "/") as streamed:
        expect(next(streamed.chunks()), b"whole")
        expect(cell.events, [])
    expect(cell.events, ["worked"])
    return "done when all is sent" + (", by the same worker" if cell.world == "wsgi" else "")


class _Logged(logging.Handler):
    """The errors that are logged meanwhile, and shown nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> None:
        logger = logging.getLogger("tandem")
        logger.addHandler(self)
        logger.propagate = False

    def __exit__(self, *_: object) -> None:
        logger = logging.getLogger("tandem")
        logger.removeHandler(self)
        logger.propagate = True


def observe(name, world, kind):
    """What a check saw in a cell."""
    cell = Cell(world, kind)
    try:
        return CHECKS[name](cell)
    finally:
        cell.client.close()


def page():
    """The table, in Markdown."""
    heads = [f"{world.upper()}, `{kind}`" for world, kind in CELLS]
    rows = [[name, *(observe(name, *cell) for cell in CELLS)] for name in CHECKS]
    lines = [["", *heads], ["---"] * (len(CELLS) + 1), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"""# The four cells

The same handler, written as a `def` or as an `async def`, behind either door. Each cell says what a
test saw there (`tests/parity/four_cells.py`); a test fails where this page says something else.

{table}

What each cell costs is in `benchmarks/README.md`; how a `def` and an `async def` are carried out is
in the two files `driver.py`.
"""


if __name__ == "__main__":
    DOCS.write_text(page(), "utf-8")
    sys.stdout.write(page())
