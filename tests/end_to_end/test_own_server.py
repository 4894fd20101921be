"""Our own server as a process: slow clients, signals, restarts under load, mistakes in starting."""

import asyncio
import http.client
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest

from benchmarks.drip import drip
from benchmarks.wrk import rate
from lab.processes import ServerStartError, free_port, running
from tests.end_to_end.exchange import Closed, Conversation, ask, request_bytes
from tests.end_to_end.servers import ROOT, environment, serving
from tests.lab.xray.browser import browsing, needs_chromium

pytestmark = pytest.mark.server
SLOW = "tests.end_to_end.apps.slow"
WAIT = 20.0  # seconds, at most
FACES = ("own wsgi", "own asgi")
every_face = pytest.mark.parametrize("face", FACES)


def until(condition, what):
    """Wait until it is true."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def own(*arguments, cwd=ROOT, **options):
    """`python -m lab.server` with these arguments."""
    command = [sys.executable, "-m", "lab.server", "--port", "{port}", *arguments]
    return running(command, cwd=cwd, env=environment(PYTHONPATH=str(ROOT)), ready="/", **options)


def terminated(server, *signals):
    """Send the signals to the server; its exit code, when it has ended."""
    for number in signals:
        server._process.send_signal(number)
    return server._process.wait(WAIT)


# Slow clients.


@every_face
def test_many_slow_clients_are_cut_and_the_others_served_meanwhile(face):
    options = ("--timeout-head", "1", "--timeout-body", "1", "--limit-connections", "300")
    with serving(face, "examples.tasks", *options) as server:
        served = []
        ended = threading.Event()

        def ask_meanwhile():
            while not ended.is_set():
                served.append(ask(server, "GET", "/hello").status)
                ended.wait(0.02)

        asking = threading.Thread(target=ask_meanwhile)
        asking.start()
        try:
            seen = asyncio.run(drip(server.port, 200))
        finally:
            ended.set()
            asking.join()
        assert (len(seen.cut_after), seen.otherwise) == (200, 0)
        assert min(seen.cut_after) >= 0.99
        assert set(served) == {200}
        assert len(served) > 5
        assert ask(server, "GET", "/hello").status == 200


@every_face
def test_a_silent_client_is_closed_and_half_a_request_answered_408(face):
    with (
        serving(face, SLOW, "--timeout-head", "0.5") as server,
        closing(Conversation(server)) as silent,
        closing(Conversation(server)) as half,
    ):
        half.send(b"GET / HTTP/1.1\r\n")
        assert half.answer().status == 408
        with pytest.raises(Closed):
            silent.answer()


@every_face
def test_a_connection_too_many_is_answered_503(face):
    with (
        serving(face, SLOW, "--limit-connections", "2", "--timeout-head", "20") as server,
        closing(Conversation(server)) as first,
        closing(Conversation(server)) as second,
    ):
        assert answers_200(first)
        assert answers_200(second)
        with closing(Conversation(server)) as third:
            assert third.answer().status == 503
            assert third.end() == b""
        assert answers_200(first)


def answers_200(conversation):
    conversation.send(request_bytes("GET", "/"))
    return conversation.answer().status == 200


# The end.


@every_face
def test_told_to_end_it_answers_what_it_was_asked_and_ends_once(face):
    count = 30
    options = ("--threads", str(count)) if face == "own wsgi" else ()
    with serving(face, SLOW, *options) as server:
        conversations = [Conversation(server) for _ in range(count)]
        for number, conversation in enumerate(conversations):
            conversation.send(request_bytes("GET", "/slow" if number % 2 else "/stream"))
        ask(server, "GET", "/nope")  # who came before is connected now
        code = []
        ending = threading.Thread(target=lambda: code.append(terminated(server, signal.SIGTERM)))
        ending.start()
        answers = [conversation.answer() for conversation in conversations]
        for conversation in conversations:
            assert conversation.end() == b""
            conversation.close()
        ending.join()
        assert {(answer.status, answer.body) for answer in answers} == {
            (200, b"slow"),
            (200, b"01234"),
        }
        assert code == [0]
        assert server.log().count("started\n") == server.log().count("stopped\n") == 1
        assert "Traceback" not in server.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@every_face
def test_with_nobody_there_it_ends_at_once(face, number):
    with serving(face, SLOW) as server:
        assert terminated(server, number) == 0
        assert server.log().count("stopped\n") == 1


@every_face
def test_an_idle_connection_does_not_keep_it(face):
    with (
        serving(face, SLOW, "--timeout-keep-alive", "600") as server,
        closing(Conversation(server)) as idle,
    ):
        assert answers_200(idle)
        assert terminated(server, signal.SIGTERM) == 0


@every_face
def test_a_request_on_its_way_at_the_end_is_answered(face):
    with serving(face, SLOW, "--timeout-linger", "10") as server:
        with closing(Conversation(server)) as idle:
            assert answers_200(idle)
            server._process.send_signal(signal.SIGTERM)
            until(lambda: refuses(server), "it still accepts clients")
            assert answers_200(idle)
            assert idle.end() == b""
        assert server._process.wait(WAIT) == 0


def refuses(server):
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", server.port), WAIT).close()
        return False
    return True


@every_face
def test_a_second_signal_ends_it_at_once(face):
    variables = environment(SLOW_PAUSE="600")
    name = "application" if face == "own wsgi" else "app"
    command = [sys.executable, "-m", "lab.server", f"{SLOW}:{name}", "--port", "{port}"]
    with running(command, cwd=ROOT, env=variables, ready="/") as server:
        with closing(Conversation(server)) as stuck:
            stuck.send(request_bytes("GET", "/slow"))
            ask(server, "GET", "/nope")
            server._process.send_signal(signal.SIGTERM)
            until(lambda: refuses(server), "it still accepts clients")
            server._process.send_signal(signal.SIGINT)
            assert stuck.end() == b""
        server._process.wait(WAIT)


@every_face
def test_a_request_that_takes_too_long_is_given_up(face):
    variables = environment(SLOW_PAUSE="600")
    name = "application" if face == "own wsgi" else "app"
    command = [sys.executable, "-m", "lab.server", f"{SLOW}:{name}", "--port", "{port}"]
    with running(
        [*command, "--timeout-shutdown", "0.2"], cwd=ROOT, env=variables, ready="/"
    ) as server:
        with closing(Conversation(server)) as stuck:
            stuck.send(request_bytes("GET", "/slow"))
            ask(server, "GET", "/nope")
            server._process.send_signal(signal.SIGTERM)
            assert stuck.end() == b""
        server._process.wait(WAIT)
        assert "are given up: they took longer than 0.2 seconds" in server.log()


# Restarts.


def ask_on(server, lost, answered, ended):
    """Ask on a connection that is kept, until `ended`; a request without an answer is lost."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=WAIT)) as connection:
        while not ended.is_set():
            try:
                connection.request("POST", "/length", b"x" * 5_000)
                response = connection.getresponse()
                answered.append((response.status, response.read()))
            except (OSError, http.client.HTTPException) as error:
                lost.append(error)
                connection.close()


