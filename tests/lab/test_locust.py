"""What is handed to locust and what is made of its results; the runs are in tests/end_to_end."""

import ast
import json
import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest

from lab.compare import asked, measure
from lab.compare.locust import only_closed, require_locust
from lab.compare.page import page
from lab.compare.settings import CLOSED_MODEL, Settings
from lab.compare.workloads import WORKLOADS, choose
from lab.errors import LabError, WrongUsageError
from lab.load import swarm
from lab.load.job import Job
from lab.load.locustfile import locustfile, user_classes
from lab.load.swarm import Swarm
from lab.load.tally import Tally
from tests.lab.made import comparison, five
from tests.lab.scripted import serving
from tests.lab.test_drive import polite
from tests.lab.test_reports import Outline, shown
from tests.lab.test_waterfall import sync

# Plays locust's master and workers: FAILS says which of them ends how.
PLAYER = """
import json, os, sys, time
role = "master" if "--master" in sys.argv else "worker"
how = FAILS.get(role, "")
if how == "ends":
    sys.exit(f"{role} has had enough")
if role == "worker" or how == "hangs":
    print("this process was computing 0.25 of the time", flush=True)
    time.sleep(60)
entry = {"name": "/", "num_requests": 2, "num_failures": 0, "response_times": {"3": 2}}
entry.update(start_time=10.0, last_request_timestamp=10.5)
while not all(os.path.getsize(f"locust-{n}.log") for n in (1, 2)):
    time.sleep(0.01)
with open(sys.argv[sys.argv.index("--json-file") + 1] + ".json", "w") as file:
    json.dump([entry], file)
"""


@pytest.fixture
def played(tmp_path, monkeypatch):
    """A swarm whose processes are played; `fails` says by whom and how badly."""

    def play(**fails):
        player = tmp_path / "player.py"
        player.write_text(f"FAILS = {fails!r}\n{PLAYER}")
        monkeypatch.setattr(swarm, "LOCUST", [sys.executable, str(player)])
        return Swarm(tmp_path / "locustfile.py", 2, tmp_path)

    return play


def test_a_run_ends_with_its_master_and_has_its_results(played):
    tally = played().run(Job(1, "/", seconds=1), "Hello")
    assert (tally.answered, tally.requests, tally.seconds, tally.busy) == (2, 2, 0.5, 0.25)
    assert tally.latencies() == tally.latencies("due") == [0.003, 0.003]


@pytest.mark.parametrize("role", ["master", "worker"])
def test_a_process_that_fails_ends_the_run_with_its_log(played, role):
    fails = {"master": "hangs"} | {role: "ends"}
    with pytest.raises(LabError, match=f"(?s)ended with exit code 1.*{role} has had enough"):
        played(**fails).run(Job(1, "/", seconds=1), "Hello")


def test_a_run_that_does_not_end_is_ended(played, monkeypatch):
    monkeypatch.setattr(swarm, "START_TIMEOUT", 0.1)
    with pytest.raises(LabError, match="did not end in time"):
        played(master="hangs").run(Job(1, "/", seconds=0.1, timeout=0.1), "Hello")


def test_what_would_change_locust_silently_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("LOCUST_USERS", "7")
    assert "LOCUST_USERS" not in swarm._environment()


def test_the_answers_are_under_the_path_and_each_error_under_its_reason():
    entries = [
        {"name": "/a", "num_requests": 3, "start_time": 5.0, "last_request_timestamp": 7.0,
         "response_times": {"120": 1, "4": 2}},
        {"name": "answered 500", "num_requests": 2},
        {"name": "no answer (TimeoutError)", "num_requests": 1},
    ]  # fmt: skip
    tally = Tally.from_locust(json.dumps(entries), "/a", ["0.2", "0.9"])
    assert tally.times == [0.004, 0.004, 0.12]
    assert tally.errors == {"answered 500": 2, "no answer (TimeoutError)": 1}
    assert (tally.answered, tally.requests, tally.seconds, tally.busy) == (3, 6, 2.0, 0.9)
    assert Tally.from_locust("[]", "/", []).requests == 0


def test_each_workload_has_a_class_of_its_own_with_a_name_that_python_takes():
    names = ["hello", "fan-out", "/search?q=1", "/", "7up", "asks", "fan out", "fan--out"]
    classes = user_classes(names)
    assert list(classes.values()) == [
        "Hello",
        "FanOut",
        "SearchQ1",
        "Load",
        "Load7up",
        "LoadAsks",
        "FanOut_",
        "FanOut__",
    ]


