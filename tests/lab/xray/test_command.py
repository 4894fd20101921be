import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import lab
from lab.__main__ import main
from lab.xray import Tape, command

SERVED = "tests.lab.xray.served"


def tandem(*arguments, columns=120):
    return CliRunner().invoke(main, arguments, env={"COLUMNS": str(columns), "NO_COLOR": "1"})


def xray(*arguments, columns=120):
    return tandem("xray", *arguments, columns=columns)


def test_two_columns_stand_beside_each_other_where_there_is_room():
    done = xray(SERVED, "GET", "/")
    assert done.exit_code == 0
    assert any("PATH_INFO '/'" in line and "path '/'" in line for line in done.output.splitlines())
    assert "= the same" in done.output
    assert "ms: since the application was called; then the thread" in done.output


def test_in_a_narrow_terminal_one_is_under_the_other():
    lines = xray(SERVED, "GET", "/", columns=60).output.splitlines()
    place = next(number for number, line in enumerate(lines) if "= WSGI PATH_INFO '/'" in line)
    assert "= ASGI path '/'" in lines[place + 1]
    assert max(map(len, lines)) <= 60


def test_without_colour_marks_say_what_is_only_on_one_side():
    lines = xray(SERVED, "GET", "/").output.splitlines()
    assert any(line.strip().startswith("< ") and "wsgi.errors" in line for line in lines)
    assert any(line.strip().startswith("> ") and "type 'http'" in line for line in lines)


@pytest.mark.parametrize("columns", [60, 120])
def test_one_world_has_one_column(columns):
    output = xray(f"{SERVED}:app", "GET", "/", columns=columns).output
    assert "await app(scope, receive, send)" in output
    assert "start_response" not in output


def test_square_brackets_of_a_request_are_shown_as_they_are():
    assert "q=[bold]" in xray(SERVED, "GET", "/?q=[bold]x[/bold]").output


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("preset", ["hang-up", "exception-after-start", "streaming"])
def test_presets_ask_the_path_that_is_given(preset, columns):
    done = xray(SERVED, "GET", "/stream", "--preset", preset, columns=columns)
    assert done.exit_code == 0
    assert "GET /stream" in done.output


def test_a_body_is_shown_on_both_sides():
    done = xray(SERVED, "POST", "/echo", "-d", "a=1", "-d", "b=2", "-H", "X-A: 1")
    assert done.output.count("a=1&b=2") >= 4
    assert "HTTP_X_A '1'" in done.output


def test_what_wsgi_does_not_have_is_said():
    assert "WSGI has no WebSocket" in xray(SERVED, "GET", "/ws", "--preset", "websocket").output
    assert "WSGI has no lifespan" in xray(SERVED, "--preset", "lifespan").output


def test_bytes_that_differ_are_shown_for_each(module):
    name = module(
        "def application(environ, start_response):\n"
        "    start_response('200 Fine', [])\n    return []\n"
        "async def app(scope, receive, send):\n    raise ValueError('no')\n"
    )
    for columns in (60, 120):
        output = xray(name, "GET", "/", columns=columns).output
        assert "HTTP/1.1 200 Fine" in output
        assert "HTTP/1.1 500 Internal Server Error" in output


def test_a_tape_is_saved_and_a_page_written(tmp_path):
    tape, page = tmp_path / "a.json", tmp_path / "a.html"
    done = xray(SERVED, "GET", "/cookie", "--save", str(tape), "--html", str(page))
    assert done.exit_code == 0
    assert f"wrote {tape}" in done.output
    assert f"wrote {page}" in done.output
    assert Tape.load(tape).script.target == "/cookie"
    assert page.read_text().startswith("<!doctype html>")


def test_secrets_are_masked_unless_they_are_to_be_kept(tmp_path):
    tape, page = tmp_path / "a.json", tmp_path / "a.html"
    given = [SERVED, "GET", "/cookie", "-H", "Authorization: Bearer t0ken"]
    files = ["--save", str(tape), "--html", str(page)]
    for kept in (False, True):
        option = ["--keep-secrets"] if kept else []
        assert xray(*given, *files, *option).exit_code == 0
        for text in (xray(*given, *option).output, tape.read_text(), page.read_text()):
            assert ("t0ken" in text) is kept
            assert ("s3cret" in text) is kept


