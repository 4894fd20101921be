"""Comparisons: begun, followed, stopped, kept; one at a time."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from lab.pages import programs, runs
from lab.pages.chosen import ChosenComparison
from lab.pages.runs import Runs
from tests.lab.pages.conftest import FORM, follow
from tests.lab.pages.kept import ENDED

EVENTS = '{"event":"begin","title":"shop"}\n{"event":"progress","what":"a","share":0,"left":null}\n'


@pytest.fixture
def told(folder):
    """What the comparison will tell, and leave."""

    def tell(**files):
        for name, text in {"events": EVENTS, **files}.items():
            (folder / name).write_text(text)

    return tell


@pytest.fixture
def is_alive(folder):
    """Whether the process is there that was started last."""

    def look():
        return Path(f"/proc/{(folder / 'pid').read_text()}").exists()

    return look


def until_told(events, kind="progress"):
    """The events up to one of this kind."""
    found = []
    for _, event in events:
        found.append(event)
        if event["event"] == kind:
            return found
    raise AssertionError(found)


def test_a_comparison_is_followed_from_its_start_to_its_end(live, told, store, is_alive):
    told(go="", report=ENDED.report, page=ENDED.page)
    events = list(live())
    assert [event["event"] for _, event in events] == ["begin", "progress", "over"]
    assert [number for number, _ in events] == ["1:1", "1:2", "1:3"]
    assert events[-1][1] == {"event": "over", "state": "finished", "number": 1, "said": ""}
    (past,) = store.all()
    assert (past.title, past.detail) == ("shop", "1 server, 1 workload, 2 rounds")
    assert store.report(1) == ENDED.report
    assert store.page(1) == ENDED.page
    assert not is_alive()


def test_its_command_line_is_what_was_chosen(live, told, folder):
    told(go="")
    list(live(contender="uvicorn"))
    arguments = (folder / "arguments").read_text().splitlines()
    assert arguments[:2] == ["compare", "--events"]
    assert "--contender=uvicorn" in arguments
    assert arguments[-2:] == ["--", "shop"]


def test_events_come_while_it_goes_on(live, told, folder, is_alive):
    told()
    events = live()
    assert [event["event"] for event in until_told(events)] == ["begin", "progress"]
    assert is_alive()
    (folder / "go").touch()
    assert next(events)[1]["event"] == "over"


def test_there_is_one_at_a_time(live, lab, told, folder):
    told()
    until_told(live())
    answer = lab.post("/live", form=FORM, headers={"Accept": "application/json"})
    assert answer.status == 409
    assert "wait for its end, or stop it" in answer.json()["detail"]
    (folder / "go").touch()
    list(follow(lab))
    assert lab.post("/live", form=FORM).status == 202


def test_who_comes_back_is_told_only_what_is_new(live, lab, told, folder):
    told()
    until_told(live())
    (folder / "go").touch()
    assert [number for number, _ in follow(lab, known="1:1")] == ["1:2", "1:3"]


@pytest.mark.parametrize("known", ["2", "0:2", "2:2", "1:", "1:x", ":"])
def test_who_knows_another_run_is_told_all_of_this_one(live, lab, told, known):
    told(go="")
    list(live())
    assert [number for number, _ in follow(lab, known=known)] == ["1:1", "1:2", "1:3"]


def test_who_follows_is_let_go_while_it_goes_on(folder, store, told, is_alive):
    told()

    async def let_go():
        all_runs.let_go()  # there is nobody
        run = all_runs.start(ChosenComparison(["shop"], [], [], 1.0, 1, 1))
        events = [b""]
        async for event in run.follow():
            events.append(event)
            if b"progress" in event:
                asyncio.get_running_loop().call_soon(all_runs.let_go)
        assert is_alive()
        await all_runs.close()
        return events

    all_runs = Runs(folder, store)
    assert b"progress" in asyncio.run(let_go())[-1]
    assert not is_alive()


def test_who_comes_late_is_told_everything(live, lab, told):
    told(go="")
    first = list(live())
    assert list(follow(lab)) == first


def test_who_knows_the_end_is_told_not_to_come_again(live, lab, told):
    told(go="")
    list(live())
    assert lab.get("/live/events", headers={"Last-Event-ID": "1:3"}).status == 204


def test_before_the_first_there_is_nothing_to_follow(lab):
    assert lab.get("/live/events").status == 204


def test_a_stop_ends_its_process_and_keeps_what_there_is(live, lab, told, store, is_alive):
    told(report=ENDED.report, page=ENDED.page)
    until_told(live())
    assert lab.post("/live/stop").status == 204
    assert not is_alive()
    assert [past.state for past in store.all()] == ["stopped"]
    assert list(follow(lab))[-1][1]["state"] == "stopped"


def test_a_stop_before_anything_was_measured_keeps_nothing(live, lab, told, store):
    told()
    until_told(live())
    lab.post("/live/stop")
    assert store.all() == []
    assert list(follow(lab))[-1][1]["number"] is None


def test_a_stop_before_there_is_a_process_is_one_too(folder, store, told):
    told()

    async def stop_at_once():
        all_runs.start(ChosenComparison(["shop"], [], [], 1.0, 1, 1))
        await all_runs.stop()

    all_runs = Runs(folder, store)
    asyncio.run(stop_at_once())
    assert all_runs.current.is_over
    assert all_runs.current.process.returncode is not None


def test_without_a_comparison_there_is_nothing_to_stop(live, lab, told):
    assert lab.post("/live/stop").status == 409
    told(go="")
    list(live())
    assert lab.post("/live/stop").status == 409


def test_one_that_does_not_end_is_killed(live, lab, told, is_alive, monkeypatch):
    monkeypatch.setattr(runs, "GRACE", 0.2)
    told(stubborn="")
    until_told(live())
    assert lab.post("/live/stop").status == 204
    assert not is_alive()


def test_one_that_fails_is_kept_with_what_it_said(live, lab, told, store):
    told(go="", said="Error: uvicorn ended; its log ends:\n<b>no</b>", code="1")
    over = list(live())[-1][1]
    assert over["state"] == "failed"
    assert over["said"] == "Error: uvicorn ended; its log ends:\n<b>no</b>"
    page = lab.get("/runs/1").text
    assert "Run 1 failed" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page


def test_one_that_tells_nonsense_fails_and_the_next_can_begin(live, lab, told, caplog):
    told(events="no JSON\n", go="")
    assert list(live())[-1][1]["state"] == "failed"
    assert "a comparison failed" in caplog.text
    told(go="")
    assert list(live())[-1][1]["number"] == 1


def test_a_folder_that_is_gone_fails_it(live, told, monkeypatch, caplog):
    monkeypatch.setattr(programs, "LAB", ("/nowhere/python",))
    over = list(live())[-1][1]
    assert over["state"] == "failed"
    assert "FileNotFoundError" in over["said"]


def test_the_first_page_knows_whether_one_is_under_way(live, lab, told, folder):
    told()
    assert 'data-busy="no"' in lab.get("/").text
    until_told(live())
    assert 'data-busy="yes"' in lab.get("/").text


def test_the_end_of_the_lab_ends_it(lab, told, is_alive, folder):
    told()
    lab.post("/live", form=FORM)
    until_told(follow(lab))
    pid = int((folder / "pid").read_text())
    assert os.getpgid(pid) == pid  # a Ctrl-C in the terminal is not for it
    lab.__exit__(None, None, None)
    assert not is_alive()


def test_only_the_end_of_a_long_log_is_kept(tmp_path):
    with (tmp_path / "log").open("w+b") as log:
        log.write(b"a" * 50 + b"end\n")
        log.flush()
        assert programs.said_in(log, most=4) == "end"


def test_what_a_module_says_comes_through_as_it_is(live, lab, told):
    told(go="", events=json.dumps({"event": "tape", "said": "a\nb\u2028c"}) + "\n")
    assert next(iter(live()))[1]["said"] == "a\nb\u2028c"
