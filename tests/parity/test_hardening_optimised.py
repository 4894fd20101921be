"""`python -O` leaves out every `assert`, `-OO` the docstrings too: nothing may depend on them."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import asgi_adapter
import core
import wsgi_adapter

PROGRAM = [sys.executable, "-m", "tests.parity.optimised"]
ROOT = Path(__file__).parents[2]


def seen(*options):
    """What the program has seen, run with these options of Python."""
    done = subprocess.run(
        [PROGRAM[0], "-B", "-W", "error", *options, *PROGRAM[1:]],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain():
    return seen()


def test_the_program_meets_what_fails(plain):
    statuses = {outcome[0] for name, outcome in plain.items() if name[:5] in ("wsgi ", "asgi ")}
    assert statuses == {200, 204, 308, 400, 403, 404, 405, 410, 413, 415, 500}
    assert "taken" not in plain.values()  # every mistake is refused


def test_both_doors_saw_the_same(plain):
    doors = {name: outcome for name, outcome in plain.items() if name.startswith("wsgi ")}
    assert doors
    for name, outcome in doors.items():
        assert plain["asgi" + name.removeprefix("wsgi")] == outcome, name


@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_without_assert_and_docstrings_all_is_the_same(plain, option):
    assert seen(option) == plain


@pytest.mark.parametrize("package", [core, asgi_adapter, wsgi_adapter], ids=lambda it: it.__name__)
def test_an_assert_only_tells_the_type_checker_what_is_known(package):
    """`assert x is not None` is all that it is used for; what is to be refused is raised."""
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                assert ast.unparse(node.test).endswith(" is not None"), f"{path}:{node.lineno}"