def test_the_tape_is_printed_as_json():
    done = xray(SERVED, "GET", "/", "--as-json")
    assert Tape.read(done.output).sides.keys() == {"wsgi", "asgi"}


def test_what_a_module_prints_is_none_of_the_output(module):
    name = module(
        "print('imported')\n"
        "def application(environ, start_response):\n"
        "    print('asked')\n    start_response('200 OK', [])\n    return []\n"
    )
    done = xray(name, "GET", "/", "--as-json")
    assert Tape.read(done.stdout).module == name
    assert "imported\nasked\n" in done.stderr


WRONG = """
def application(environ, start_response):
    start_response("200 OK", [("Connection", "close")])
    return [b"hi"]
"""


def test_a_check_that_finds_nothing_ends_with_0():
    done = xray("--check", SERVED)
    assert (done.exit_code, done.output) == (0, "Nothing found: GET / by every preset.\n")
    assert xray("--check", SERVED, "GET", "/").output == "Nothing found: GET /.\n"
    assert json.loads(xray("--check", SERVED, "--as-json").output)["findings"] == []


def test_a_check_that_finds_something_names_the_clause_and_ends_with_1(module):
    done = xray("--check", module(WRONG))
    assert done.exit_code == 1
    assert done.output.count("PEP 3333, Other HTTP Features: Connection is the server's") == 1
    assert "WSGI, GET /: start_response at" in done.output


def test_what_was_found_is_printed_as_json_and_written_on_the_page(module, tmp_path):
    page = tmp_path / "a.html"
    done = xray("--check", module(WRONG), "--as-json", "--html", str(page))
    assert done.exit_code == 1
    document = json.loads(done.output)
    assert document["checked"] == "GET /"
    assert document["findings"][0]["clause"] == "PEP 3333, Other HTTP Features"
    assert "PEP 3333, Other HTTP Features" in page.read_text()


def test_an_exception_is_no_finding_and_is_told(module):
    name = module("def application(environ, start_response):\n    raise ValueError('oh')\n")
    done = xray("--check", name)
    assert done.exit_code == 0
    assert done.output.count("Note: WSGI, GET /: the application raised ValueError: oh") == 1


def test_a_fault_of_the_lifespan_is_found(module):
    name = module(
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    if scope['type'] == 'lifespan':\n"
        "        await send({'type': 'lifespan.startup.complete'})\n"
        "        return\n"
        "    raise ValueError(scope['type'])\n"
    )
    done = xray("--check", name, "--preset", "lifespan")
    assert done.exit_code == 1
    assert "ASGI, Lifespan, Scope" in done.output


def test_one_that_is_silent_is_given_up(module):
    name = module(
        "async def app(scope, receive, send):\n"
        "    import asyncio\n"
        "    assert scope['type'] == 'http'\n"
        "    await asyncio.Event().wait()\n"
    )
    done = xray(name, "GET", "/", "--timeout", "0.01")
    assert done.exit_code == 0
    assert "the application sent nothing for 0.01 s" in " ".join(done.output.split())


STARTS_NOT = """
from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

site = App()
application, app = WSGIAdapter(site), ASGIAdapter(site)

@app.on_startup
def start():
    raise OSError("no database")
"""


