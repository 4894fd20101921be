"""What docs/tape.md says is so."""

import re
from pathlib import Path

from click.testing import CliRunner

from lab.__main__ import main
from lab.testing import Client
from lab.xray import Script, Tape
from tests.lab.xray import served

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "tape.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def test_the_commands_make_a_tape_and_replay_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(ROOT)
    commands = re.findall(r"^\$ tandem (.*)$", PAGE, re.M)
    assert [command.split()[0] for command in commands] == ["xray", "replay"]
    for command in commands:
        done = CliRunner().invoke(main, command.split())
        assert done.exit_code == 0, done.output


def test_the_test_is_one_that_pytest_runs(pytester):
    tape = CliRunner().invoke(main, ["xray", "examples.tasks", "GET", "/tasks", "--as-json"])
    (pytester.path / "tapes").mkdir()
    (pytester.path / "tapes" / "list_tasks.json").write_text(tape.stdout)
    pytester.syspathinsert(ROOT)
    pytester.makeconftest(
        "import pytest\nimport examples.tasks\n"
        "@pytest.fixture\ndef app():\n    return examples.tasks\n"
    )
    pytester.makepyfile(BLOCKS[0])
    plugins = ("-p", "no:tandem", "-p", "no:muffin_pytest", "-p", "lab.pytest_plugin")
    pytester.runpytest_inprocess(*plugins).assert_outcomes(passed=2)


def test_the_recorder_makes_a_tape_of_what_a_server_asks(tmp_path):
    names = {"app": served.app, "path": tmp_path / "a.json"}
    exec(BLOCKS[1], names)
    with Client(names["app"], world="asgi") as client:
        assert client.get("/").text == "Hello!"
    [lifespan, request] = names["recordings"]
    assert lifespan.events[-1].kind == "return"
    names["recordings"] = [request]
    exec(BLOCKS[2], names)
    assert Tape.load(tmp_path / "a.json").script.target == "/"


def test_every_word_of_a_request_is_there():
    for name in Script.__dataclass_fields__:
        assert f"`{name}`" in PAGE
