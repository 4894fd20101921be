"""Imports point one way: lab -> wsgi_adapter | asgi_adapter -> core (requirement R1)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).parent.parent
OURS = {"core", "wsgi_adapter", "asgi_adapter", "lab"}
MAY_IMPORT = {
    "core": {"core", "msgspec", "multipart"},
    "wsgi_adapter": {"wsgi_adapter", "core", "msgspec", "a2wsgi"},  # a2wsgi: the extra `bridge`
    "asgi_adapter": {"asgi_adapter", "core", "msgspec", "a2wsgi"},
}
# What does I/O or knows a protocol's server has no place in the core.
NOT_IN_CORE = {
    "asyncio",
    "concurrent.futures",
    "http.server",
    "queue",
    "selectors",
    "signal",
    "socket",
    "socketserver",
    "subprocess",
    "threading",
    "wsgiref",
}
FILES = [path for package in sorted(MAY_IMPORT) for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path):
    """Every module that a file imports, in whatever place, also for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.names[0].name != "*", f"{path}: imports name what they import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_a_file_imports_the_standard_library_and_what_lies_below_it(path):
    package = path.relative_to(ROOT).parts[0]
    others = {name.partition(".")[0] for name in imported(path)} - sys.stdlib_module_names
    assert others <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", list((ROOT / "core").rglob("*.py")), ids=lambda path: path.name)
def test_the_core_waits_for_nothing_and_knows_no_server(path):
    found = set(imported(path))
    packages = found | {name.partition(".")[0] for name in found}
    assert not packages & NOT_IN_CORE


def test_the_packages_are_all_there_to_be_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(MAY_IMPORT)
    assert len(FILES) > 25


def test_a_name_that_core_imports_later_is_there_when_it_is_asked_for():
    assert {name for name in core.__all__ if getattr(core, name, None) is None} == set()
    with pytest.raises(AttributeError, match="'core' has no attribute 'Nothing'"):
        core.Nothing  # noqa: B018  # the look-up is the act


@pytest.mark.parametrize("loads", ["asyncio", "ssl", "email", "hashlib", "core.files"])
def test_a_wsgi_program_starts_without_what_it_may_never_need(loads):
    """Nobody has to wait for it; an `async def` has asyncio imported when it first runs."""
    program = "import sys, wsgi_adapter; sys.exit(sys.argv[1] in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program, loads], check=False).returncode == 0
