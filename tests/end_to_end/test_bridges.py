"""The corpus through a2wsgi, in both directions: the same answers, but for the listed ones."""

import pytest

from tests.end_to_end.apps import bridged, parity
from tests.end_to_end.bridge_differences import BRIDGE_CHANGES, BY_CHANCE
from tests.end_to_end.corpus import ASKED, CORPUS
from tests.end_to_end.differences import CHANGES
from tests.end_to_end.logs import alarms
from tests.end_to_end.outcomes import PATIENCE, SILENCE, in_process, of_server
from tests.end_to_end.servers import serving

BRIDGES = {  # the server, its options, and the door that is reached through the bridge
    "a2wsgi on gunicorn": ("gunicorn gthread", ("--graceful-timeout", "1"), "asgi"),
    "a2wsgi on uvicorn": ("uvicorn httptools uvloop", (), "wsgi"),
}
ADAPTERS = {"wsgi": parity.application, "asgi": parity.app}


@pytest.fixture(scope="module", params=BRIDGES)
def bridge(request):
    """A bridge by name, and its server, running."""
    server, options, _ = BRIDGES[request.param]
    with serving(server, bridged.__name__, *options) as running:
        yield request.param, running
    assert alarms(request.param, running.log()) == []


@pytest.mark.server
@pytest.mark.parametrize(
    ("case", "twin"),
    [pytest.param(case, twin, id=f"{case.name}-{twin}".strip("-")) for case, twin in ASKED],
)
def test_a_bridge_changes_no_answer_but_in_the_ways_that_are_listed(bridge, case, twin):
    name, running = bridge
    server, _, world = BRIDGES[name]
    reference = in_process(world, ADAPTERS[world], case)
    change = BRIDGE_CHANGES.get((name, case.name))
    assert change is None or change(reference) != reference, "a difference that is none"
    change = change or CHANGES.get((server, case.name))
    expected = change(reference) if change else reference
    patience = 0.2 if SILENCE in expected else PATIENCE
    allowed = BY_CHANCE.get((name, case.name), [expected])
    assert of_server(running, case, reference, patience) in allowed


def test_the_differences_of_the_bridges_are_those_of_cases_that_there_are():
    assert {case for _, case in BRIDGE_CHANGES} <= {case.name for case in CORPUS}
    assert {name for name, _ in BRIDGE_CHANGES} == set(BRIDGES)