def test_nothing_in_a_job_gets_out_of_its_quotes():
    hostile = '"""\'\\\n{}'
    job = Job(1, "/'\"\\", method="POST", headers=(("x", "'\""),), body=hostile, timeout=3)
    tree = ast.parse(locustfile({"Hostile": job}))
    made = next(node for node in tree.body if getattr(node, "name", "") == "Hostile")
    fields = {line.targets[0].id: ast.literal_eval(line.value) for line in made.body}
    assert fields == {
        "method": "POST",
        "path": "/'\"\\",
        "headers": {"x": "'\""},
        "body": hostile,
        "connection_timeout": 3,
        "network_timeout": 3,
    }


def test_without_locust_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("lab.compare.locust.version_of", lambda name: None)
    with pytest.raises(WrongUsageError, match="its extra `locust`, or: pip install locust"):
        require_locust(Settings(engine="locust", duration=1))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rate": 50.0}, "locust's model is a closed one"),
        ({"duration": 0.5}, "whole seconds; got --duration 0.5"),
    ],
)
def test_what_locust_can_not_do_is_said_before_anything_starts(monkeypatch, settings, said):
    monkeypatch.setattr("lab.compare.locust.version_of", lambda name: "2")
    with pytest.raises(WrongUsageError, match=said):
        require_locust(Settings(engine="locust", **{"duration": 1.0} | settings))


def test_a_schedule_is_left_aside_unless_it_was_named():
    closed, others = only_closed(WORKLOADS, ["all"])
    assert [workload.name for workload in closed] == ["hello", "wait", "cpu", "fan-out"]
    assert len(closed) + len(others) == len(WORKLOADS)
    chosen = choose(["hello", "stream"], [])
    with pytest.raises(WrongUsageError, match="on a schedule, as stream asks for"):
        only_closed(chosen, ["hello", "stream"])


@pytest.mark.parametrize(("quick", "seconds"), [(False, 2.0), (True, 1.0)])
def test_the_defaults_for_locust_are_whole_seconds(monkeypatch, quick, seconds):
    monkeypatch.setattr("lab.compare.locust.version_of", lambda name: "2")
    made = asked._settings(quick, {"engine": "locust"})
    assert (made.duration, made.locust_workers) == (seconds, 2)
    assert asked._settings(quick, {"engine": "locust", "duration": 3.0}).duration == 3.0


def test_every_report_says_that_the_model_is_a_closed_one():
    made = comparison(five(100, 120), five(200, 220), five(410, 430))
    made.tapes.append(sync())
    made.settings = Settings(engine="locust", locust_workers=3, connections=8)
    for cell in made.cells:
        cell.samples = [replace(sample, timeline=[]) for sample in cell.samples]
    text = page(made)
    Outline(text)
    assert text.count(f"Measured with {CLOSED_MODEL}.") == 2
    assert "8 clients of locust&#x27;s, in 3 processes, each of which sends" in text
    assert "locust, from locustfile.py beside this page" in text
    assert 'value="due"' not in text
    assert "The slowest answers over time" not in text
    assert "Measured with locust, a closed model" in " ".join(shown(made).split())


def test_the_locustfile_is_python_that_our_own_rules_let_pass():
    text = locustfile({"Hello": Job(1, "/hello")})
    assert max(map(len, text.splitlines())) <= 100
    compile(text, "locustfile.py", "exec")


def test_the_rounds_are_locusts_and_the_warm_up_is_our_own(tmp_path, monkeypatch):
    """Its users are those of the workload, in the locustfile beside the report."""
    asked_for = []
    tally = Tally(answered=2, seconds=0.5, times=[0.003, 0.003])
    monkeypatch.setattr(Swarm, "run", lambda self, job, users: asked_for.append(users) or tally)
    monkeypatch.setattr(measure, "left_out", lambda server, workload: "")
    made = comparison()
    made.contenders, made.workloads = made.contenders[2:], [WORKLOADS[0]]
    made.__post_init__()
    made.settings = Settings(engine="locust", duration=1, rounds=2, warm_up=0.1, connections=2)
    with serving(polite) as port:
        server = SimpleNamespace(pid=os.getpid(), port=port, returncode=None)
        servers = nullcontext({"uvicorn": server})
        monkeypatch.setattr(measure, "_servers", lambda *arguments: servers)
        measure.measure(made, tmp_path, tmp_path / "logs", lambda *told: None)
    assert asked_for == ["Hello", "Hello"]
    assert [sample.requests for sample in made.cells[0].samples] == [2, 2]
    assert made.cells[0].samples[0].timeline == []
    assert "class Hello(Asks):" in (tmp_path / "locustfile.py").read_text()