def test_an_application_that_does_not_start_is_told_in_a_sentence(module):
    done = xray(module(STARTS_NOT) + ":app", "GET", "/")
    assert done.exit_code == 1
    assert "Error: the application did not start up: " in done.output
    assert "no database" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        (["no_such_module"], "there is no module 'no_such_module' here"),
        ([f"{SERVED}:nope"], "has no 'nope'"),
        ([f"{SERVED}:not_callable"], "is not callable"),
        ([SERVED, "GET"], "METHOD is followed by PATH"),
        ([SERVED, "get", "/"], "written in capitals: GET"),
        ([SERVED, "GET", "tasks"], 'PATH begins with "/"'),
        ([SERVED, "--preset", "nope"], "Invalid value for '--preset'"),
        ([f"{SERVED}:application", "--preset", "lifespan"], "a lifespan is for ASGI"),
        ([SERVED, "GET", "/", "--save", "no/such/a.json"], "no/such/a.json can't be written"),
        ([SERVED, "GET", "/", "--hang-up-after", "0"], "Invalid value for '--hang-up-after'"),
        ([SERVED, "--timeout", "0"], "it is a number of seconds above 0; got 0"),
        ([SERVED, "--timeout", "-1"], "it is a number of seconds above 0; got -1"),
        ([SERVED, "--timeout", "nan"], "it is a number of seconds above 0; got nan"),
        ([SERVED, "--timeout", "inf"], "it is a number of seconds above 0; got inf"),
        ([":app"], "before \":\" comes a module, as in examples.tasks:app; got ':app'"),
        ([SERVED, "GET", "*"], 'PATH begins with "/"'),
        (["no/such.json"], "no/such.json can't be read"),
        (
            [SERVED, "--preset", "get", "--send", "a"],
            "--send and --subprotocol are for a WebSocket",
        ),
        ([SERVED, "--subprotocol", "a b"], "a subprotocol is a word such as chat.v1"),
        (
            [SERVED, "--preset", "get", "--preset", "head", "--html", "a.html"],
            "--html is of one request: name one preset; got 2",
        ),
        (
            [SERVED, "--preset", "get", "--preset", "head", "--as-json"],
            "--as-json is of one request",
        ),
    ],
)
def test_wrong_usage_is_answered_in_a_sentence_and_2(arguments, said):
    done = xray(*arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_help_tells_of_the_presets():
    output = " ".join(xray("--help").output.split())
    assert "hang-up: a GET whose client leaves after the first chunk" in output


def test_the_command_works_in_a_process_of_its_own(tmp_path):
    (tmp_path / "written.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lab", "xray", "--check", "written"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(lab.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Connection is the server's to send" in done.stdout


# replay


@pytest.fixture
def tape(tmp_path):
    """Save a tape of `served`; its path."""

    def save(*arguments):
        path = tmp_path / "tape.json"
        assert xray(*arguments, "--save", str(path)).exit_code == 0
        return str(path)

    return save


@pytest.mark.parametrize(
    "arguments",
    [
        ["GET", "/"],
        ["GET", "/caf%C3%A9"],
        ["POST", "/echo", "--preset", "post-in-chunks"],
        ["GET", "/cookie"],
        ["GET", "/stream"],
        ["GET", "/endless", "--hang-up-after", "3"],
        ["GET", "/nowhere"],
    ],
)
def test_a_tape_is_answered_the_same_by_both_worlds(tape, arguments):
    path = tape(SERVED, *arguments)
    done = tandem("replay", path, SERVED)
    assert done.output.count("the same") == 2, done.output
    assert done.exit_code == 0
    other = tandem("replay", tape(f"{SERVED}:application", *arguments), f"{SERVED}:app")
    assert "ASGI compared with recorded WSGI: the same" in other.output


@pytest.mark.parametrize(
    "arguments", [["GET", "/ws", "--preset", "websocket"], ["--preset", "lifespan"]]
)
def test_what_is_of_asgi_is_asked_of_asgi(tape, arguments):
    path = tape(SERVED, *arguments)
    assert tandem("replay", path, SERVED).output.count("the same") == 1
    done = tandem("replay", path, f"{SERVED}:application")
    assert done.exit_code == 2
    assert "is for ASGI, and this module has WSGI only" in done.output


OTHER = """
import itertools

dates = itertools.count()

def application(environ, start_response):
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "3")]
    start_response("203 Other", [*headers, ("Date", str(next(dates))), ("X-New", "1")])
    return [b"Hi!"]
"""


def test_each_difference_is_shown_and_ends_with_1(tape, module):
    path = tape(SERVED, "GET", "/")
    done = tandem("replay", path, module(OTHER), "--ignore", "X-New")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "GET /, WSGI compared with recorded WSGI: 3 different",
        "  status: 200 was recorded, and now it is 203",
        "  field content-length: ['6'] was recorded, and now it is ['3']",
        "  body: b'Hello!' was recorded, and now it is b'Hi!'",
    ]


def test_a_field_that_is_new_is_a_difference_and_a_date_is_none(tape, module):
    path = tape(module(OTHER), "GET", "/")
    done = tandem("replay", path, "written")
    assert done.exit_code == 0
    module(OTHER.replace("X-New", "X-Newer"))
    output = tandem("replay", path, "written").output
    assert "field x-new: ['1'] was recorded, and now it is None" in output
    assert "field x-newer: None was recorded, and now it is ['1']" in output


def test_an_exception_is_a_difference(tape, module):
    path = tape(SERVED, "GET", "/")
    name = module("def application(environ, start_response):\n    raise ValueError('oh')\n")
    output = tandem("replay", path, name).output
    assert "error: no exception was recorded, and now there is ValueError: oh" in output


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "can't be read"), ("{}", "is no tape"), ('{"tandem_tape": 9}', "version 9")],
)
def test_a_file_that_is_no_tape_is_wrong_usage(tmp_path, content, said):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content)
    done = tandem("replay", str(path), SERVED)
    assert done.exit_code == 2
    assert said in done.output


