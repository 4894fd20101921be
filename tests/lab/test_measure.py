from dataclasses import replace
from pathlib import Path

import pytest

from lab.compare.contenders import choose
from lab.compare.machine import this_machine
from lab.compare.measure import MOMENTS, RAISED, measure, timeline
from lab.compare.results import Comparison
from lab.compare.settings import Settings
from lab.compare.target import Target
from lab.compare.trace.trace_pass import trace
from lab.compare.workloads import WORKLOADS
from lab.load.record import Record
from lab.processes import ServerStartError

HERE = Path(__file__).parent
SETTINGS = Settings(connections=2, threads=2, duration=0.1, rounds=2, warm_up=0.1)


def record(due, took, status=None):
    done = [begin + time for begin, time in zip(due, took, strict=True)]
    return Record(due=due, sent=due, first=done, done=done, status=status or [200] * len(due))


def test_a_timeline_tells_the_latency_in_each_part_of_the_time():
    made = record([0, 10, 500_000, 1_000_000], [1000, 3000, 7000, 2000])
    first, middle, last = timeline(made, parts=2 * 2)
    assert (first.median, first.longest) == (0.002, 0.003)
    assert (middle.at, middle.median) == (0.625, 0.007)
    assert (last.at, last.longest) == (0.875, 0.002)


def test_a_timeline_has_the_good_answers_alone():
    assert timeline(Record()) == []
    assert timeline(record([0, 5], [1000, 9000], [200, 500]))[0].longest == 0.001
    assert len(timeline(record(list(range(0, 1000, 10)), [1] * 100))) == MOMENTS


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ("  raise X\nRuntimeError: under gevent\n", ["RuntimeError: under gevent"]),
        ("core.errors.HTTPException: no", ["core.errors.HTTPException: no"]),
        ("INFO: started", []),
        ("[2026] [ERROR] Error handling request", []),
    ],
)
def test_what_was_raised_is_found_in_a_log(log, found):
    assert RAISED.findall(log) == found


def comparison(*names, workloads=("hello",), module="three_routes"):
    """A comparison that nobody has made yet."""
    targets = [Target(module)]
    chosen = [workload for workload in WORKLOADS if workload.name in workloads]
    return Comparison(targets, SETTINGS, this_machine(), choose(targets, names, threads=2), chosen)


def told():
    """What a run tells, and the function that it tells it to."""
    lines = []
    return lines, lambda what, share, left: lines.append((what, share, left))


@pytest.mark.server
def test_every_cell_is_measured_in_every_round(tmp_path):
    made = comparison("uvicorn", "gunicorn-gthread", workloads=["hello", "stream"])
    lines, watch = told()
    measure(made, HERE, tmp_path, watch)
    assert [[s.round for s in cell.samples] for cell in made.cells] == [[1, 2]] * 4
    assert all(cell.errors == cell.beside_errors == {} for cell in made.cells)
    assert made.cell("uvicorn", "hello").samples[0].timeline
    assert lines[0] == ("starting uvicorn", 0.0, None)
    assert lines[-1] == ("done", 1.0, 0.0)
    shares = [share for what, share, left in lines if left is not None]
    assert shares == sorted(shares)
    assert made.took > 0.4


