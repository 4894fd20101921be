"""The commands of `tandem`, in the order that a newcomer needs them; each is imported when used.

So `tandem --help` and a shell's completion are quick, whatever a command needs.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import click
from click.shell_completion import CompletionItem

from lab.errors import LabError


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: where it is, and what the help says of it."""

    name: str
    source: str  # "module:name"
    about: str  # one line
    example: str  # after "tandem "


GROUPS: dict[str, tuple[Entry, ...]] = {
    "Learn it": (
        Entry(
            "learn",
            "lab.learn.command:learn",
            "The course: lessons, measurements, checked exercises.",
            "learn",
        ),
    ),
    "Serve it": (
        Entry(
            "run",
            "lab.run.command:run",
            "Serve an application; with --dev while you write it.",
            "run examples.tasks --dev",
        ),
    ),
    "See what differs": (
        Entry(
            "compare",
            "lab.compare.command:compare",
            "Measure it on WSGI and ASGI servers; a report.",
            "compare examples.tasks --quick",
        ),
        Entry(
            "lab",
            "lab.pages.command:pages",
            "The same as pages in a browser, and x-rays.",
            "lab",
        ),
        Entry(
            "xray",
            "lab.xray.command:xray",
            "One request, seen from WSGI and ASGI side by side.",
            "xray examples.tasks GET /tasks",
        ),
        Entry(
            "replay",
            "lab.xray.replay_command:replay",
            "Ask a recorded request again; what differs.",
            "replay tape.json examples.tasks",
        ),
    ),
    "Understand it": (
        Entry(
            "explain",
            "lab.explain.command:explain",
            "Which route answers a request, and why no other.",
            "explain examples.tasks GET /tasks/5",
        ),
        Entry(
            "routes",
            "lab.routes.command:routes",
            "All routes, and where each handler runs.",
            "routes examples.tasks",
        ),
    ),
    "Your shell": (
        Entry(
            "completion",
            "lab.completion:completion",
            "A script for your shell: Tab completes what you type.",
            "completion bash",
        ),
    ),
}
ENTRIES = {entry.name: entry for entries in GROUPS.values() for entry in entries}


class Command(click.Command):
    """A command whose LabErrors are told in their sentence, and end it with their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except LabError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)


class LazyGroup(click.Group):
    """A group whose commands are those of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click's
        """Their names."""
        return list(ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as click's
        """The command of this name, imported; None where there is none."""
        entry = ENTRIES.get(cmd_name)
        return _imported(entry) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; a wrong name is answered with those that are near."""
        wanted = args[0]
        if wanted not in ENTRIES and not wanted.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(wanted, ENTRIES)
            meant = f"did you mean {' or '.join(near)}?" if near else f"there are {_listed()}"
            raise click.UsageError(f"there is no command {wanted!r}: {meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as click's
        """Write them in their groups, each with an example."""
        for title, entries in GROUPS.items():
            with formatter.section(title):
                for entry in entries:
                    formatter.write_text(f"{entry.name:<11} {entry.about}")
                    formatter.write_text(f"{'':<11} tandem {entry.example}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names for Tab, and what they do; no command is imported for it."""
        found = [
            CompletionItem(entry.name, help=entry.about)
            for entry in ENTRIES.values()
            if entry.name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]


def _imported(entry: Entry) -> click.Command:
    module, _, name = entry.source.partition(":")
    try:
        command: click.Command = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != "rich":
            raise
        raise click.ClickException(
            f"tandem {entry.name} needs rich; install Tandem with its extra `lab`"
        ) from error
    except LabError as error:  # lab.server's, that has no h11 to work with
        raise click.ClickException(str(error)) from error
    return command


def _listed() -> str:
    names: Sequence[str] = list(ENTRIES)
    return ", ".join(names[:-1]) + f" and {names[-1]}"
