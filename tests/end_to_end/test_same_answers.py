"""The corpus, asked of every server: the same answers as in process, but for the listed ones."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.end_to_end.apps import parity
from tests.end_to_end.corpus import ASKED, CORPUS
from tests.end_to_end.differences import CHANGES, EVERY_SERVER, ON_WSGI
from tests.end_to_end.exchange import ask
from tests.end_to_end.logs import alarms
from tests.end_to_end.outcomes import CONTINUE, PATIENCE, SILENCE, in_process, of_server
from tests.end_to_end.servers import serving, world_of

BUG = "GET '/def/raise/bug' failed: ZeroDivisionError('a secret')"
ADAPTERS = {"wsgi": parity.application, "asgi": parity.app}
ROWS = [pytest.param(case, twin, id=f"{case.name}-{twin}".strip("-")) for case, twin in ASKED]
every_case = pytest.mark.parametrize(("case", "twin"), ROWS)
every_proper_case = pytest.mark.parametrize(
    ("case", "twin"), [row for row in ROWS if not row.values[0].is_malformed]
)


@pytest.fixture(scope="module", params=EVERY_SERVER)
def served(request):
    """A server by name, and running; at its end its log is looked at."""
    with serving(request.param, parity.__name__) as server:
        yield request.param, server
    assert alarms(request.param, server.log()) == []


@pytest.mark.server
@every_case
def test_a_server_changes_no_answer_but_in_the_ways_that_are_listed(
    served, case, twin, monkeypatch
):
    name, server = served
    if name == "gunicorn gevent":
        patched = SimpleNamespace(is_module_patched=lambda module: True)
        monkeypatch.setitem(sys.modules, "gevent.monkey", patched)
    world = world_of(name)
    reference = in_process(world, ADAPTERS[world], case)
    change = CHANGES.get((name, case.name))
    expected = change(reference) if change else reference
    patience = 0.2 if SILENCE in expected else PATIENCE
    assert change is None or expected != reference, "a difference that is none"
    assert of_server(server, case, reference, patience) == expected


@pytest.mark.server
def test_a_bug_is_shown_to_the_log_alone(served):
    _, server = served
    before = server.log().count(BUG)
    answer = ask(server, "GET", "/def/raise/bug")
    assert (answer.status, b"secret" in answer.body) == (500, False)
    assert server.log().count(BUG) == before + 1


@pytest.mark.server
@pytest.mark.parametrize("served", ["gunicorn gevent"], indirect=True)
def test_under_gevent_the_log_says_why_an_async_def_does_not_run(served):
    _, server = served
    assert ask(server, "GET", "/async/html").status == 500
    assert "GET '/async/html' failed: RuntimeError(" in server.log()
    assert "under gevent many requests share a thread" in server.log()


@every_proper_case
def test_in_process_each_request_is_answered_with_the_status_that_is_stated(world, case, twin):
    outcomes = in_process(world, ADAPTERS[world], case)
    answers = [outcome for outcome in outcomes if outcome != CONTINUE]
    statuses = [int(getattr(answer, "status", answer)) for answer in answers]
    assert tuple(statuses) == case.statuses


@pytest.mark.parametrize(
    "case", [case for case in CORPUS if case.has_twins], ids=lambda case: case.name
)
def test_an_async_def_answers_as_its_def_twin_does(world, case):
    of_def, of_async = (
        in_process(world, ADAPTERS[world], case.asked_of(twin)) for twin in ("def", "async")
    )
    assert of_async == [renamed(outcome) for outcome in of_def]


def renamed(outcome):
    """The answer of the `def` twin as the other one would give it, where it shows its path."""
    if isinstance(outcome, str) or b"/def/" not in outcome.body:
        return outcome
    body = outcome.body.replace(b"/def/", b"/async/")
    length = {"content-length": str(len(body))}
    return replace(
        outcome,
        headers=[(name, length.get(name, value)) for name, value in outcome.headers],
        body=body,
    )


def test_the_differences_are_those_of_cases_that_there_are():
    names = [case.name for case in CORPUS]
    assert len(set(names)) == len(names)
    assert {case for _, case in CHANGES} <= set(names)
    assert {server for server, _ in CHANGES} <= {*EVERY_SERVER, *ON_WSGI}


@every_proper_case
def test_both_adapters_give_the_same_answer(case, twin):
    wsgi, asgi = (in_process(world, ADAPTERS[world], case) for world in ("wsgi", "asgi"))
    change = CHANGES.get((*ON_WSGI, case.name))
    assert wsgi == (change(asgi) if change else asgi)
