import importlib
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from lab.__main__ import main
from lab.commands import ENTRIES, GROUPS
from lab.errors import LabError


def tandem(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_every_command_of_the_table_is_there_and_has_help(entry):
    done = tandem(entry.name, "--help")
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: main {entry.name} ")
    assert entry.example.split()[0] == entry.name


def test_the_help_shows_each_command_in_its_group_with_an_example():
    words = " ".join(tandem("--help").output.split())
    places = [words.index(title + ":") for title in GROUPS]
    assert places == sorted(places)
    for entry in ENTRIES.values():
        assert f"{entry.about} tandem {entry.example}" in words
    assert "'" not in words.partition("Serve it")[0]


def test_the_help_fits_a_narrow_terminal():
    assert max(map(len, tandem("--help").output.splitlines())) <= 80


def test_without_arguments_the_help_is_shown():
    done = tandem()
    assert done.output == tandem("--help").output
    alone = click.Group("alone", no_args_is_help=True)  # what click's convention is
    assert done.exit_code == CliRunner().invoke(alone, []).exit_code


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rum", "there is no command 'rum': did you mean run?"),
        ("comparr", "did you mean compare?"),
        ("zzz", "there is no command 'zzz': there are learn, run, "),
        ("--zzz", "No such option"),
    ],
)
def test_a_wrong_command_is_answered_with_those_that_are_near(name, said):
    done = tandem(name)
    assert said in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize("missing", ["rich", "h11"])
def test_a_library_that_a_command_needs_is_named(monkeypatch, missing):
    def fail(name):
        if missing == "rich":
            raise ModuleNotFoundError("No module named 'rich'", name="rich")
        raise LabError("the server needs h11")

    monkeypatch.setattr(importlib, "import_module", fail)
    done = tandem("run", "m")
    assert done.exit_code == 1
    assert f"needs {missing}" in done.output


def test_a_fault_of_our_own_is_not_taken_for_a_missing_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "lab.run.command", None)
    assert isinstance(tandem("run", "m").exception, ModuleNotFoundError)


def test_the_help_imports_no_command():
    program = (
        "import sys\nfrom lab.__main__ import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    imported = set(done.stderr.split())
    assert "lab.commands" in imported
    assert not imported & {"rich", "core", "asyncio", "lab.compare", "lab.run", "lab.server"}


def test_its_commands_are_those_of_the_table():
    names = [entry.name for entries in GROUPS.values() for entry in entries]
    assert main.list_commands(click.Context(main)) == names
    assert len(names) == len(set(names))


def test_the_version_is_told():
    assert tandem("--version").output.startswith("tandem, version ")
