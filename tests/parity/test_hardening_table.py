"""docs/hardening.md names a test for each thing that is withstood; here it is seen to be there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "hardening.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?!what |---)(.*) \|$", PAGE, re.MULTILINE)


@cache
def functions(path):
    """The names of a file's functions."""
    nodes = ast.parse((TESTS / path).read_text("utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_page_has_rows():
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS)
def test_every_row_names_tests_that_there_are(row):
    cells = row.split(" | ")
    assert len(cells) == 3
    named = re.findall(r"`(\w+)/(\w+)::(\w+)`", cells[2])
    assert len(named) == cells[2].count("::") > 0
    for folder, file, name in named:
        assert f"test_{name}" in functions(f"{folder}/test_{file}.py")
