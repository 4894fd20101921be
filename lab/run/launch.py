"""A program: finds the application, and becomes the server that serves it.

    python -m lab.run.launch '{"wish": {...}, "url": "http://127.0.0.1:8000", "port": 8000, ...}'

The application has to be imported to know which interface it has, and by which command it is
served; here that leaves nothing behind, for the server takes this process's place (exec).
"""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from typing import Any

import click

from lab.errors import LabError
from lab.run.door import DOOR, Order
from lab.run.servers import OWN, Command, typed
from lab.run.wish import Wish


@dataclass(frozen=True, slots=True)
class Launch:
    """A server to be started: on an address, or on a socket that it is given."""

    wish: Wish
    url: str
    port: int
    socket: int | None = None  # descriptor; without one the server binds by itself
    ready: int | None = None  # descriptor, which is told when it serves

    def arguments(self) -> list[str]:
        """What follows `python` to start it."""
        return ["-m", "lab.run.launch", json.dumps(asdict(self))]

    @classmethod
    def parse(cls, text: str) -> "Launch":
        """The launch of these arguments."""
        fields: dict[str, Any] = json.loads(text)
        wish = Wish(**fields.pop("wish"))
        return cls(wish, **fields)

    def command(self) -> tuple[str, list[str], dict[str, str]]:
        """What is told to the user, what follows `python`, and what is added to the environment."""
        wish = self.wish
        silence = io.StringIO()  # what the module prints it will print again
        with redirect_stdout(silence), redirect_stderr(silence):
            found = wish.found()
        greeting = wish.greeting(found, self.url)
        if self.socket is not None and self.ready is not None:
            tells_itself = wish.server == OWN
            ready = None if tells_itself else self.ready
            order = Order(found.name, found.face, wish.is_dev, ready)
            words = Command(wish.kind, DOOR, found.face).on_socket(self.socket, self.ready)
            return greeting, words, order.variables()
        order = Order(found.name, found.face)
        door = DOOR if found.is_app else found.name
        words = Command(wish.kind, door, found.face, wish.workers).on_address(wish.host, self.port)
        by_hand = "" if found.is_app else f"\nThe same by hand: {typed(words)}"
        return greeting + by_hand, words, order.variables() if found.is_app else {}


def main() -> None:
    """Become the server; exits with a sentence where that can't be done."""
    try:
        told, words, variables = Launch.parse(sys.argv[1]).command()
    except LabError as error:
        click.echo(f"Error: {error}", err=True)
        sys.stderr.flush()
        os._exit(error.exit_code)  # a thread that the module started would keep us here
    click.echo(told, err=True)
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *words], os.environ | variables)


if __name__ == "__main__":
    main()
