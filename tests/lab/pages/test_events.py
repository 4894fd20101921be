"""`tandem compare --events`: what another program is told."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lab.compare.command import compare
from lab.compare.events import Events, events
from lab.compare.trace.tape import Row, Segment, Tape
from tests.lab.made import SAMPLE, comparison


@pytest.fixture
def made():
    return comparison()


@pytest.fixture
def lines():
    return []


@pytest.fixture
def told(made, lines):
    return Events(made, lambda line: lines.append(json.loads(line)))


def kinds(lines):
    return [line["event"] for line in lines]


def test_it_begins_with_what_is_compared(told, lines):
    told.begin()
    (begin,) = lines
    assert begin["title"] == "shop"
    assert begin["contenders"][0]["name"] == "gunicorn sync"
    hello, *_, blocked = [w for w in begin["workloads"] if w["name"] in ("hello", "blocked")]
    assert (hello["judged_by"], hello["is_higher_better"]) == ("Answers a second", True)
    assert (blocked["judged_by"], blocked["is_higher_better"]) == ("Half answered within", False)


def test_what_comes_next_is_told(told, lines):
    told.tell("warming up: hello on uvicorn", 0.25, 12.5)
    assert lines == [
        {"event": "progress", "what": "warming up: hello on uvicorn", "share": 0.25, "left": 12.5}
    ]


def test_each_round_tells_the_figures_so_far_once(made, told, lines):
    cell = made.cells[0]
    cell.samples.append(SAMPLE)
    told.tell("a", 0.1, None)
    cell.samples.append(replace(SAMPLE, round=2, answered=200, requests=203, errors={"500": 3}))
    told.tell("b", 0.2, None)
    told.tell("c", 0.3, None)
    assert kinds(lines) == ["cell", "progress", "cell", "progress", "progress"]
    last = lines[2]
    assert (last["contender"], last["workload"], last["rounds"]) == ("gunicorn sync", "hello", 2)
    assert last["score"] == {"median": 150.0, "low": 100.0, "high": 200.0}
    assert last["said"] == "150 (100 to 200)"
    assert (last["errors"], last["requests"]) == (3, 303)


def test_a_cell_without_a_good_answer_says_so(made, told, lines):
    cell = next(cell for cell in made.cells if cell.workload.name == "blocked")
    cell.samples.append(replace(SAMPLE, answered=0, latencies=[], since_sent=[], timeline=[]))
    told.tell("a", 0.1, None)
    assert (lines[0]["score"], lines[0]["said"], lines[0]["p99"]) == (None, "no good answer", "n/a")


def test_what_is_left_out_and_who_fails_is_told_once(made, told, lines):
    made.cells[1].left_out = "GET /hello was answered 404"
    made.failures["uvicorn"] = "it ended"
    told.tell("a", 0.1, None)
    told.tell("b", 0.2, None)
    assert kinds(lines) == ["left-out", "failure", "progress", "progress"]
    assert lines[0]["why"] == "GET /hello was answered 404"
    assert lines[1] == {"event": "failure", "contender": "uvicorn", "why": "it ended"}


def test_a_tape_says_of_each_row_what_it_waited_for(made, told, lines):
    times = ({"due": 0.0, "done": 0.1, "began": 0.0}, {"due": 0.0, "done": 0.2, "began": 0.1})
    rows = [
        Row(str(number), "/wait", **at, ended=at["done"], computed=0.0, is_on_loop=False, lane=0)
        for number, at in enumerate(times, 1)
    ]
    rows[0].segments.append(Segment(0.0, 0.1, "wait", 0, "shop.py:3 wait"))
    made.tapes.append(Tape("gunicorn sync", "WSGI", "wait", ["thread 1"], rows))
    told.tell("a", 0.1, None)
    told.tell("b", 0.1, None)
    assert kinds(lines) == ["tape", "progress", "progress"]
    tape = lines[0]
    assert (tape["end"], tape["lanes"]) == (0.2, ["thread 1"])
    assert [row["by"] for row in tape["rows"]] == [[], [0]]
    assert "It waited 100 ms for #1 in thread 1 at shop.py:3 wait." in tape["rows"][1]["said"]
    assert tape["rows"][0]["segments"] == [[0.0, 0.1, "wait", 0, "shop.py:3 wait"]]


def test_the_end_tells_what_came_out(made, told, lines):
    made.cells[0].samples.append(SAMPLE)
    told.end()
    assert kinds(lines) == ["cell", "verdict", "end"]
    assert lines[1]["said"].startswith("Only gunicorn sync")


def test_the_end_comes_also_where_the_run_is_cut_short(made, capsys):
    def cut_short():
        with events(made) as watch:
            watch("a", 0.0, None)
            raise RuntimeError("Ctrl-C, say")

    with pytest.raises(RuntimeError, match="Ctrl-C"):
        cut_short()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert kinds(lines) == ["begin", "progress", "end"]


def test_stdout_is_for_one_program():
    done = CliRunner().invoke(compare, ["--events", "--json", "shop"])
    assert done.exit_code == 2
    assert "--events or --json, not both" in done.output
