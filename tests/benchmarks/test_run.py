"""The command itself: what it writes, also where it is stopped, and that it leaves no process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.asked import COARSE, WHOLE, asked_of
from lab.compare.resources import process_tree

PROJECT = Path(__file__).parent.parent.parent


def command(out, *arguments):
    return [sys.executable, "-m", "benchmarks", "--out", str(out), *arguments]


def test_a_run_writes_its_figures_and_its_chart(tmp_path):
    finished = subprocess.run(
        command(tmp_path, "--quick", "--only", "wsgi", "--case", "text", "--peer", "Flask"),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["complete"] is True
    assert set(results["machine"]) == {"python", "processor", "cores", "system", "load"}
    kept = results["in process"]["wsgi"]
    assert set(kept["versions"]) == {"bare callable", "Tandem", "Flask"}
    assert set(kept["microseconds"]["text"]["Tandem"]) == {
        "median", "quarter", "three_quarters", "lowest", "highest", "cost",
    }  # fmt: skip
    ElementTree.parse(tmp_path / "chart.svg")
    assert "Where Tandem stands" in finished.stdout


@pytest.mark.server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_writes_what_there_is_and_leaves_no_process(tmp_path, number):
    process = subprocess.Popen(
        command(tmp_path, "--only", "servers", "--peer", "Flask"),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        tree = tree_of(process.pid, at_least=4)  # two servers, a master and a worker each, or more
        process.send_signal(number)
        output, _ = process.communicate(timeout=40)
    finally:
        process.kill()

    assert process.returncode == 130
    assert "stopped" in output
    assert json.loads((tmp_path / "results.json").read_text())["complete"] is False
    assert [pid for pid in tree if is_alive(pid)] == []


def tree_of(pid, at_least):
    """The process and all it has started, as soon as these are so many."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        tree = process_tree(pid)
        if len(tree) >= at_least:
            return tree
        time.sleep(0.05)
    raise AssertionError(f"wanted {at_least} processes; got {tree}")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_all_parts_are_run_unless_some_are_asked_for():
    asked = asked_of([])

    assert asked.size is WHOLE
    assert all(map(asked.wants, ("servers", "starts", "growth")))


@pytest.mark.parametrize(
    "arguments", [["--only", "wsgi"], ["--case", "text"]], ids=["a part", "a case"]
)
def test_who_asks_for_a_part_or_a_case_gets_no_other(arguments):
    assert not any(map(asked_of(arguments).wants, ("servers", "starts", "growth")))


def test_a_quick_run_is_coarse_in_every_part():
    assert asked_of(["--quick"]).size is COARSE
    assert COARSE.plan.rounds < WHOLE.plan.rounds
    assert COARSE.most_connections < WHOLE.most_connections
