"""Streams on real servers: chunk by chunk, and that nothing stays of those whose client leaves."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from tests.end_to_end.apps.streaming import CHUNK, THREADS
from tests.end_to_end.exchange import Closed, Conversation, ask, request_bytes
from tests.end_to_end.reader import Reader, reading, until
from tests.end_to_end.servers import serving, world_of

STREAMING = "tests.end_to_end.apps.streaming"
pytestmark = pytest.mark.server

# How many threads, at most, a server has for the application. (gevent has one.)
OF_SERVER = {
    "gunicorn sync": 1,
    "gunicorn gthread": 8,
    "gunicorn gevent": 1,
    "granian wsgi": 2,
    "waitress": 4,
    "own wsgi": 8,
}
OPTIONS = {"own wsgi": ("--threads", "8")}
OF_ADAPTER = (
    "gunicorn asgi",
    "uvicorn httptools uvloop",
    "uvicorn h11 asyncio",
    "hypercorn",
    "daphne",
    "granian asgi",
    "own asgi",
)
SERVERS = {**OF_SERVER, **dict.fromkeys(OF_ADAPTER, THREADS)}

ABANDONED = 40  # streams
KINDS = ("def", "async")
ALARMING = ("Traceback", "never awaited", "was destroyed")

# The servers' own ways.
REFUSED = {("gunicorn gevent", "async")}  # many requests share a thread
LOSES_CHUNKS = ("granian wsgi",)  # that it was given just before an exception
SAYS_NOTHING = ("daphne",)  # where there was one, and leaves the connection open
ONE_ANSWER = ("gunicorn sync",)  # on a connection

LEAVING = (Reader.leave, Reader.vanish)
ROWS = tuple(product(("endless", "flood", "iterator"), LEAVING, KINDS))


@pytest.fixture(scope="module", params=SERVERS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def server(name):
    with serving(name, STREAMING, *OPTIONS.get(name, ())) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def at_first(server):
    """What it had open before the first test."""
    return Held(server)


def test_nothing_stays_of_abandoned_streams(server, name, at_first):
    log_before = server.log()
    meet(server, name)
    rows = [row for row in ROWS if (name, row[2]) not in REFUSED]
    abandon(server, rows, SERVERS[name])  # what the first of a sort opens may stay
    until(lambda: is_closed(server), lambda: counts(server))
    before = Held(server)
    before.tasks = at_first.tasks
    abandon(server, islice(cycle(rows), ABANDONED), SERVERS[name])
    until(lambda: is_closed(server), lambda: counts(server))
    until(lambda: Held(server).is_no_more_than(before), lambda: (Held(server), before))
    closings = counts(server)["closings"]
    assert closings[-ABANDONED:] == [1] * ABANDONED
    assert closings == [1] * len(closings)
    log = server.log()[len(log_before) :]
    assert [words for words in ALARMING if words in log] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_chunk_arrives_before_the_next_is_made(server, name, kind, tmp_path):
    if is_refused(server, name, kind):
        return
    go = tmp_path / "go"
    with Reader(server, f"/{kind}/dialogue?go={go}") as reader:
        reader.read_until(b"question")  # the next is made when the file is there
        go.touch()
        reader.read_all()
    assert (reader.status, reader.body, reader.is_whole) == (200, b"questionthanks", True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_silent_stream_is_closed_when_its_client_leaves(server, name, kind, tmp_path):
    if is_refused(server, name, kind):
        return
    go = tmp_path / "go"
    with Reader(server, f"/{kind}/dialogue?go={go}") as reader:
        reader.read_until(b"question")
    if world_of(name) == "wsgi" or kind == "def":
        # PEP 3333: a server has nothing to tell; and it is in nobody's power to end a thread
        go.touch()
    until(lambda: is_closed(server), lambda: counts(server))


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_before_the_first_chunk_is_a_500(server, kind):
    answer = ask_once(server, f"/{kind}/fails/0")
    assert (answer.status, answer.body) == (500, b"Internal Server Error\n")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chunks", [1, 2])
def test_an_error_after_it_is_logged_and_seen_by_the_client(server, name, kind, chunks):
    if is_refused(server, name, kind):
        return
    with Reader(server, f"/{kind}/fails/{chunks}") as reader:
        if name not in LOSES_CHUNKS:
            reader.read_until(CHUNK * chunks)
            assert (reader.status, reader.body) == (200, CHUNK * chunks)
        if name not in SAYS_NOTHING:
            reader.read_all()
    assert (CHUNK * chunks).startswith(reader.body)
    assert not reader.is_whole
    logged = f"/{kind}/fails/{chunks}' failed halfway: RuntimeError('no such report')"
    until(lambda: server.log().count(logged) == 1, server.log)


def test_a_request_that_was_sent_ahead_is_answered_after_a_slow_one(server, name):
    """Though somebody has waited for the client to leave meanwhile, and read what comes from it."""
    with closing(Conversation(server)) as conversation:
        conversation.send(request_bytes("GET", "/def/slow/0.2") + request_bytes("GET", "/"))
        assert conversation.answer().body == b"whole"
        if name in ONE_ANSWER:
            with pytest.raises(Closed):
                conversation.answer()
        else:
            assert conversation.answer().body == b"here"


def is_refused(server, name, kind):
    """Whether no stream of this kind is served there; a 500 says so, and the log says why."""
    if (name, kind) in REFUSED:
        assert ask_once(server, f"/{kind}/endless").status == 500
        assert "under gevent many requests share a thread" in server.log()
    return (name, kind) in REFUSED


def meet(server, name):
    """Have each thread used, and its loop made, where it has one."""
    number = SERVERS[name]
    kind = "async" if world_of(name) == "wsgi" and name != "gunicorn gevent" else "def"
    with ThreadPoolExecutor(number) as clients:
        answers = clients.map(ask_once, [server] * number, [f"/{kind}/meeting/{number}"] * number)
        assert {answer.body for answer in answers} == {b"met"}


def abandon(server, rows, at_once):
    """Leave streams after their first chunk; `at_once` or four of them are open at a time."""
    rows = iter(rows)
    while group := list(islice(rows, min(at_once, 4))):
        with reading(server, [f"/{kind}/{path}" for path, _, kind in group]) as readers:
            for reader in readers:
                reader.read_until(b"x")
            for reader, (_, leave, _) in zip(readers, group, strict=True):
                leave(reader)


def counts(server):
    return ask_once(server, "/counts").json()


def ask_once(server, target):
    """The answer, on a connection that the server closes.

    (Of one that its client closes gunicorn's ASGI worker keeps a task for 3 s.)
    """
    return ask(server, "GET", target, b"", "Connection: close")


def is_closed(server):
    """Whether all streams are, or have been."""
    return 0 not in counts(server)["closings"]


class Held:
    """What a worker has open while no client is connected."""

    def __init__(self, server):
        told = counts(server)
        process = Path(f"/proc/{told['pid']}")
        until(lambda: not connections(server))
        self.tasks = told["tasks"]
        self.threads = len(os.listdir(process / "task"))
        self.descriptors = len(os.listdir(process / "fd"))

    def is_no_more_than(self, other):
        return all(value <= vars(other)[name] for name, value in vars(self).items())

    def __repr__(self):
        return str(vars(self))


def connections(server):
    """The lines of the kernel's table for connections that this server has not closed.

    (One that its client has reset is in no table, but among the descriptors.)
    """
    port, is_open = f"0100007F:{server.port:04X}", ("01", "08")  # ESTABLISHED, CLOSE_WAIT
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return [line for line in lines if line[1] == port and line[3] in is_open]