def test_a_check_tells_no_secret(tmp_path, monkeypatch):
    (tmp_path / "tells.py").write_text(
        "async def app(scope, receive, send):\n"
        "    if scope['type'] == 'lifespan':\n"
        "        raise ValueError\n"
        "    scope['headers'].append((b'x-added', b'1'))\n"
        "    await send({'type': 'http.response.start', 'status': 200})\n"
        "    await send({'type': 'http.response.body'})\n"
    )
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.html"
    given = ("tells", "GET", "/", "-H", "Cookie: a=s3cret", "--check")

    done = xray(*given, "--html", str(page))

    assert done.exit_code == 1
    assert "s3cret" not in done.output + page.read_text(encoding="utf-8")
    assert "s3cret" in xray(*given, "--keep-secrets").output


def test_an_exceptions_words_do_not_steer_the_terminal(module):
    name = module(
        "def application(environ, start_response):\n    raise ValueError('\\x1b[2J\\x07gone')\n"
    )

    for done in (xray(name, "GET", "/"), xray(name, "GET", "/", "--check")):
        assert "\x1b" not in done.output
        assert r"\x1b[2J\x07gone" in done.output


def test_a_check_says_that_it_has_not_seen_the_end_of_a_long_response(module):
    name = module(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Length', '300')])\n"
        "    return [b'x'] * 150\n"
    )

    cut = xray(name, "GET", "/", "--check")
    whole = xray(name, "GET", "/", "--hang-up-after", "200", "--check")

    assert "Note: WSGI, GET /: the client left after 100 chunks" in cut.output
    assert "300 bytes were declared, 150 were" in whole.output
    assert whole.exit_code == 1


# HEAD, presets, WebSockets, tapes


def test_a_body_in_the_response_to_head_is_a_note_and_no_finding(module):
    name = module(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Length', '2')])\n    return [b'hi']\n"
        "async def app(scope, receive, send):\n"
        "    assert scope['type'] == 'http'\n"
        "    await send({'type': 'http.response.start', 'status': 200})\n"
        "    await send({'type': 'http.response.body', 'body': b'hi'})\n"
    )
    done = xray("--check", name)
    assert done.exit_code == 0, done.output
    for world in ("WSGI", "ASGI"):
        note = f"Note: {world}, HEAD /: the response to HEAD has a body of 2 bytes: the server"
        assert note in done.output


def test_starlettes_answer_to_head_is_no_fault(module):
    pytest.importorskip("starlette")
    name = module(
        "from starlette.applications import Starlette\n"
        "from starlette.responses import PlainTextResponse\n"
        "from starlette.routing import Route\n"
        "async def home(request):\n    return PlainTextResponse('hello')\n"
        "app = Starlette(routes=[Route('/', home)])\n"
    )
    done = xray("--check", name)
    assert done.exit_code == 0, done.output


def test_several_presets_are_shown_one_after_the_other():
    done = xray(SERVED, "--preset", "get", "--preset", "head", "--preset", "get")
    assert done.exit_code == 0
    assert done.output.count(" of tests.lab.xray.served, WSGI and ASGI") == 2
    checked = xray("--check", SERVED, "--preset", "get", "--preset", "head", "--as-json")
    assert json.loads(checked.output)["checked"] == "GET /, HEAD /"


