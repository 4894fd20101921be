"""The paths of the corpus, asked of servers that have mounted the application below a root."""

from dataclasses import replace

import pytest

from tests.end_to_end.apps import parity
from tests.end_to_end.corpus import ANSWERS, PATHS
from tests.end_to_end.differences import CHANGES
from tests.end_to_end.logs import alarms
from tests.end_to_end.outcomes import in_process, of_server
from tests.end_to_end.servers import serving, world_of

ROOT = "/mounted"
OPTIONS = {
    "gunicorn sync": ("--env", f"SCRIPT_NAME={ROOT}"),
    "gunicorn asgi": ("--root-path", ROOT),
    "uvicorn h11 asyncio": ("--root-path", ROOT),
    "uvicorn httptools uvloop": ("--root-path", ROOT),
    "hypercorn": ("--root-path", ROOT),
    "daphne": ("--root-path", ROOT),
    "granian wsgi": ("--url-path-prefix", ROOT),
    "granian asgi": ("--url-path-prefix", ROOT),
    "waitress": ("--url-prefix", ROOT),
}
# It puts the root before every path: a proxy in front of it has taken it off.
WITHOUT_THE_ROOT = ("uvicorn h11 asyncio", "uvicorn httptools uvloop")

CASES = [
    case.asked_of(twin)
    for case in [*PATHS, *ANSWERS]
    for twin in (("def", "async") if case.has_twins else ("",))
    if case.requests[0].target.startswith("/") and not case.requests[0].target.startswith("//")
]
ADAPTERS = {"wsgi": parity.application, "asgi": parity.app}
pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=OPTIONS)
def served(request):
    """A server by name, and running."""
    with serving(request.param, parity.__name__, *OPTIONS[request.param]) as server:
        yield request.param, server
    assert alarms(request.param, server.log()) == []


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.name}-{case.requests[0].target[:6]}"
)
def test_below_a_root_path_the_answers_are_those_of_an_application_mounted_there(served, case):
    name, server = served
    world = world_of(name)
    reference = in_process(world, ADAPTERS[world], case, ROOT)
    change = CHANGES.get((name, case.name))
    assert of_server(server, sent_to(name, case), reference) == (
        change(reference) if change else reference
    )


def sent_to(server, case):
    """The case as a client of this server has to ask it."""
    root = "" if server in WITHOUT_THE_ROOT else ROOT
    return replace(
        case, requests=tuple(replace(sent, target=root + sent.target) for sent in case.requests)
    )
