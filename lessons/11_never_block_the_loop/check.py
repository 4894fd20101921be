"""The check of exercise 11: the answers, the sentinel, and who is answered first."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from typing import Any

from core.worlds import World
from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import told
from lab.sentinel import Held, Sentinel
from lab.testing import Answer, Client

HELD = 0.05  # seconds: what holds the loop longer is told by the sentinel
ANSWERS_AFTER = 0.2  # seconds, the service with the rates
TRIES = 2  # who blocks does so each time
HANDLERS = {"/pause": "pause", "/rates": "rates", "/hash/secret": "hashed"}


class Rates(BaseHTTPRequestHandler):
    """The service with the rates, which takes its time."""

    def do_GET(self) -> None:
        """Answer, some time later."""
        time.sleep(ANSWERS_AFTER)
        body = b"EUR 1.08"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def check_the_answers_are_the_same(exercise: ModuleType) -> None:
    """Each handler still does what it did, behind both doors."""
    secret = hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", exercise.ROUNDS).hex()
    wanted = {"/pause": "waited\n", "/rates": "EUR 1.08", "/hash/secret": secret}
    expect(exercise.ROUNDS >= 400_000, True, what="ROUNDS >= 400_000", look="exercise.py")
    doors: list[tuple[World, Any]] = [("wsgi", exercise.application), ("asgi", exercise.app)]
    with _rates(exercise):
        for path, text in wanted.items():
            for world, door in doors:
                what = f"GET {path} at the {world.upper()} door"
                began = time.monotonic()
                answer = _answer(exercise, door, world, path, what)
                took = time.monotonic() - began
                expect((answer.status, answer.text), (200, text), what=what, look=_look(path))
                if path == "/pause":
                    expect_that(
                        took > exercise.PAUSE * 0.9,
                        what=f"the time of {what}",
                        wanted=f"a pause of {exercise.PAUSE} s",
                        came=f"an answer after {took:.3f} s (is it awaited?)",
                        look=_look(path),
                    )


def check_the_sentinel_is_silent(exercise: ModuleType) -> None:
    """The sentinel finds nobody who holds the loop for more than 50 ms."""
    with _rates(exercise):
        for path in HANDLERS:
            held = _held(exercise, path)
            expect_that(
                not held,
                what=f"GET {path}, watched by the sentinel",
                wanted="a loop that is free, so that others are served",
                came=str(held[0]) if held else "",
                look=_look(path),
            )


def check_health_is_answered_first(exercise: ModuleType) -> None:
    """While the three are under way, / is answered before any of them."""
    first = ""
    with _rates(exercise):
        for _ in range(TRIES):
            first = first if first == "/" else asyncio.run(_first_of_all(exercise))
    look = _look(first) if first in HANDLERS else ""
    expect(first, "/", what="who is answered first, of four that are asked at once", look=look)


async def _first_of_all(exercise: ModuleType) -> str:
    """The path that is answered first, of the three slow ones and then /."""
    ended: list[str] = []

    async def ask(path: str) -> None:
        await client.request_async("GET", path)
        ended.append(path)

    client = Client(exercise.app, world="asgi")
    slow = [asyncio.create_task(ask(path)) for path in HANDLERS]
    await asyncio.sleep(0.01)  # they have begun
    await ask("/")
    await asyncio.gather(*slow)
    return ended[0]


def _look(path: str) -> str:
    return f"`{HANDLERS[path]}` in exercise.py"


def _answer(exercise: ModuleType, door: Any, world: World, path: str, what: str) -> Answer:
    """The answer; Unmet, with what was raised, where the handler failed."""
    failures: list[BaseException] = []

    def keep(record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            failures.append(record.exc_info[1])
        return False

    logger = logging.getLogger("tandem")
    logger.addFilter(keep)
    client = Client(door, world=world)
    try:
        answer = client.get(path)
    except Exception as error:
        raise Unmet(what, "an answer", told(error, exercise), _look(path)) from error
    finally:
        client.close()
        logger.removeFilter(keep)
    if failures:
        raise Unmet(what, "an answer", told(failures[0], exercise), _look(path))
    return answer


def _held(exercise: ModuleType, path: str) -> list[Held]:
    """What the sentinel has told of a request; nothing where one of some tries was silent."""
    held: list[Held] = []
    for _ in range(TRIES):
        held = []
        client = Client(Sentinel(exercise.app, HELD, tell=held.append), world="asgi")
        try:
            client.get(path)
        finally:
            client.close()
        if not held:
            break
    return held


@contextmanager
def _rates(exercise: ModuleType) -> Generator[None]:
    """The service with the rates, where the exercise finds it, for the length of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rates)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    exercise.RATES_URL = f"http://127.0.0.1:{server.server_port}/rates"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
