import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import lab
from lab.__main__ import main
from lab.commands import ENTRIES

BIN = Path(sys.executable).parent
ROOT = Path(lab.__file__).parent.parent
COMPLETE = """
eval "$(tandem completion bash)"
COMP_WORDS=({words}) COMP_CWORD={place}
compopt() {{ :; }}
_tandem_completion tandem
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def script(shell):
    return CliRunner().invoke(main, ["completion", shell]).output


@pytest.fixture
def in_bash(tmp_path):
    """Run a program of bash's, for which `tandem` is the one of this Python."""
    (tmp_path / "tandem").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lab "$@"\n')
    (tmp_path / "tandem").chmod(0o755)

    def run(program):
        return subprocess.run(
            ["bash", "--norc", "-c", program],
            env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()

    return run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_has_its_script(shell):
    assert f"_TANDEM_COMPLETE={shell}_complete" in script(shell)


# bash is everywhere; the others are asked where there are any
@pytest.mark.parametrize("shell", ["bash", *filter(shutil.which, ("zsh", "fish"))])
def test_a_script_is_in_its_shell_s_language(shell):
    done = subprocess.run([shell, "-n"], input=script(shell), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_other_shell_has_one():
    done = CliRunner().invoke(main, ["completion", "tcsh"])
    assert done.exit_code == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in done.output


def test_commands_are_completed_with_what_they_do():
    found = main.shell_complete(click.Context(main), "co")
    assert [(item.value, item.help) for item in found] == [
        (name, ENTRIES[name].about) for name in ("compare", "completion")
    ]
    assert [item.value for item in main.shell_complete(click.Context(main), "--v")] == ["--version"]


def test_the_help_says_where_the_line_goes():
    output = CliRunner().invoke(main, ["completion", "--help"]).output
    assert 'eval "$(tandem completion bash)"' in output
    assert "~/.config/fish/config.fish" in output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tandem", "co"], ["compare", "completion"]),
        (["tandem", "run", "--se"], ["--server"]),
        (["tandem", "run", "m", "--server", "g"], ["gunicorn"]),
        (["tandem", "completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes_what_is_typed(in_bash, words, expected):
    typed = " ".join(f"'{word}'" for word in words)
    assert in_bash(COMPLETE.format(words=typed, place=len(words) - 1)) == expected
