"""`tandem completion`: what makes a shell complete `tandem`'s commands and options."""

from typing import Any

import click
from click.shell_completion import get_completion_class

SHELLS = {
    "bash": 'eval "$(tandem completion bash)"     # in ~/.bashrc; bash 4.4 or later',
    "zsh": 'eval "$(tandem completion zsh)"      # in ~/.zshrc, after compinit',
    "fish": "tandem completion fish | source      # in ~/.config/fish/config.fish",
}
_LINES = "\n".join(SHELLS.values())


@click.command(
    help="Print a script for your shell: then Tab completes commands and options.\n\n"
    "Write the line of your shell into its start-up file, and open a new terminal:\n\n"
    f"\b\n{_LINES}"
)
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script of a shell."""
    click.echo(script(shell, context.find_root().command))


def script(shell: str, command: click.Command) -> str:
    """The script that click has for `tandem` in this shell.

    bash's version is not asked for, as click would: the script may be made elsewhere.
    """
    kind: Any = get_completion_class(shell)
    made = kind(command, {}, "tandem", "_TANDEM_COMPLETE")
    return str(made.source_template % made.source_vars())
