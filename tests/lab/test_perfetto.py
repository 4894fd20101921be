"""Tapes in the Trace Event Format: processes, threads and slices, in microseconds."""

import json
from dataclasses import replace

from lab.compare.trace.perfetto import perfetto
from tests.lab.test_waterfall import blocked, sync


def events(*tapes):
    return json.loads(perfetto(tapes))["traceEvents"]


def names(found, kind):
    return [event["args"]["name"] for event in found if event["name"] == f"{kind}_name"]


def test_each_tape_is_a_process_with_its_lanes_and_requests_as_threads():
    found = events(sync(), replace(blocked(), sleeps=True, workers=4))
    assert names(found, "process") == [
        "gunicorn sync: wait",
        "uvicorn: blocked, time.sleep, 4 workers",
    ]
    assert names(found, "thread") == [
        "thread 1", "request 1", "request 2", "request 3", "loop", "request b1", "request 1",
    ]  # fmt: skip
    threads = [(event["pid"], event["tid"]) for event in found if event["name"] == "thread_name"]
    assert len(set(threads)) == len(threads)


def test_a_request_is_seen_from_outside_and_from_inside_and_on_its_lane():
    found = [event for event in events(sync()) if event["ph"] == "X"]
    third = [(e["name"], e["ts"], e["dur"], e["args"]) for e in found if e["tid"] == 3]
    assert third == [
        ("#3 /wait", 0, 150_000, {}),
        ("waits for its turn", 0, 100_000, {}),
        ("keeps the thread and waits", 100_000, 50_000, {"line": "shop.py:7 wait"}),
    ]
    lane = [(e["name"], e["ts"]) for e in found if e["tid"] == 0]
    assert lane[2] == ("#3 keeps the thread and waits", 100_000)


def test_a_loop_that_is_held_is_named():
    held = [event for event in events(blocked()) if event["name"] == "#b1 holds the loop"]
    assert [(event["dur"], event["args"]) for event in held] == [
        (80_000, {"line": "shop.py:9 nap"}),
        (30_000, {}),
    ]
