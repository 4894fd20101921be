"""The check of exercise 7: the steps of a life, the answers at both doors, and who waits how."""

import asyncio
import inspect
import time
from types import ModuleType
from typing import Any

from core.worlds import World
from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import run_to_its_end, told
from lab.testing import Client

MOST_STEPS = 9  # more than any of the lives here has
IN_ASKING = (
    "`PatientApp.asking` in exercise.py: what it yields, and what it does when Busy is raised"
)
IN_WSGI = "`PatientWSGIDoor.carry_out` in exercise.py: what it does when the step is a Pause"
IN_ASGI = "`PatientASGIDoor.carry_out` in exercise.py: what it does when the step is a Pause"


def check_a_busy_handler_is_called_again(exercise: ModuleType) -> None:
    """The life of a request yields a Pause where the handler is busy, and then the Call again."""
    first, second = exercise.PAUSES
    for times, when, wanted in (
        (0, "never", "Call, returns 'text'"),
        (1, "once", f"Call, Pause({first}), Call, returns 'text'"),
        (2, "twice", f"Call, Pause({first}), Call, Pause({second}), Call, returns 'text'"),
        (3, "three times", f"Call, Pause({first}), Call, Pause({second}), Call, raises Busy"),
    ):
        came = ", ".join(_steps(exercise, times))
        what = f"the steps of a request whose handler is busy {when}"
        expect_that(came == wanted, what=what, wanted=wanted, came=came, look=IN_ASKING)


def check_another_exception_is_left_alone(exercise: ModuleType) -> None:
    """A handler that fails for another reason is called once."""
    came = ", ".join(_steps(exercise, 1, ValueError))
    what = "the steps where a handler raises ValueError"
    wanted = "Call, raises ValueError"
    expect_that(came == wanted, what=what, wanted=wanted, came=came, look=IN_ASKING)


def check_both_doors_know_a_pause(exercise: ModuleType) -> None:
    """Each door carries out a Pause; the WSGI door has waited when `carry_out` returns."""
    began = time.monotonic()
    try:
        result = exercise.PatientWSGIDoor(_site(exercise)).carry_out(exercise.Pause(0.1), {})
    except Exception as error:
        what = "carry_out(Pause(0.1)) of the WSGI door"
        raise Unmet(what, "a wait of 0.1 s", told(error, exercise), IN_WSGI) from error
    passed = time.monotonic() - began
    if inspect.iscoroutine(result):
        result.close()
        came = "a coroutine, which nobody awaits there"
        raise Unmet("carry_out(Pause(0.1)) of the WSGI door", "a wait of 0.1 s", came, IN_WSGI)
    expect_that(
        passed > 0.09,
        what="carry_out(Pause(0.1)) of the WSGI door",
        wanted="a wait of 0.1 s",
        came=f"a return after {passed:.3f} s",
        look=IN_WSGI,
    )
    door = exercise.PatientASGIDoor(_site(exercise))
    what = "carry_out(Pause(0.1)) of the ASGI door"
    run_to_its_end(exercise, what, lambda: door.carry_out(exercise.Pause(0.1), None), IN_ASGI)


def check_both_doors_answer_alike(exercise: ModuleType) -> None:
    """The same requests get the same answers from both doors."""
    for method, path, wanted in (
        ("GET", "/fine", (200, "fine")),
        ("POST", "/shout", (200, "TANDEM")),
        ("GET", "/busy", (200, "call 2")),
        ("GET", "/busy-def", (200, "call 2")),
        ("GET", "/always", (500, "the handler failed\n")),
        ("GET", "/none", (404, "nothing here\n")),
    ):
        doors: list[tuple[Any, World, str]] = [
            (exercise.PatientWSGIDoor, "wsgi", IN_WSGI),
            (exercise.PatientASGIDoor, "asgi", IN_ASGI),
        ]
        for door, world, look in doors:
            what = f"{method} {path} at the {world.upper()} door"
            client = Client(door(_site(exercise)), world=world)
            try:
                answer = client.request(method, path, body="tandem" if method == "POST" else "")
            except Exception as error:
                raise Unmet(what, repr(wanted), told(error, exercise), look) from error
            finally:
                client.close()
            expect((answer.status, answer.text), wanted, what=what, look=look)


