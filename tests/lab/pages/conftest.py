"""The lab's pages in process, for a folder with one module; its commands are `fake.py`."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.pages import programs
from lab.pages.guard import Guard
from lab.pages.runs import Runs
from lab.pages.site import make_app
from lab.pages.store import Store
from lab.testing import Client

PORT = 8765
TOKEN = "the-token"
HOME = f"http://127.0.0.1:{PORT}"
FORM = {
    "module": "shop",
    "against": "",
    "contender": "gunicorn-sync",
    "workload": "hello",
    "own": "",
    "seconds": "0.2",
    "connections": "4",
    "rounds": "2",
}


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    """What the pages start is our own stand-in."""
    script = Path(__file__).with_name("fake.py")
    monkeypatch.setattr(programs, "LAB", (sys.executable, str(script)))


@pytest.fixture
def folder(tmp_path):
    """The folder that the lab was started in."""
    place = tmp_path / "shop"
    place.mkdir()
    (place / "shop.py").write_text("application = app = print\napp = print\n")
    return place


@pytest.fixture
def store(folder):
    return Store(folder / ".tandem" / "lab.sqlite3")


@pytest.fixture
def stranger(folder, store):
    """A client without the token; further ones share its lab."""
    with ExitStack() as stack:
        app = make_app(folder, store, Runs(folder, store), Guard(PORT, TOKEN))
        yield stack.enter_context(Client(app, base_url=HOME))


@pytest.fixture
def lab(stranger):
    """A browser that has been let in, and whose pages ask."""
    stranger.get(f"/enter?token={TOKEN}")
    stranger.headers = [("Origin", HOME), ("Sec-Fetch-Site", "same-origin")]
    return stranger


@pytest.fixture
def live(lab):
    """The events of a comparison that is begun, as they come."""

    def begin(**changes):
        answer = lab.post("/live", form=FORM | changes)
        assert answer.status == 202, answer.text
        return follow(lab)

    return begin


def follow(lab, known=""):
    """Each event, as (id, data), until the last."""
    kept = ""
    with lab.stream("GET", "/live/events", headers={"Last-Event-ID": known}) as answer:
        for chunk in answer.chunks():
            kept += chunk.decode()
            while "\n\n" in kept:
                text, _, kept = kept.partition("\n\n")
                lines = dict(line.split(": ", 1) for line in text.split("\n") if ": " in line)
                if "data" in lines:
                    yield lines["id"], json.loads(lines["data"])
