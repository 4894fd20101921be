"""`tandem compare` on real servers: what it writes, and that it leaves nothing behind."""

import shutil
import signal
import subprocess

import pytest

from lab.compare.contenders import choose
from lab.compare.measure import starting
from lab.compare.spread import percentile
from lab.compare.target import Target
from lab.load.generator import load_generator
from lab.load.job import Job
from tests.end_to_end.compare_run import DEADLINE, HERE

TINY = ["--quick", "--duration", "0.1", "--rounds", "2", "--connections", "4", "--no-trace"]
BARE = """
def application(environ, start_response):
    found = environ["PATH_INFO"] in PATHS
    start_response("200 OK" if found else "404 Not Found", [("content-length", "0")])
    return [b""]

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError("http only")
    found = scope["path"] in PATHS
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    await send({"type": "http.response.body"})
"""

pytestmark = pytest.mark.server


def test_compare_writes_a_table_and_two_files(compare):
    chosen = ("hello", "wait", "stream", "slow-client")
    options = [part for name in chosen for part in ("--workload", name)]
    run = compare("three_routes", *TINY, *options).ended()
    assert run.code == 0, run.output
    assert "GET /hello beside 4 GET /stream" in run.output
    assert run.document["cut_short"] is False
    for cell in run.document["cells"]:
        assert cell["left_out"] == ""
        assert cell["errors"] == cell["beside_errors"] == {}
        assert [one["round"] for one in cell["rounds"]] == [1, 2]
        assert cell["rate"]["median"] > 0
        assert cell["p50"]["median"] >= cell["p50_since_sent"]["median"] * 0.5
    assert "three_routes" in (run.out / "report.html").read_text()
    assert "Booting worker" in (run.out / "logs" / "gunicorn-sync.log").read_text()
    assert run.members() == []


def test_a_path_that_the_module_lacks_is_left_out_by_name(compare):
    source = 'PATHS = {"/hello"}\n' + BARE
    run = compare("hello_only", *TINY, "--rate", "50", "--seed", "7", source=source).ended()
    assert run.code == 0, run.output
    assert "and uvicorn: GET /wait was answered 404" in run.output
    settings = run.document["settings"]
    assert (settings["seed"], settings["rate"]) == (7, 50)


def test_a_module_without_any_path_is_told_how_to_write_one(compare):
    run = compare("nothing", *TINY, source="PATHS = set()\n" + BARE).ended()
    assert run.code == 1
    assert '@site.get("/hello")' in run.output
    assert run.members() == []


def test_a_server_that_does_not_start_shows_its_log_and_the_others_go_on(compare):
    picky = "import sys\nif 'gunicorn' in sys.modules: raise RuntimeError('not here')\n"
    run = compare("picky", *TINY, source=picky + 'PATHS = {"/hello"}\n' + BARE).ended()
    assert run.code == 1
    assert "RuntimeError: not here" in run.output
    cells = {cell["contender"]: cell for cell in run.document["cells"][:3]}
    assert cells["gunicorn sync"]["left_out"] == "it did not start"
    assert cells["uvicorn"]["rate"]["median"] > 0
    assert run.members() == []


def test_where_no_server_starts_nothing_is_written(compare):
    broken = "import sys\nif 'gunicorn' in sys.modules: raise RuntimeError('not here')\n"
    arguments = ("broken", *TINY, "--contender", "gunicorn-sync")
    run = compare(*arguments, source=broken + "PATHS = set()\n" + BARE).ended()
    assert run.code == 1
    assert "RuntimeError: not here" in run.output
    assert not (run.out / "report.json").exists()
    assert run.members() == []


def test_a_server_that_ends_in_the_middle_drops_out_with_its_log(compare):
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
    run = compare("fragile", *TINY, source='PATHS = {"/hello"}\n' + BARE + fragile).ended()
    assert run.code == 1
    assert "ended in the middle" in run.output
    assert "no more" in run.output
    cells = {cell["contender"]: cell for cell in run.document["cells"][:3]}
    assert cells["uvicorn"]["left_out"] == "it ended in the middle"
    assert len(cells["gunicorn sync"]["rounds"]) == 2
    assert run.members() == []


