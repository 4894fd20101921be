import json
import os
import runpy
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

import lab
from lab.__main__ import main
from lab.compare import command
from lab.compare.signals import Stopped, stopping
from lab.compare.workloads import refusal
from lab.errors import LabError
from lab.processes import free_port
from tests.lab.made import SAMPLE

HERE = Path(__file__).parent
TINY = ["--quick", "--duration", "0.1", "--rounds", "2", "--connections", "4"]
BARE = """
def application(environ, start_response):
    found = environ["PATH_INFO"] in PATHS
    start_response("200 OK" if found else "404 Not Found", [("content-length", "0")])
    return [b""]

async def app(scope, receive, send):
    found = scope["path"] in PATHS
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    await send({"type": "http.response.body"})
"""


@pytest.fixture
def tandem(tmp_path, monkeypatch):
    """Run the command in the directory of `three_routes`, with its report in `tmp_path`."""
    monkeypatch.chdir(HERE)

    def run(*arguments):
        return CliRunner().invoke(main, ["compare", *arguments, "--out", str(tmp_path / "out")])

    return run


@pytest.mark.parametrize("arguments", [["--help"], ["compare", "--help"], ["-h"]])
def test_help_shows_how_to_begin(arguments):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    assert "examples.tasks" in done.output


def test_the_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output.startswith("tandem, version ")


def test_a_missing_library_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match=r"extra `lab`"):
        runpy.run_path(str(Path(lab.__file__).with_name("__main__.py")))


