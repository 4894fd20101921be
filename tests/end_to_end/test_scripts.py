import shlex
import subprocess
import sys
from importlib import import_module

import pytest

from lab.processes import free_port, running
from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import ROOT, environment

EXAMPLES = ("tasks", "echo", "login", "members", "routers", "pullo", "raw")
pytestmark = pytest.mark.server


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_serves_when_it_is_run_as_a_script(name, tmp_path):
    port = free_port()
    # An editable install puts the project's root on the path, whatever the directory.
    variables = environment(PORT=str(port), PYTHONPATH=str(ROOT))
    command = [sys.executable, str(ROOT / "examples" / f"{name}.py")]
    with running(command, cwd=tmp_path, env=variables, port=port, ready="/") as server:
        assert ask(server, "GET", "/").status == 200


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_how_it_is_run(name):
    docstring = import_module(f"examples.{name}").__doc__
    for command in (
        f"gunicorn examples.{name}:application",
        f"uvicorn examples.{name}:app",
        f"python examples/{name}.py",
    ):
        assert f"\n    {command}" in docstring


def test_the_routes_can_be_printed():
    docstring = import_module("examples.pullo").__doc__
    line = next(line for line in docstring.splitlines() if line.startswith("    python -c"))
    command = [sys.executable, *shlex.split(line)[1:]]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout == "[<Route GET / -> home>, <Route GET /hello -> hello>]\n"
