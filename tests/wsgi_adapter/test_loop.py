"""`async def` on WSGI: a loop for each worker thread, made when it is first needed."""

import asyncio
import os
import subprocess
import sys
import threading
import types

import pytest

from core import App
from lab.testing import Client
from wsgi_adapter import WSGIAdapter


@pytest.fixture
def site():
    site = App()

    @site.get("/loop")
    async def loop():
        await asyncio.sleep(0)
        return str(id(asyncio.get_running_loop()))

    @site.get("/def")
    def plain():
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        return str(threading.get_ident())

    return site


@pytest.fixture
def doors(site):
    return Client(WSGIAdapter(site))


def in_thread(function):
    """The function's result, from a thread of its own."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_a_thread_keeps_its_loop(doors):
    assert doors.get("/loop").text == doors.get("/loop").text


def test_each_thread_has_a_loop_of_its_own(doors):
    """As in gunicorn's gthread worker: two requests at a time, each on its thread's loop."""
    both_here = threading.Barrier(2)
    site = App()

    @site.get("/")
    async def handler():
        both_here.wait()  # neither goes on before the other runs
        return str(id(asyncio.get_running_loop()))

    answers = []
    application = WSGIAdapter(site)
    threads = [
        threading.Thread(target=lambda: answers.append(Client(application).get("/").text))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 2


def test_a_thread_that_ends_closes_its_loop():
    site, loops = App(), []

    @site.get("/")
    async def handler():
        loops.append(asyncio.get_running_loop())
        return "x"

    assert in_thread(lambda: Client(WSGIAdapter(site)).get("/").status) == 200
    assert loops[0].is_closed()


def test_a_def_is_called_in_the_servers_own_thread(doors):
    assert doors.get("/def").text == str(threading.get_ident())


def test_a_running_loop_in_the_thread_is_a_named_error(doors, caplog):
    site = doors.application.site
    site.get("/plain")(lambda: "a def needs no loop")

    async def within():
        return doors.get("/loop"), doors.get("/plain")

    refused, plain = asyncio.run(within())
    assert (refused.status, plain.status) == (500, 200)
    assert "in this thread one is running already: serve the app by ASGI there" in caplog.text


def test_under_gevent_there_is_a_named_error(doors, monkeypatch, caplog):
    monkey = types.SimpleNamespace(is_module_patched=lambda name: name == "threading")
    monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)
    assert doors.get("/loop").status == 500
    assert "under gevent many requests share a thread" in caplog.text
    assert "gthread" in caplog.text


def test_gevent_that_has_patched_nothing_is_no_problem(doors, monkeypatch):
    monkey = types.SimpleNamespace(is_module_patched=lambda name: False)
    monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)
    assert doors.get("/loop").status == 200


def test_importing_and_adapting_make_no_loop_and_no_thread():
    """So that gunicorn may do it before it forks (--preload)."""
    run_script("""
import asyncio, threading

def refuse(*arguments):
    raise AssertionError("made before the fork")

asyncio.new_event_loop = refuse
from core import App
from asgi_adapter import ASGIAdapter
from wsgi_adapter import WSGIAdapter
site = App()
WSGIAdapter(site), ASGIAdapter(site)
assert threading.active_count() == 1
""")


def test_a_forked_process_makes_a_loop_of_its_own():
    run_script("""
import asyncio, os
from core import App
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

site = App()

@site.get("/")
async def handler():
    await asyncio.sleep(0)
    return str(id(asyncio.get_running_loop()))

doors = Client(WSGIAdapter(site))
before = doors.get("/").text
child = os.fork()
if child == 0:
    mine = doors.get("/").text
    os._exit(0 if mine != before and doors.get("/").text == mine else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert doors.get("/").text == before
""")


def test_the_loop_of_the_process_before_a_fork_is_left_alone(monkeypatch):
    """Closing it would take its file descriptors from the parent; seen here by another pid."""
    site, loops = App(), []

    @site.get("/")
    async def handler():
        loops.append(asyncio.get_running_loop())
        return "x"

    def serve():
        doors = Client(WSGIAdapter(site))
        doors.get("/")
        monkeypatch.setattr(os, "getpid", lambda: -1)
        doors.get("/")

    in_thread(serve)
    parents, childs = loops
    assert (parents.is_closed(), childs.is_closed()) == (False, True)
    parents.close()


def test_tasks_of_a_handler_may_overlap():
    site = App()

    @site.get("/")
    async def handler():
        met = asyncio.Barrier(2)  # opens when both are waiting
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(met.wait())
        return "met"

    assert Client(WSGIAdapter(site)).get("/").text == "met"


def run_script(text):
    """Run a script in a new interpreter, in which any warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