def test_a_fault_of_our_own_is_not_taken_for_a_missing_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "lab.compare.command", None)
    with pytest.raises(ModuleNotFoundError):
        runpy.run_path(str(Path(lab.__file__).with_name("__main__.py")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such_module"], "there is no module 'no_such_module' here"),
        (["three_routes:application,nope"], "has no callable 'nope'"),
        (["three_routes.py"], "write 'three_routes', not 'three_routes.py'"),
        (["three_routes:app"], "come two names"),
        (["three_routes", "--rounds", "0"], "Invalid value for '--rounds'"),
        (["three_routes", "--duration", "nan"], "seconds is a number over 0; got nan"),
        (["three_routes", "--rate", "inf"], "rate is a number over 0; got inf"),
        ([], "Missing argument"),
        (["three_routes", "--fast"], "No such option"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(tandem, arguments, said):
    done = tandem(*arguments)
    assert said in done.output
    assert "Traceback" not in done.output
    assert done.exit_code == 2


@pytest.mark.server
def test_compare_writes_a_table_and_two_files(tandem, tmp_path):
    done = tandem("three_routes", *TINY)
    assert done.exit_code == 0, done.output
    assert "GET /hello" in done.output
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["cut_short"] is False
    for cell in document["cells"]:
        assert cell["left_out"] == ""
        assert cell["errors"] == {}
        assert [one["round"] for one in cell["rounds"]] == [1, 2]
        assert cell["rate"]["median"] > 0
    assert "three_routes" in (tmp_path / "out" / "report.html").read_text()
    assert "Booting worker" in (tmp_path / "out" / "logs" / "gunicorn-sync.log").read_text()


@pytest.mark.server
def test_a_path_that_the_module_lacks_is_left_out_by_name(tandem, tmp_path, monkeypatch):
    (tmp_path / "hello_only.py").write_text('PATHS = {"/hello"}\n' + BARE)
    monkeypatch.chdir(tmp_path)
    done = tandem("hello_only", *TINY, "--rate", "50", "--seed", "7")
    assert done.exit_code == 0, done.output
    assert "and uvicorn: GET /wait was answered 404" in " ".join(done.output.split())
    settings = json.loads((tmp_path / "out" / "report.json").read_text())["settings"]
    assert (settings["seed"], settings["rate"]) == (7, 50)


@pytest.mark.server
def test_a_module_without_any_path_is_told_how_to_write_one(tandem, tmp_path, monkeypatch):
    (tmp_path / "nothing.py").write_text("PATHS = set()\n" + BARE)
    monkeypatch.chdir(tmp_path)
    done = tandem("nothing", *TINY)
    assert done.exit_code == 1
    assert '@site.get("/hello")' in done.output


@pytest.mark.server
def test_a_server_that_does_not_start_shows_its_log(tandem, tmp_path, monkeypatch):
    source = "import sys\nif 'gunicorn' in sys.modules: raise RuntimeError('not here')\n"
    (tmp_path / "picky.py").write_text(source + "PATHS = set()\n" + BARE)
    monkeypatch.chdir(tmp_path)
    done = tandem("picky", *TINY)
    assert done.exit_code == 1
    assert "RuntimeError: not here" in done.output


@pytest.mark.server
def test_a_server_that_ends_in_the_middle_is_told_with_its_log(tandem, tmp_path, monkeypatch):
    fragile = """
import logging, os
calls = []
sound = app
async def app(scope, receive, send):
    calls.append(scope)
    if len(calls) > 20:
        logging.getLogger("uvicorn").error("no more")
        os._exit(3)
    await sound(scope, receive, send)
"""
    (tmp_path / "fragile.py").write_text('PATHS = {"/hello"}\n' + BARE + fragile)
    monkeypatch.chdir(tmp_path)
    done = tandem("fragile", *TINY)
    assert done.exit_code == 1
    assert "ended in the middle" in done.output
    assert "no more" in done.output


def test_a_directory_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.chdir(HERE)
    out = str(tmp_path / "file" / "report")
    done = CliRunner().invoke(main, ["compare", "three_routes", "--out", out])
    assert done.exit_code == 2
    assert "can't be made" in done.output


def failing_after(samples, error):
    """A measurement that has some samples, and then fails."""

    def measure(comparison, directory, logs, watch):
        watch("warming up", 0.5)
        comparison.cells[0].samples = [SAMPLE] * samples
        raise error

    return measure


def test_what_was_measured_is_kept_when_a_server_ends_midway(tandem, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "measure", failing_after(2, LabError("it fell over")))
    done = tandem("three_routes")
    assert done.exit_code == 1
    assert "it fell over" in done.output
    assert json.loads((tmp_path / "out" / "report.json").read_text())["cut_short"] is True


def test_ctrl_c_keeps_what_was_measured(tandem, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "measure", failing_after(1, Stopped(signal.SIGINT)))
    assert tandem("three_routes").exit_code == 130
    assert "cut short" in (tmp_path / "out" / "report.html").read_text()


def test_ctrl_c_before_the_first_server_just_ends(tandem, tmp_path, monkeypatch):
    def stopped():
        raise Stopped(signal.SIGTERM)

    monkeypatch.setattr(command, "require_servers", stopped)
    assert tandem("three_routes").exit_code == 143
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_raise_within_the_block_only(number):
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stop, stopping():
        signal.raise_signal(number)
    assert stop.value.exit_code == 128 + number
    assert signal.getsignal(number) == before


def test_a_port_without_a_server_is_refused_by_name():
    assert refusal(free_port(), "/hello") == "GET /hello was not answered (ConnectionRefusedError)"


def members(marker):
    """The ids of the processes whose command or environment holds `marker`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if marker in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.mark.server
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_a_figure_leaves_no_process_and_an_earlier_report(tmp_path, number):
    (tmp_path / "report.json").write_text("earlier")
    marker = f"{os.getpid()}-{number}-{tmp_path.name}"
    process = subprocess.Popen(
        [sys.executable, "-m", "lab", "compare", "three_routes", "--out", str(tmp_path)],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(Path(lab.__file__).parent.parent), "MARKER": marker},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and len(members(marker.encode())) < 7:
        pass  # tandem, the load generator, uvicorn, and gunicorn twice with a worker each
    process.send_signal(number)
    out, errors = process.communicate()
    assert process.returncode == 128 + number, errors.decode()
    assert b"Traceback" not in out + errors
    assert members(marker.encode()) == []
    assert (tmp_path / "report.json").read_text() == "earlier"