@pytest.mark.server
def test_a_server_that_does_not_start_drops_out_and_one_that_ends_too(tmp_path, monkeypatch):
    source = """
import os, sys
import three_routes
from three_routes import application
if "gunicorn" in sys.modules: raise RuntimeError("not here")
calls = []
async def app(scope, receive, send):
    calls.append(scope)
    if len(calls) > 20:
        os._exit(3)
    await three_routes.app(scope, receive, send)
"""
    (tmp_path / "fragile.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    made = comparison("uvicorn", "gunicorn-sync", "waitress", module="fragile")
    measure(made, tmp_path, tmp_path / "logs", told()[1])
    assert "ended in the middle" in made.failures["uvicorn"]
    assert "RuntimeError: not here" in made.failures["gunicorn sync"]
    reasons = {cell.contender.name: cell.left_out for cell in made.cells}
    assert reasons == {
        "uvicorn": "it ended in the middle",
        "gunicorn sync": "it did not start",
        "waitress": "",
    }
    assert len(made.cell("waitress", "hello").samples) == 2


@pytest.mark.server
def test_where_no_server_starts_the_run_fails_with_their_logs(tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('nowhere')")
    made = comparison("waitress", module="broken")
    with pytest.raises(ServerStartError, match="RuntimeError: nowhere"):
        measure(made, tmp_path, tmp_path / "logs", told()[1])


@pytest.mark.server
def test_a_request_that_a_server_answers_500_is_left_out_with_what_was_raised(tmp_path):
    source = """
def application(environ, start_response):
    raise ValueError("no such thing")
async def app(scope, receive, send):
    raise ValueError("no such thing")
"""
    (tmp_path / "raising.py").write_text(source)
    made = comparison("waitress", module="raising")
    measure(made, tmp_path, tmp_path / "logs", told()[1])
    said = "GET /hello was answered 500, not 2xx (ValueError: no such thing)"
    assert made.cells[0].left_out == said
    assert made.measurable == []


@pytest.mark.server
def test_the_traced_pass_has_a_tape_of_each_contender_and_workload(tmp_path):
    names = ("gunicorn-gthread", "uvicorn", "hypercorn", "a2wsgi-on-uvicorn")
    made = comparison(*names, workloads=["fan-out", "stream", "blocked"])
    trace(made, HERE, tmp_path, told()[1])
    tapes = {(tape.contender, tape.workload): tape for tape in made.tapes}
    assert len(tapes) == 12
    for tape in tapes.values():
        assert sorted(row.name for row in tape.rows if row.name.isdigit()) == list("12345678")
        assert all(row.began <= row.ended for row in tape.rows)
    assert any(row.path == "/stream" for row in tapes["uvicorn", "stream"].rows)
    held = [s for row in tapes["uvicorn", "blocked"].rows for s in row.segments if s.kind == "hold"]
    assert {segment.line.split(":")[0] for segment in held} == {"three_routes.py"}
    kept = tapes["gunicorn gthread", "fan-out"].rows[0].segments
    assert any(s.kind == "wait" and s.line.startswith("three_routes.py:") for s in kept)
    assert made.variants == []


@pytest.mark.server
def test_what_waits_is_recorded_with_time_sleep_and_with_four_workers_too(tmp_path):
    made = comparison("gunicorn-gthread", "uvicorn", workloads=["wait"])
    trace(made, HERE, tmp_path, told()[1])
    assert sorted((tape.contender, tape.sleeps, tape.workers) for tape in made.variants) == [
        (name, sleeps, workers)
        for name in ("gunicorn gthread", "uvicorn")
        for sleeps, workers in ((False, 4), (True, 0), (True, 4))
    ]
    assert all(tape.workload == "wait" for tape in made.variants)
    for tape in made.variants:
        assert {row.path for row in tape.rows} == {"/blocked" if tape.sleeps else "/wait"}


@pytest.mark.server
def test_what_has_several_workers_or_can_have_one_alone_is_recorded_with_its_own(tmp_path):
    made = comparison("uvicorn:2", "tandem-asgi", workloads=["wait"])
    trace(made, HERE, tmp_path, told()[1])
    assert {tape.contender for tape in made.tapes} == {"uvicorn, 2 workers", "tandem asgi"}
    assert [(tape.sleeps, tape.workers) for tape in made.variants] == [(True, 0), (True, 0)]


@pytest.mark.server
def test_without_a_path_that_sleeps_there_is_no_such_tape(tmp_path):
    source = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError("http only")
    status = 200 if scope["path"] in ("/hello", "/wait") else 404
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body"})
"""
    (tmp_path / "wakeful.py").write_text(source)
    made = comparison("tandem-asgi", module="wakeful", workloads=["wait"])
    trace(made, tmp_path, tmp_path / "logs", told()[1])
    assert len(made.tapes) == 1
    assert made.variants == []


@pytest.mark.server
def test_a_contender_that_can_not_be_traced_has_no_tape(tmp_path):
    made = comparison("uvicorn", "waitress")
    made.failures["waitress"] = "it did not start"
    broken = replace(made.contenders[0], arguments=("-c", "raise SystemExit", "three_routes:app"))
    made.contenders[0] = broken
    trace(made, HERE, tmp_path, told()[1])
    assert made.tapes == []
