"""For pytest: a `client` that runs each test in both worlds, and a `live_server` of either.

A project defines the fixture `app`, an App or a module with `application` and `app`:

    @pytest.fixture
    def app():
        return examples.tasks

    def test_a_task_is_added(client):  # runs twice: [wsgi] and [asgi]
        assert client.post("/tasks", json={"title": "rest"}).status == 201

    @pytest.mark.world("asgi")  # runs once
    def test_a_task_is_told(client):
        with client.websocket("/ws/tasks") as websocket:
            ...

and for a request that `tandem xray --save tapes/add_task.json` has recorded, the fixture `tape`:

    def test_a_task_is_added_as_it_was(tape):
        assert tape("add_task").differences == []

and for real servers, in processes of their own, the fixture `live_module`:

    @pytest.fixture(scope="module")
    def live_module():
        return "examples.tasks"

    def test_a_server_answers(live_server):  # runs twice: [gunicorn] and [uvicorn]
        assert urlopen(live_server.url + "/tasks").status == 200

`pytest --sentinel 0.05` warns of each handler behind `client` that holds the event loop for over
50 ms, with the line where it does (`lab.sentinel`).

Where another plugin has a `client` too, `from lab.pytest_plugin import client` in a conftest.py
says which is meant. pytest loads this file in every run, also of other projects, so all of Tandem
is imported only when a fixture is asked for.
"""

import os
import sys
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lab.processes import Server
    from lab.testing import Client
    from lab.xray.fixture import Replay

WORLDS = ("wsgi", "asgi")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--world wsgi` runs the tests that have a world in this one only; and `--sentinel`."""
    group = parser.getgroup("tandem")
    group.addoption("--world", choices=WORLDS, help="run tests of `client` in this world only")
    group.addoption(
        "--sentinel",
        type=float,
        default=False,
        metavar="SECONDS",
        help="warn where a handler behind `client` holds the event loop for longer, as in 0.05; "
        "-W error::lab.sentinel.EventLoopHeld lets the test fail",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker `world`."""
    config.addinivalue_line("markers", "world(name): the one world, wsgi or asgi, of this test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of a world that is not asked for."""
    unwanted = [item for item in items if not _is_wanted(item, config.getoption("--world"))]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]


def _is_wanted(item: pytest.Item, asked: str | None) -> bool:
    marker = item.get_closest_marker("world")
    if marker is not None and (len(marker.args) != 1 or marker.args[0] not in WORLDS):
        raise pytest.UsageError(f"world('wsgi') or world('asgi'); got {marker} at {item.nodeid}")
    parameters = getattr(item, "callspec", None)
    world = parameters.params.get("world") if parameters is not None else None
    wanted = {asked, marker.args[0] if marker is not None else None} - {None}
    return world not in WORLDS or all(world == one for one in wanted)


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest) -> str:
    """The world in which a test runs, "wsgi" or "asgi"."""
    return str(request.param)


@pytest.fixture
def client(app: Any, world: Any, pytestconfig: pytest.Config) -> "Generator[Client]":
    """A client of the project's `app` in this world, started up, and shut down after the test."""
    from lab.testing import Client

    sentinel = pytestconfig.getoption("--sentinel") or False
    with Client(app, world=world, sentinel=sentinel) as client:
        yield client


@pytest.fixture
def tape(request: pytest.FixtureRequest, client: "Client") -> "Callable[..., Replay]":
    """`tape("name")` asks `client` for what is on tapes/name.json, beside the test's own file.

    Its `differences` are sentences, [] where the answer is the recorded one; `answer` is what
    came. `tape("name", ignore=["x-request-id"])` lets these fields differ, beside Date and Server.
    """
    from lab.xray.fixture import Tapes

    return Tapes(request.path.parent / "tapes", client)


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def live_server(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, live_module: str
) -> "Generator[Server]":
    """A real server on a free port, for the length of a module; `url` is where it listens.

    It serves `live_module`, a name as in `tandem compare`, and finds what the tests can import.
    """
    from lab.compare.contenders import default_contenders, environment
    from lab.compare.target import Target
    from lab.processes import running

    pytest.importorskip(request.param)
    _sync, gthread, uvicorn = default_contenders(Target.parse(live_module), threads=8)
    contender = {"gunicorn": gthread, "uvicorn": uvicorn}[request.param]
    env = environment() | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with running(contender.command, cwd=pytestconfig.rootpath, env=env, ready="/") as server:
        yield server
