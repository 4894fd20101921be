"""The servers that an application can be run on, and the command of each, as a person types it."""

import shlex
from dataclasses import dataclass

from core.worlds import World
from lab.errors import WrongUsageError
from lab.versions import at_least, version_of

OWN = "own"


@dataclass(frozen=True, slots=True)
class Kind:
    """A server: what it is called, what it needs, and what it serves."""

    name: str  # as --server takes it
    shown: str
    needs: tuple[str, ...]  # distributions
    faces: tuple[World, ...]  # the one that it prefers first


KINDS = {
    kind.name: kind
    for kind in (
        Kind(OWN, "the project's own server", ("h11", "wsproto"), ("asgi", "wsgi")),
        Kind("gunicorn", "gunicorn", ("gunicorn",), ("wsgi", "asgi")),
        Kind("uvicorn", "uvicorn", ("uvicorn",), ("asgi",)),
    )
}


def usable(name: str, face: World | None) -> Kind:
    """The server of this name; raises WrongUsageError where it is not installed, or has no face."""
    kind = KINDS[name]
    missing = [need for need in kind.needs if version_of(need) is None]
    if missing:
        raise WrongUsageError(
            f"--server {name} needs {' and '.join(missing)}: pip install {' '.join(missing)}, or "
            "install Tandem with its extra `serve`"
        )
    if face is not None and face not in kind.faces:
        raise WrongUsageError(
            f"{name} serves {kind.faces[0].upper()} only: for {face.upper()} choose --server own "
            "or --server gunicorn"
        )
    return kind


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started for one application."""

    kind: Kind
    door: str  # "module:name" that the server imports
    face: World
    workers: int = 1

    def on_address(self, host: str, port: int) -> list[str]:
        """What follows `python`, for a server that binds by itself: gunicorn or uvicorn."""
        if self.kind.name == "gunicorn":
            address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            return self._gunicorn(address)
        words = f"-m uvicorn --workers {self.workers}"
        return [*words.split(), "--host", host, "--port", str(port), self.door]

    def on_socket(self, descriptor: int, ready: int) -> list[str]:
        """What follows `python`, for a server that is given a socket that is bound.

        To the descriptor `ready` the own server writes when it serves; for others the door does.
        """
        if self.kind.name == "gunicorn":
            return self._gunicorn(f"fd://{descriptor}")
        if self.kind.name == "uvicorn":
            return ["-m", "lab.run.uvicorn_served", self.door, str(descriptor)]
        words = f"-m lab.server --face {self.face} --fd {descriptor} --ready-fd {ready}"
        return [*words.split(), self.door]

    def _gunicorn(self, address: str) -> list[str]:
        words = ["-m", "gunicorn", "--workers", str(self.workers), "--access-logfile", "-"]
        if self.face == "asgi":
            if not at_least("gunicorn", 25):
                raise WrongUsageError(
                    f"{self.door} is ASGI, which gunicorn {version_of('gunicorn')} does not "
                    'serve: pip install "gunicorn>=25", or choose --server uvicorn'
                )
            words += ["--worker-class", "asgi"]
        if at_least("gunicorn", 25, 1):  # one socket in the user's home, of every gunicorn there
            words += ["--no-control-socket"]
        return [*words, "--bind", address, self.door]


def typed(arguments: list[str]) -> str:
    """The command as a person types it."""
    return shlex.join(["python", *arguments])