def check_the_asgi_door_serves_others_meanwhile(exercise: ModuleType) -> None:
    """Behind the ASGI door another request is served during a Pause."""
    marks: list[str] = []
    site = exercise.PatientApp()

    @site.route("GET", "/busy")  # type: ignore[untyped-decorator]
    async def busy(body: bytes) -> str:
        marks.append("busy again" if marks else "busy")
        if len(marks) == 1:
            raise exercise.Busy
        return ""

    @site.route("GET", "/other")  # type: ignore[untyped-decorator]
    async def other(body: bytes) -> str:
        marks.append("other")
        return ""

    async def both() -> None:
        door = exercise.PatientASGIDoor(site)
        await asyncio.gather(*(_ask(door, path) for path in ("/busy", "/other")))

    run_to_its_end(exercise, "two requests at the ASGI door", both, IN_ASGI)
    expect_that(
        marks == ["busy", "other", "busy again"],
        what="who is called while the first is in its Pause",
        wanted="busy, other, busy again",
        came=", ".join(marks),
        look=f"{IN_ASGI}; what is not awaited does not wait, and `time.sleep` stops everybody",
    )


def _steps(exercise: ModuleType, times: int, error: type[Exception] | None = None) -> list[str]:
    """The steps that `asking` yields where the handler is busy so many times, and its end."""
    life: Any = exercise.PatientApp().asking(_nothing, b"")
    if not hasattr(life, "throw"):
        came = f"{life!r}, which has none"
        raise Unmet("`asking`", "a generator, with `yield` for each step", came, IN_ASKING)
    steps, calls = list[str](), 0
    try:
        step = next(life)
        while len(steps) < MOST_STEPS:
            steps.append(_named(step))
            if type(step).__name__ != "Call":
                step = life.send(None)
                continue
            calls += 1
            step = life.throw(error or exercise.Busy) if calls <= times else life.send("text")
    except StopIteration as end:
        return [*steps, f"returns {end.value!r}"]
    except Exception as raised:
        expected = isinstance(raised, (error or exercise.Busy,))
        return [*steps, f"raises {type(raised).__name__ if expected else told(raised, exercise)}"]
    return [*steps, "and so on without an end"]


def _named(step: object) -> str:
    """A step, as the learner is told of it."""
    name = type(step).__name__
    if name == "Pause":
        return f"Pause({getattr(step, 'seconds', '?')})"
    return name if name == "Call" else repr(step)


def _nothing(body: bytes) -> str:
    return ""


def _site(exercise: ModuleType) -> Any:
    """An App with a handler of each kind."""
    site = exercise.PatientApp()
    calls: dict[str, int] = {}

    def busy_once(name: str) -> str:
        calls[name] = calls.get(name, 0) + 1
        if calls[name] == 1:
            raise exercise.Busy
        return f"call {calls[name]}"

    async def fine(body: bytes) -> str:
        return "fine"

    def shout(body: bytes) -> str:
        return body.decode().upper()

    async def busy(body: bytes) -> str:
        return busy_once("async def")

    def busy_def(body: bytes) -> str:
        return busy_once("def")

    def always(body: bytes) -> str:
        raise exercise.Busy

    for method, path, handler in (
        ("GET", "/fine", fine),
        ("POST", "/shout", shout),
        ("GET", "/busy", busy),
        ("GET", "/busy-def", busy_def),
        ("GET", "/always", always),
    ):
        site.route(method, path)(handler)
    return site


async def _ask(door: Any, path: str) -> None:
    """A GET of the ASGI door, whose answer nobody looks at."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        pass

    await door({"type": "http", "method": "GET", "path": path, "headers": []}, receive, send)