def test_options_may_ask_the_whole_server():
    done = xray(SERVED, "OPTIONS", "*")
    assert done.exit_code == 0
    assert r"OPTIONS * HTTP/1.1\r\n" in done.output


def test_a_websocket_says_what_it_is_told_to_say(tmp_path):
    (tmp_path / "octets").write_bytes(b"\x00\x01")
    given = ("--send", "good day", "--send", f"@{tmp_path}/octets", "--subprotocol", "chat.v1")
    done = xray(f"{SERVED}:app", "GET", "/ws", *given)
    assert done.exit_code == 0
    assert "text 'good day'" in done.output
    assert r"bytes b'\x00\x01'" in done.output
    assert r"Sec-WebSocket-Protocol: chat.v1\r\n" in done.output
    assert "HTTP/1.1 101 Switching Protocols" in done.output


def test_a_tape_is_shown_checked_and_made_a_page_of(tape, tmp_path):
    path, page = tape(SERVED, "GET", "/cookie", "-H", "X-A: 1"), tmp_path / "a.html"
    assert "GET /cookie of tests.lab.xray.served, WSGI and ASGI" in xray(path).output
    assert xray(path, "--check").output == "Nothing found: GET /cookie.\n"
    assert xray(path, "--html", str(page)).exit_code == 0
    assert "Set-Cookie" in page.read_text() or "set-cookie" in page.read_text()
    assert Tape.read(xray(path, "--as-json").output) == Tape.load(Path(path)).masked()


@pytest.mark.parametrize("more", [["GET", "/"], ["--preset", "get"], ["-d", "a"], ["--send", "a"]])
def test_a_tape_holds_its_request(tape, more):
    done = xray(tape(SERVED, "GET", "/"), *more)
    assert done.exit_code == 2
    assert "is a tape, and holds its request" in done.output


def test_a_tape_of_later_events_is_shown(tape):
    path = Path(tape(SERVED, "GET", "/"))
    path.write_text(path.read_text().replace('"kind": "end"', '"kind": "sneezed"'))
    done = xray(str(path))
    assert done.exit_code == 0
    assert "sneezed" in done.output


def test_a_file_that_is_no_tape_is_told(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    assert "is no tape" in xray(str(tmp_path / "a.json")).output


def test_a_large_tape_is_warned_of(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "LARGE", 100)
    done = xray(SERVED, "GET", "/", "--save", str(tmp_path / "a.json"))
    assert done.exit_code == 0
    assert "a.json has 0 MB, and is slow to show; --hang-up-after" in done.stderr


def test_what_no_client_sends_is_noted():
    done = xray(SERVED, "POST", "/echo", "-d", "abc", "-H", "Content-Length: 99", "--check")
    assert "Note: POST /echo: 99 bytes of body are declared and 3 are sent" in done.output
    assert "would wait for 96 more" in " ".join(
        xray(SERVED, "POST", "/echo", "-d", "abc", "-H", "Content-Length: 99").output.split()
    )


def test_one_that_blocks_is_ended_and_told(module):
    name = module("import time\ndef application(environ, start_response):\n    time.sleep(60)\n")
    done = xray(name, "GET", "/", "--timeout", "0.1", "--check")
    assert done.exit_code == 0
    assert "Note: WSGI, GET /: x-ray has ended the application" in done.output
    shown = xray(name, "GET", "/", "--timeout", "0.1").output
    assert "The x-ray gives up" in shown
    assert "The application raises" not in shown


def test_one_that_is_silent_is_noted_by_a_check(module):
    name = module(
        "async def app(scope, receive, send):\n"
        "    import asyncio\n"
        "    assert scope['type'] == 'http'\n"
        "    await asyncio.Event().wait()\n"
    )
    done = xray(name, "GET", "/", "--timeout", "0.01", "--check")
    assert "Note: ASGI, GET /: x-ray has given up: the application sent nothing" in done.output


def test_help_has_an_example_and_says_what_is_masked():
    output = " ".join(xray("--help").output.split())
    assert "tandem xray examples.tasks GET /tasks" in output
    assert "Other fields, paths, queries and bodies are not" in output
