"""The fixture `tape`, in a project of a user's."""

import json
from pathlib import Path

import pytest

from lab.module import applications
from lab.xray import Script, Tape
from lab.xray.drive import record

ROOT = Path(__file__).parents[3]
SERVED = applications("tests.lab.xray.served")
HOST = [("Host", "localhost:8000")]
PLUGINS = ("-p", "no:tandem", "-p", "no:muffin_pytest", "-p", "lab.pytest_plugin")
CONFTEST = """
import pytest
import tests.lab.xray.served

@pytest.fixture
def app():
    return tests.lab.xray.served
"""
SAME = """
import pytest

{mark}
def test_it(tape):
    assert tape("it").differences == []
"""
ASGI_ONLY = '@pytest.mark.world("asgi")'


@pytest.fixture
def project(pytester):
    """A project with a tape named `it`; `run` runs a test of it."""
    pytester.syspathinsert(ROOT)
    pytester.makeconftest(CONFTEST)

    def run(script, test=SAME, mark="", worlds=("wsgi", "asgi"), change=None):
        sides = {
            world: record(SERVED[world], world, script)
            for world in worlds
            if script.kind == "http" or world == "asgi"
        }
        written = json.loads(Tape("served", script, sides).json())
        if change:
            change(written)
        (pytester.path / "tapes").mkdir()
        (pytester.path / "tapes" / "it.json").write_text(json.dumps(written))
        pytester.makepyfile(test.format(mark=mark))
        return pytester.runpytest_inprocess(*PLUGINS, "--strict-markers", "-v")

    return run


SCRIPTS = {
    "GET": Script(headers=HOST),
    "POST": Script(
        method="POST",
        target="/echo",
        headers=[*HOST, ("Content-Length", "3")],
        chunks=[b"a\x00b"],
    ),
    "chunked": Script(
        method="POST",
        target="/echo",
        headers=[*HOST, ("Transfer-Encoding", "chunked")],
        chunks=[b"a", b"b"],
    ),
    "404": Script(target="/nowhere", headers=HOST),
    "a stream": Script(target="/stream", headers=HOST),
    "hung up": Script(target="/endless", headers=HOST, leaves_after=2),
    "a cookie": Script(target="/cookie", headers=HOST),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_tape_is_played_in_both_worlds(project, script):
    project(script).assert_outcomes(passed=2)


def test_a_tape_of_one_world_is_played_in_both(project):
    project(Script(headers=HOST), worlds=["asgi"]).assert_outcomes(passed=2)


WEBSOCKET = Script("websocket", target="/ws", headers=HOST, frames=["hi", b"\x00"])


def test_a_websocket_is_played(project):
    project(WEBSOCKET, mark=ASGI_ONLY).assert_outcomes(passed=1, deselected=1)


def test_a_refused_websocket_is_played(project):
    script = Script("websocket", target="/nowhere", headers=HOST)
    project(script, mark=ASGI_ONLY).assert_outcomes(passed=1, deselected=1)


def test_a_websocket_that_the_application_closes_is_played(project):
    script = Script("websocket", target="/closing", headers=HOST)
    project(script, mark=ASGI_ONLY).assert_outcomes(passed=1, deselected=1)


def change_of(kind, **details):
    """A tape on which something else was recorded."""

    def change(written):
        for side in written["sides"].values():
            for event in side["events"]:
                if event["kind"] == kind:
                    event["details"].update(details)

    return change


def test_a_difference_is_shown_in_a_sentence(project):
    result = project(Script(headers=HOST), change=change_of("start_response", status="404 Gone"))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*status: 404 was recorded, and now it is 200*"])


def test_a_message_that_differs_is_a_difference(project):
    def change(written):
        text = json.dumps(written).replace("you said 'hi'", "you whispered")
        written.update(json.loads(text))

    result = project(WEBSOCKET, mark=ASGI_ONLY, change=change)
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*message 3: *you whispered* was recorded*"])


def test_the_answer_is_there_to_be_looked_at(project):
    test = """
def test_it(tape):
    replay = tape("it", ignore=["content-length"])
    assert replay.answer.text == "Hello!"
    assert replay.tape.module == "served"
    assert replay.differences == []
"""
    project(Script(headers=HOST), test).assert_outcomes(passed=2)


def test_a_field_may_be_let_to_differ(project):
    change = change_of("start_response", headers=[{"tuple": ["X-Request-Id", "1"]}])
    test = SAME.replace('tape("it")', 'tape("it", ignore=IGNORED)')
    ignored = "IGNORED = ['X-Request-Id', 'content-type', 'content-length']"
    project(Script(headers=HOST), test, ignored, change=change).assert_outcomes(passed=2)


def test_an_exception_that_was_recorded_is_expected_and_another_is_the_tests(project):
    test = SAME + "\n\ndef test_other(client, tape):\n    assert client.get('/')\n"
    project(Script(target="/fails", headers=HOST), test).assert_outcomes(passed=4)


def test_an_exception_that_was_not_recorded_is_raised(project):
    def change(written):
        written["request"]["target"] = "/fails"

    result = project(Script(headers=HOST), change=change)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*RuntimeError: on purpose*"])


def test_a_tape_that_is_not_there_says_how_to_record_it(project):
    result = project(Script(headers=HOST), SAME.replace('"it"', '"other"'))
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*--save tapes/other.json*"])


@pytest.mark.parametrize(
    "script",
    [Script(kind="lifespan"), Script(headers=HOST, breaks=True)],
    ids=["lifespan", "breaks"],
)
def test_what_no_client_can_send_is_refused(project, script):
    result = project(script, mark=ASGI_ONLY)
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*is replayed by `tandem replay`*"])
