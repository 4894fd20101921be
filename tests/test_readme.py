"""The README's code runs, and does what the README says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture
def blocks():
    """The README's Python blocks, each run as a module."""
    modules = []
    for number, source in enumerate(re.findall(r"```python\n(.*?)```", README.read_text(), re.S)):
        names = {"__name__": f"readme_{number}"}
        exec(compile(source, f"README.md, block {number}", "exec"), names)
        modules.append(names)
    return modules


def test_the_first_program_answers_at_both_doors(blocks, world, client):
    hello = blocks[0][{"wsgi": "application", "asgi": "app"}[world]]

    answer = client(hello).get("/hello/Ann")

    assert (answer.status, answer.text) == (200, "Hello, Ann!")


def test_a_note_is_added_and_shown(blocks, client):
    notes = client(blocks[1]["site"])

    added = notes.post("/notes", json={"text": "buy milk"})
    shown = notes.get(added.header("location"))

    assert added.status == 201
    assert shown.json()["text"] == "buy milk"
    assert shown.header("x-served-by") == "tandem"


@pytest.mark.parametrize("body", ["[1]", "{}", '{"text": 5}', "nonsense"])
def test_what_is_no_note_is_refused(body, blocks, client):
    assert client(blocks[1]["site"]).post("/notes", body=body.encode()).status == 400


@pytest.mark.parametrize("path", ["/notes/7", "/notes/5f0c1c9e-5d5b-4c7e-8f7e-0f3f2f4b8a11"])
def test_no_note_is_not_found(path, blocks, client):
    answer = client(blocks[1]["site"]).get(path)

    assert (answer.status, list(answer.json())) == (404, ["error"])


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"`((?:core|examples|tandem|lab)/[\w./]+)`", README.read_text())

    missing = [name for name in named if not (README.parent / name).exists()]

    assert named
    assert missing == []
