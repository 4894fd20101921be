"""Past runs, in a SQLite file: one row each, with the report as `compare` wrote it.

The file says which version of this schema it has (`PRAGMA user_version`): an older one is brought
up to date step by step, a newer one is left alone. Each call opens the file anew, so that it may
come from any thread, and two labs may share a folder.
"""

import sqlite3
import zlib
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core import NotFound
from lab.errors import LabError

# What brings a file from each version to the next.
STEPS = (
    """
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        began TEXT NOT NULL,   -- ISO 8601, UTC
        title TEXT NOT NULL,   -- what was compared
        detail TEXT NOT NULL,
        state TEXT NOT NULL,   -- finished, stopped or failed
        log TEXT NOT NULL,     -- what the command said where there is no report
        report BLOB NOT NULL,  -- report.json, compressed by zlib; empty for none
        page BLOB NOT NULL     -- report.html, likewise
    );
    """,
)
VERSION = len(STEPS)
BUSY = 10.0  # seconds to wait for another who writes


@dataclass(frozen=True)
class Past:
    """A run in the list."""

    number: int
    began: str
    title: str
    detail: str
    state: str
    log: str
    has_report: int  # 1 where there is one


@dataclass(frozen=True)
class Ended:
    """A run that is to be kept."""

    began: str
    title: str
    detail: str
    state: str
    log: str
    report: str
    page: str


class Store:
    """The runs that are kept in one file, which is made where it is missing."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise LabError(f"past runs can't be kept in {file}: {error}") from error

    def add(self, ended: Ended) -> int:
        """Keep a run; its number."""
        report, page = (zlib.compress(text.encode()) for text in (ended.report, ended.page))
        texts = (ended.began, ended.title, ended.detail, ended.state, ended.log)
        with self._opened() as opened:
            row = opened.execute(
                "INSERT INTO runs (began, title, detail, state, log, report, page)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*texts, report if ended.report else b"", page if ended.page else b""),
            )
            assert row.lastrowid is not None
            return row.lastrowid

    def all(self) -> list[Past]:
        """Every run, the last first."""
        return self._past("ORDER BY number DESC")

    def get(self, number: int) -> Past:
        """One run; raises NotFound."""
        found = self._past("WHERE number = ?", number)
        if not found:
            raise NotFound(f"there is no run {number}")
        return found[0]

    def report(self, number: int) -> str:
        """Its report.json; raises NotFound where there is none."""
        return self._blob("report", number)

    def page(self, number: int) -> str:
        """Its report.html; raises NotFound where there is none."""
        return self._blob("page", number)

    def delete(self, number: int) -> None:
        """Forget a run; raises NotFound."""
        with self._opened() as opened:
            if not opened.execute("DELETE FROM runs WHERE number = ?", (number,)).rowcount:
                raise NotFound(f"there is no run {number}")

    def _past(self, which: str, *values: int) -> list[Past]:
        columns = "number, began, title, detail, state, log, length(report) > 0"
        with self._opened() as opened:
            rows = opened.execute(f"SELECT {columns} FROM runs {which}", values).fetchall()
        return [Past(*row) for row in rows]

    def _blob(self, column: str, number: int) -> str:
        with self._opened() as opened:
            row = opened.execute(
                f"SELECT {column} FROM runs WHERE number = ?", (number,)
            ).fetchone()
        if row is None or not row[0]:
            raise NotFound(f"there is no report of run {number}")
        return zlib.decompress(row[0]).decode()

    def _prepare(self) -> None:
        folder = self._file.parent
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n")  # what was measured here is for here
        with self._opened() as opened:
            opened.execute("BEGIN IMMEDIATE")  # of two labs that start one prepares
            version = opened.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise LabError(
                    f"{self._file} is of a later Tandem (version {version}, known is {VERSION}): "
                    "use that one, or another file (--database)"
                )
            for step in STEPS[version:]:
                opened.execute(step)
            opened.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        """The file for the length of the block; what was changed is kept where that ends well."""
        with closing(sqlite3.connect(self._file, timeout=BUSY)) as opened, opened:
            yield opened
