"""From start to end, in this process: on a socket, ended by signals."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from lab.errors import LabError
from lab.server.asgi_host import ASGIHost
from lab.server.graceful import serve_until_stopped
from lab.server.listener import Listener, bound
from lab.server.server import Server
from lab.server.serving import run, supervise
from lab.server.threads import Threads, on_loop

WAIT = 10  # seconds, at most


def ask(address):
    """What is answered to a request on a connection of its own."""
    with closing(socket.create_connection(address, WAIT)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = b""
        while octets := client.recv(65_536):
            answer += octets
        return answer


class App:
    """Answers, after it was let go where that is wanted; and remembers its lifespan."""

    def __init__(self, waits=False, fails=False):
        self.marks = []
        self.waits = waits
        self.fails = fails
        self.is_asked = asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            for what in ("startup", "shutdown"):
                await receive()
                self.marks.append(what)
                how = "failed" if self.fails else "complete"
                await send({"type": f"lifespan.{what}.{how}"})
            return
        self.is_asked.set()
        if self.waits:
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


def served(app, during):
    """Serve on a free port while `during(address)` runs in a thread."""

    async def main():
        ready = asyncio.Event()
        server = Server(ASGIHost(app))
        serving = asyncio.create_task(serve_until_stopped(server, listening, ready.set))
        await ready.wait()
        await during(listening.getsockname())
        await asyncio.wait_for(serving, WAIT)

    with bound("127.0.0.1", 0) as listening:
        asyncio.run(main())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_serves_until_a_signal(number):
    app, answers = App(), []

    async def during(address):
        answers.append(await asyncio.to_thread(ask, address))
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    served(app, during)
    assert answers[0].endswith(b"here\r\n0\r\n\r\n")
    assert app.marks == ["startup", "shutdown"]
    assert signal.getsignal(number) == before


def test_a_second_signal_gives_up_what_is_left():
    app = App(waits=True)

    async def during(address):
        asking = asyncio.create_task(asyncio.to_thread(ask, address))
        await asyncio.wait_for(app.is_asked.wait(), WAIT)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGINT)
        assert await asyncio.wait_for(asking, WAIT) == b""

    served(app, during)
    assert app.marks == ["startup", "shutdown"]


class Hanging(App):
    """Never ends its startup, or its shutdown."""

    def __init__(self, where):
        super().__init__()
        self.where = where

    async def __call__(self, scope, receive, send):
        for what in ("startup", "shutdown"):
            await receive()
            self.marks.append(what)
            os.kill(os.getpid(), signal.SIGTERM)  # the first, and then the second
            if what == self.where:
                await asyncio.Event().wait()
            await send({"type": f"lifespan.{what}.complete"})


def test_an_application_that_never_starts_can_be_ended():
    app = Hanging("startup")
    run(app, bound("127.0.0.1", 0))
    assert app.marks == ["startup"]


def test_an_application_that_never_ends_is_left_at_the_second_signal():
    app = Hanging("shutdown")
    run(app, bound("127.0.0.1", 0))
    assert app.marks == ["startup", "shutdown"]


def test_an_application_that_does_not_start_is_not_served():
    listening = bound("127.0.0.1", 0)
    with pytest.raises(LabError, match="did not start"):
        run(App(fails=True), listening)
    assert listening.fileno() == -1


def test_a_name_is_served_too():
    listening = bound("127.0.0.1", 0)
    run(
        "examples.raw:app",
        listening,
        on_ready=lambda: os.kill(os.getpid(), signal.SIGTERM),
    )
    assert listening.fileno() == -1


def test_a_listener_that_was_not_opened_can_be_closed():
    with bound("127.0.0.1", 0) as listening:
        Listener(listening, asyncio.Protocol).close()


def test_a_supervisor_is_given_the_socket(monkeypatch):
    given = []

    class Supervisor:
        def __init__(self, listening, command):
            given.append((listening.getsockname()[0], command[3:]))

        def run(self, directory):
            return 5

    monkeypatch.setattr("lab.server.serving.Supervisor", Supervisor)
    assert supervise("a:b", "127.0.0.1", 0, "wsgi", True) == 5
    assert given == [("127.0.0.1", ["a:b", "--face", "wsgi"])]


# Threads.


def test_a_thread_whose_result_nobody_awaits_any_more_goes_on():
    async def main():
        threads = Threads(1)
        begun, go_on = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def work():
            loop.call_soon_threadsafe(begun.set)
            on_loop(go_on.wait(), loop)

        waiting = threads.run(work, 1)
        await asyncio.wait_for(begun.wait(), WAIT)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        go_on.set()
        assert await threads.run(lambda: "next", WAIT) == "next"
        threads.stop()

    asyncio.run(main())


def test_a_mistake_on_the_loop_is_raised_in_the_thread():
    async def fail():
        raise RuntimeError("on the loop")

    async def main():
        with pytest.raises(RuntimeError, match="on the loop"):
            await asyncio.to_thread(on_loop, fail(), asyncio.get_running_loop())

    asyncio.run(main())


STUBBORN = """
import asyncio, threading
from lab.server.listener import bound
from lab.server.serving import run

async def app(scope, receive, send):
    assert scope["type"] == "http"
    print("asked", flush=True)
    {}

listening = bound("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
run(app, listening, face="asgi")
"""


@pytest.mark.parametrize(
    "work",
    [
        "threading.Event().wait()",
        "while True:\n        try: await asyncio.Event().wait()\n        except BaseException: 0",
    ],
)
def test_a_third_signal_ends_what_does_not_end_by_itself(work):
    command = [sys.executable, "-c", STUBBORN.format(work)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline())
            with closing(socket.create_connection(("127.0.0.1", port), WAIT)) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                assert server.stdout.readline() == "asked\n"
                for _ in range(100):  # two that come at once may be one
                    server.send_signal(signal.SIGTERM)
                    try:
                        server.wait(WAIT / 100)
                    except subprocess.TimeoutExpired:
                        continue
                    break
                assert server.returncode == -signal.SIGTERM
        finally:
            server.kill()


def test_with_nohup_it_outlives_its_terminal():
    async def during(address):
        os.kill(os.getpid(), signal.SIGHUP)
        assert (await asyncio.to_thread(ask, address)).endswith(b"here\r\n0\r\n\r\n")
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        served(App(), during)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_who_ends_it_is_told_what_it_waits_for(caplog):
    caplog.set_level("INFO", "tandem.server")
    app = App(waits=True)

    async def during(address):
        asking = asyncio.create_task(asyncio.to_thread(ask, address))
        await app.is_asked.wait()
        os.kill(os.getpid(), signal.SIGINT)
        while "ending when 1 requests are answered" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        await asking

    served(app, during)


def test_a_signal_while_it_is_imported_is_an_end_without_a_word(tmp_path, monkeypatch, caplog):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "told_to_end.py").write_text(
        f"import os\nos.kill(os.getpid(), {int(signal.SIGTERM)})\nraise AssertionError\n"
    )
    before = signal.getsignal(signal.SIGTERM)
    run("told_to_end:app", bound("127.0.0.1", 0))
    assert caplog.text == ""
    assert signal.getsignal(signal.SIGTERM) == before