def test_two_applications_of_any_framework_are_compared(compare):
    source = """
from flask import Flask
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from lab.compare import workload

shop = Flask("shop")
workload("search", "/search?q=1")(shop.get("/search")(lambda: "found"))
cafe = Starlette(routes=[Route("/search", lambda request: PlainTextResponse("found"))])
"""
    options = ("--workload", "search", "--workload", "/search")
    run = compare("mixed:shop", "mixed:cafe", *TINY, *options, source=source).ended()
    assert run.code == 0, run.output
    assert [contender["name"] for contender in run.document["contenders"]] == [
        "gunicorn sync · mixed:shop",
        "gunicorn gthread · mixed:shop",
        "uvicorn · mixed:cafe",
    ]
    for cell in run.document["cells"]:
        assert cell["rate"]["median"] > 0
        assert cell["errors"] == {}


def test_a_planted_regression_is_found(compare):
    """Twenty of these, and twenty without one: `python -m tests.lab.compare_twenty`."""
    source = """
import time

async def plain(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": b"hello"})

async def slower(scope, receive, send):
    until = time.thread_time() + 0.005
    while time.thread_time() < until:
        pass
    await plain(scope, receive, send)
"""
    options = ("--quick", "--duration", "0.3", "--workload", "/", "--no-trace")
    only = ("--contender", "uvicorn", "--connections", "4")
    names = ("planted:plain@asgi", "planted:slower@asgi")
    run = compare(*names, *options, *only, source=source).ended()
    assert run.code == 0, run.output
    assert run.document["workloads"][0]["winner"] == "uvicorn · planted:plain"


def test_what_does_not_fit_a_contender_is_named_with_the_reason(compare):
    source = """
from core import App
from wsgi_adapter import WSGIAdapter

site = App()

@site.get("/hello")
async def hello() -> str:
    return "hello"

application = WSGIAdapter(site)
"""
    options = ("--contender", "gunicorn-gevent", "--workload", "hello")
    run = compare("awaited:application", *TINY, *options, source=source).ended()
    assert run.code == 1
    assert "under gevent" in run.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_a_figure_leaves_no_process_and_an_earlier_report(compare, number):
    run = compare("three_routes")
    run.out.mkdir(exist_ok=True)
    (run.out / "report.json").write_text("earlier")
    run.wait_until(lambda: len(run.members()) >= 7)  # tandem, the load, 2 gunicorns, uvicorn
    run.process.send_signal(number)
    run.ended()
    assert run.code == 128 + number, run.output
    assert "Traceback" not in run.output
    assert run.members() == []
    assert (run.out / "report.json").read_text() == "earlier"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_leaves_no_process_and_what_was_measured(compare, number):
    contenders = ("--contender", "uvicorn", "--contender", "gunicorn-sync:2")
    many = ("--rounds", "500", "--duration", "0.1", "--connections", "4", "--workload", "hello")
    run = compare("three_routes", *contenders, *many)
    assert any("round 3 of 500" in line for line in run.process.stderr)
    run.process.send_signal(number)
    run.ended()
    assert run.code == 128 + number, run.output
    assert "Traceback" not in run.output
    assert run.members() == []
    assert run.document["cut_short"] is True
    assert "cut short" in run.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_requests_are_recorded_leaves_no_process_and_every_figure(compare, number):
    traced = ("--quick", "--duration", "0.1", "--rounds", "1", "--connections", "4")
    run = compare("three_routes", *traced, "--workload", "wait", "--contender", "uvicorn")
    assert any("recording a few requests" in line for line in run.process.stderr)
    run.process.send_signal(number)
    run.ended()
    assert run.code == 128 + number, run.output
    assert "Traceback" not in run.output
    assert run.members() == []
    assert run.document["cut_short"] is False


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_our_load_is_level_with_that_of_wrk(tmp_path):
    (contender,) = choose([Target("three_routes")], ["uvicorn"], threads=4)
    ours, theirs = [], []
    with starting(contender, HERE, tmp_path / "log", "/hello") as server, load_generator() as load:
        for _ in range(2):  # in turn, so that a slow moment falls on both
            record = load.run(Job(server.port, "/hello", connections=16, seconds=0.5))
            assert record.errors == {}
            ours.append(record.answered / record.seconds)
            theirs.append(rate_of_wrk(f"{server.url}/hello"))
    ratio = percentile(sorted(ours), 50) / percentile(sorted(theirs), 50)
    assert 0.3 < ratio < 3, (ours, theirs)


def rate_of_wrk(url: str) -> float:
    """Requests a second, from one thread and 16 connections."""
    command = ["wrk", "-t1", "-c16", "-d1s", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=DEADLINE)
    line = next(line for line in done.stdout.splitlines() if line.startswith("Requests/sec"))
    return float(line.split()[1])