@every_face
def test_restarts_under_load_lose_nothing(face):
    restarts = 4
    name = "application" if face == "own wsgi" else "app"
    with own(f"{SLOW}:{name}", "--reload", "--no-access-log") as server:
        lost, answered, ended = [], [], threading.Event()
        threads = [
            threading.Thread(target=ask_on, args=(server, lost, answered, ended)) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        try:
            for number in range(2, 2 + restarts):
                server._process.send_signal(signal.SIGHUP)
                until(lambda: server.log().count("started\n") == number, "no restart")  # noqa: B023
                until(
                    lambda: server.log().count("stopped\n") == number - 1,  # noqa: B023
                    "the old one goes on",
                )
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        assert lost == []
        assert set(answered) == {(200, b"5000")}
        assert terminated(server, signal.SIGTERM) == 0
        assert server.log().count("started\n") == server.log().count("stopped\n") == restarts + 1


def test_a_changed_file_is_served_and_a_broken_one_is_not(tmp_path):
    def says(text):
        return (
            "async def app(scope, receive, send):\n"
            "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
            f"    await send({{'type': 'http.response.body', 'body': {text!r}}})\n"
        )

    module = tmp_path / "changing.py"
    module.write_text(says(b"one"))
    with own("changing:app", "--reload", cwd=tmp_path) as server:
        assert ask(server, "GET", "/").body == b"one"
        module.write_text("def broken(:\n")
        until(lambda: "the server did not start" in server.log(), "the mistake is not noticed")
        assert ask(server, "GET", "/").body == b"one"
        module.write_text(says(b"two"))
        until(lambda: ask(server, "GET", "/").body == b"two", "the change is not noticed")
        assert terminated(server, signal.SIGINT) == 0


# Mistakes in starting.


def ended_with(*arguments, cwd=ROOT, **variables):
    """Exit code and stderr of a server that does not start."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment(PYTHONPATH=str(ROOT), **variables),
        capture_output=True,
        text=True,
        timeout=WAIT * 2,
        check=False,
    )
    return finished.returncode, finished.stderr


@pytest.mark.parametrize(
    "arguments", [("-m", "lab.server", "examples.raw:app", "--port"), ("examples/raw.py",)]
)
def test_a_port_in_use_is_told_in_a_sentence(arguments):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        given = (*arguments, port) if arguments[0] == "-m" else arguments
        code, words = ended_with(*given, PORT=port)
    assert code == 1
    assert f"port {port} of 127.0.0.1 is in use: another program listens there" in words
    assert "Traceback" not in words


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_application_is_imported_is_an_orderly_end(tmp_path, number):
    (tmp_path / "importing.py").write_text(
        f"import os, signal, time\nos.kill(os.getpid(), {int(number)})\ntime.sleep(600)\n"
    )
    code, told = ended_with("-m", "lab.server", "importing:app", "--port", "0", cwd=tmp_path)
    assert (code, told) == (0, "")


def test_an_application_that_does_not_start_ends_the_server():
    with pytest.raises(ServerStartError, match="the application did not start: ") as raised:
        serving("own asgi", "tests.end_to_end.apps.failing_startup").__enter__()
    assert "exit code 1" in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("examples.nope:app",), "there is no module 'examples.nope'"),
        (("examples.raw:nope",), "examples.raw has no 'nope'"),
        (("examples.raw",), "an import string is \"module:name\"; got 'examples.raw'"),
        (("examples.raw:PAGES",), "a WSGI or ASGI callable, is served; got {"),
        (("examples.raw:app", "--face", "wsgi"), "is ASGI"),
        (("examples.raw:app", "--host", "192.0.2.1"), "can't listen on port"),
        (("examples.raw:app", "--fd", "99"), "is a socket, handed over; got 99"),
        (("examples.nope:app", "--reload"), "the server did not start"),
    ],
)
def test_what_can_not_be_served_is_told_in_a_sentence(arguments, words):
    code, told = ended_with("-m", "lab.server", *arguments, "--port", str(free_port()))
    assert code in (1, 2)
    assert words in told
    assert "Traceback" not in told


# Other clients.


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@every_face
def test_curl_talks_to_it(face, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(b"x" * 300_000)  # so large that curl asks for 100 Continue
    with serving(face, SLOW) as server:
        asked = subprocess.run(
            ["curl", "-s", "-v", "--data-binary", f"@{body}", f"{server.url}/length"],
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=True,
        )
        assert asked.stdout == "300000"
        chunked = ["-H", "Transfer-Encoding: chunked", "-H", "Expect: 100-continue"]
        asked = subprocess.run(
            ["curl", "-s", "-v", *chunked, "--data-binary", f"@{body}", f"{server.url}/length"],
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=True,
        )
        assert asked.stdout == "300000"
        assert "< HTTP/1.1 100 Continue" in asked.stderr


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
@every_face
def test_wrk_talks_to_it(face):
    with serving(face, "examples.tasks", "--no-access-log") as server:
        assert rate(f"{server.url}/hello", seconds=1) > 0  # raises where an answer was not right


IN_THE_PAGE = """async (size) => {
    const names = await Promise.all([...Array(8).keys()].map(async (number) => {
        const answer = await fetch(`/length?${number}`, {method: "POST", body: "x".repeat(size)});
        return answer.text();
    }));
    return names;
}"""
BY_WEBSOCKET = """() => new Promise((resolve, reject) => {
    const socket = new WebSocket(location.href.replace("http", "ws").replace(/[/]$/, "/ws"));
    socket.onopen = () => socket.send("h\u00e9");
    socket.onmessage = (event) => socket.close(1000, event.data);
    socket.onclose = (event) => resolve([event.code, event.reason, event.wasClean]);
    socket.onerror = () => reject(new Error("no WebSocket"));
})"""


@needs_chromium
@every_face
def test_chromium_talks_to_it(face):
    with serving(face, SLOW) as server, browsing() as browser:
        tab = browser.new_page()
        assert tab.goto(f"{server.url}/nope").status == 404
        assert tab.evaluate(IN_THE_PAGE, 100_000) == ["100000"] * 8


@needs_chromium
def test_chromium_has_a_websocket(tmp_path):
    (tmp_path / "echoing.py").write_text(ECHOING)
    with own("echoing:app", cwd=tmp_path) as server, browsing() as browser:
        tab = browser.new_page()
        tab.goto(f"{server.url}/")
        assert tab.evaluate(BY_WEBSOCKET) == [1000, "hé", True]


ECHOING = """
async def app(scope, receive, send):
    message = await receive()
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        message = await receive()
        while message["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
            message = await receive()
    elif scope["type"] == "http":
        fields = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": b"<p>here"})
    else:
        raise NotImplementedError
"""


def test_every_step_can_be_seen():
    with serving("own asgi", "examples.raw", "--steps") as server:
        ask(server, "GET", "/hello")
        for words in ("opened", "bytes in", "event", "scope", "send", "bytes out"):
            until(lambda: f" {words} " in server.log(), words)  # noqa: B023
