"""What the user of `tandem run` has asked for, and what is told about it."""

from dataclasses import dataclass

from core.worlds import World
from lab.errors import WrongUsageError
from lab.run.finding import Found, found_in
from lab.run.servers import OWN, Kind, usable


@dataclass(frozen=True, slots=True)
class Wish:
    """An application, a server, and where it is to listen."""

    text: str  # MODULE or MODULE:name
    server: str
    host: str
    port: int  # 0 for one that is free
    face: World | None = None
    workers: int = 1
    is_reloaded: bool = False
    is_dev: bool = False

    @property
    def kind(self) -> Kind:
        """The server; raises WrongUsageError where it can't be used for this."""
        return usable(self.server, self.face)

    def check(self) -> None:
        """Raise WrongUsageError for what does not go together."""
        if self.kind.name == OWN and self.workers > 1:
            raise WrongUsageError(
                f"the own server is one process; got --workers {self.workers}: choose --server "
                "gunicorn or --server uvicorn"
            )
        if self.workers > 1 and (self.is_reloaded or self.is_dev):
            raise WrongUsageError(f"with reload there is one process; got --workers {self.workers}")

    def found(self) -> Found:
        """The application; raises WrongUsageError where there is none, LabError where it fails."""
        faces = self.kind.faces
        return found_in(self.text, self.face or (faces[0] if len(faces) == 1 else None), faces[0])

    def greeting(self, found: Found, url: str) -> str:
        """What is served, by which server and where, and how it is stopped."""
        how = ", for development" if self.is_dev else ", with reload" if self.is_reloaded else ""
        by = self.kind.shown
        return (
            f"Serving {found.name} ({found.face.upper()}) on {url} by {by}{how}. Ctrl-C stops it."
        )
