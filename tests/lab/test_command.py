import json
import runpy
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import lab
from lab.__main__ import main
from lab.compare import command
from lab.compare.signals import Stopped, stopping
from lab.errors import LabError
from tests.lab.made import SAMPLE

HERE = Path(__file__).parent


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
    monkeypatch.setitem(sys.modules, "lab.commands", None)
    with pytest.raises(ModuleNotFoundError):
        runpy.run_path(str(Path(lab.__file__).with_name("__main__.py")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such_module"], "there is no module 'no_such_module' here"),
        (["three_routes:application,nope"], "has no callable 'nope'"),
        (["three_routes.py"], "write 'three_routes', not 'three_routes.py'"),
        (["three_routes:"], "comes a name, or two"),
        (["three_routes:app", "--contender", "waitress"], "a2wsgi-on-gunicorn serves it"),
        (["three_routes", "--contender", "uwsgi"], "there is no contender 'uwsgi'"),
        (["three_routes", "--workload", "nope"], "there is no workload 'nope'"),
        (["three_routes", "--workload", "/a b"], "without spaces"),
        (["three_routes", "--rounds", "0"], "Invalid value for '--rounds'"),
        (["three_routes", "--duration", "nan"], "seconds is a number over 0; got nan"),
        (["three_routes", "--rate", "inf"], "rate is a number over 0; got inf"),
        (["three_routes", "--perfetto", "--no-trace"], "leave out --no-trace"),
        ([], "what is to be compared?"),
        (["three_routes", "--fast"], "No such option"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(tandem, arguments, said):
    done = tandem(*arguments)
    assert said in done.output
    assert "Traceback" not in done.output
    assert done.exit_code == 2


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
        watch("warming up", 0.5, None)
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


def test_the_list_shows_what_can_be_compared(tandem, monkeypatch):
    done = tandem("--list")
    assert done.exit_code == 0
    assert "* uvicorn " in done.output
    assert "  hypercorn " in done.output
    assert "GET /hello beside 4 GET /stream." in done.output
    monkeypatch.setattr("lab.compare.kinds.version_of", lambda name: None)
    assert "not installed: pip install hypercorn" in tandem("--list").output


def test_the_list_of_a_module_has_its_own_workloads(tandem, tmp_path, monkeypatch):
    source = "from lab.compare import workload\napp = application = len\n"
    (tmp_path / "own.py").write_text(source + "workload('search', '/search?q=1')(len)\n")
    monkeypatch.chdir(tmp_path)
    assert "search              GET /search?q=1." in tandem("own", "--list").output


def measured(comparison, directory, logs, watch):
    """A measurement that takes no time: what was asked for is in the report's cells."""
    for cell in comparison.cells:
        cell.samples = [SAMPLE]


def test_json_has_stdout_for_itself(tandem, monkeypatch):
    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", lambda *arguments: None)
    options = ["--connections", "3", "--contender", "uvicorn", "--workload", "hello"]
    done = tandem("three_routes", "--json", *options)
    document = json.loads(done.stdout)
    assert document["settings"]["threads"] == document["settings"]["connections"] == 3
    assert [cell["contender"] for cell in document["cells"]] == ["uvicorn"]
    assert "GET /hello" in done.stderr


def test_a_server_that_failed_is_told_and_is_the_exit_code(tandem, monkeypatch):
    def one_fails(comparison, *others):
        measured(comparison, *others)
        comparison.failures["uvicorn"] = "it fell over"

    monkeypatch.setattr(command, "measure", one_fails)
    monkeypatch.setattr(command, "trace", lambda *arguments: None)
    done = tandem("three_routes")
    assert done.exit_code == 1
    assert "uvicorn failed: it fell over" in done.output


def test_the_traced_pass_comes_last_and_can_be_left_out(tandem, monkeypatch):
    traced = []
    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", lambda *arguments: traced.append(arguments))
    assert tandem("three_routes", "--no-trace").exit_code == 0
    assert traced == []
    assert tandem("three_routes").exit_code == 0
    assert len(traced) == 1


def test_what_was_recorded_is_written_for_perfetto_where_that_is_asked(
    tandem, tmp_path, monkeypatch
):
    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", lambda *arguments: None)
    written = tmp_path / "out" / "trace.json"
    assert tandem("three_routes").exit_code == 0
    assert not written.exists()
    assert tandem("three_routes", "--perfetto").exit_code == 0
    assert json.loads(written.read_text())["traceEvents"] == []


def test_ctrl_c_in_the_traced_pass_cuts_no_round_short(tandem, tmp_path, monkeypatch):
    def stopped(*arguments):
        raise Stopped(signal.SIGINT)

    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", stopped)
    assert tandem("three_routes", "--rounds", "1").exit_code == 130
    assert json.loads((tmp_path / "out" / "report.json").read_text())["cut_short"] is False


def test_where_nothing_could_be_measured_the_reasons_are_said(tandem, monkeypatch):
    def nothing(comparison, *others):
        for cell in comparison.cells:
            cell.left_out = "GET /hello was answered 500, not 2xx (RuntimeError: no)"

    monkeypatch.setattr(command, "measure", nothing)
    done = tandem("three_routes")
    assert done.exit_code == 1
    assert "uvicorn: GET /hello was answered 500, not 2xx (RuntimeError: no)" in done.output
    assert "Nothing can be measured" in done.output


def test_all_says_what_it_leaves_aside(tandem, monkeypatch):
    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", lambda *arguments: None)
    monkeypatch.setattr(command, "left_aside", lambda: ["daphne: pip install daphne"])
    done = tandem("three_routes", "--contender", "all")
    assert "Not installed: daphne: pip install daphne" in done.output


def test_locust_says_what_it_leaves_aside(tandem, monkeypatch):
    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "trace", lambda *arguments: None)
    monkeypatch.setattr("lab.compare.locust.version_of", lambda name: "2")
    done = tandem("three_routes", "--engine", "locust")
    assert done.exit_code == 0
    said = "Left aside: stream, blocked, slow-client and abandoned; locust sends nothing on a sched"
    assert said in done.output
    assert "Left aside" not in tandem("three_routes", "--engine", "locust", "--quick").output
