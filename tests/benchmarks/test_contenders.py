"""Those contenders that are installed with the tests give the right answers that are timed."""

import pytest

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import (
    BODY_CASES,
    CASES,
    CHUNK_CASES,
    FILE_CASES,
    REFUSED,
    REQUEST_CASES,
    SLEEP,
    TEXT,
    TYPED,
    Answer,
    Case,
    fault,
)
from benchmarks.contenders import Contender
from benchmarks.growth.comparisons import growths
from benchmarks.wsgi_exchange import WSGIWorld

STRAIGHT = (*CASES, REFUSED, *REQUEST_CASES, *CHUNK_CASES, *FILE_CASES, *BODY_CASES)
WITHOUT_FORM = tuple(case for case in STRAIGHT if case.name != "form")  # Starlette's needs a parser
TAKES_PART = [
    (WSGIWorld, "bare_wsgi", (*STRAIGHT, SLEEP)),
    (WSGIWorld, "tandem_wsgi", (*STRAIGHT, SLEEP)),
    (WSGIWorld, "tandem_wsgi_async", (*STRAIGHT, SLEEP)),
    (WSGIWorld, "flask_wsgi", STRAIGHT),
    (WSGIWorld, "a2wsgi_bare_wsgi", (TEXT, SLEEP, *CHUNK_CASES)),
    (ASGIWorld, "bare_asgi", (*STRAIGHT, SLEEP, TYPED)),
    (ASGIWorld, "tandem_asgi", (*STRAIGHT, SLEEP)),
    (ASGIWorld, "tandem_asgi_def", STRAIGHT),
    (ASGIWorld, "tandem_asgi_inline", (TEXT,)),
    (ASGIWorld, "starlette_asgi", (*WITHOUT_FORM, SLEEP)),
    (ASGIWorld, "starlette_asgi_def", (TEXT, *CHUNK_CASES)),
    (ASGIWorld, "a2wsgi_bare_asgi", (TEXT, *CHUNK_CASES)),
]


@pytest.mark.parametrize(
    ("world", "module", "cases"), TAKES_PART, ids=[row[1] for row in TAKES_PART]
)
def test_a_contender_answers_each_of_its_cases_rightly(world, module, cases):
    contender = Contender(module, module, None)

    with world() as opened:
        contender.build(cases, opened)
        for case in cases:
            contender.check(case, opened)

    assert contender.faults == {}


GROWTHS = tuple(growths(["none of them"], 10_000))


@pytest.mark.parametrize("growth", GROWTHS, ids=[growth.name for growth in GROWTHS])
def test_tandem_and_the_bare_callable_answer_every_size_of_a_growth(growth):
    side = growth.comparison.world.name.lower()
    cases = [case for case in growth.comparison.cases if case.routes < 10_000]

    with growth.comparison.world() as opened:
        for kind in ("bare", "tandem"):
            contender = Contender(kind, f"{kind}_{side}", None)
            contender.build(cases, opened)
            for case in cases:
                contender.check(case, opened)
            assert contender.faults == {}


def test_a_contender_that_is_not_installed_has_a_fault_in_every_case():
    contender = Contender("nobody", "nobody_wsgi", "no-such-distribution")

    with WSGIWorld() as world:
        contender.build(CASES, world)

    assert set(contender.faults) == {case.name for case in CASES}
    assert contender.version == ""


TEXT_PLAIN = {"content-type": "text/plain"}
COOKIES = REQUEST_CASES[1]
WRONG = [
    (TEXT, Answer(500, TEXT_PLAIN, [b"Hello, world!"]), "status 200; got 500"),
    (TEXT, Answer(200, TEXT_PLAIN, [b"Hello"]), "got b'Hello'"),
    (TEXT, Answer(200, {"content-type": "text/html"}, [b"Hello, world!"]), "as text/html"),
    (CHUNK_CASES[0], Answer(200, {}, [b"all in one"]), "64 chunks; got 1"),
    (CASES[4], Answer(200, {**TEXT_PLAIN, "x-first": "1"}, []), "missing x-second, x-third"),
    (CASES[1], Answer(200, {"content-type": "application/json"}, [b"{}"]), "got b'{}'"),
    (COOKIES, Answer(200, {**TEXT_PLAIN, "set-cookie": "seen=3"}, [b"dark"]), "got seen=3"),
    (COOKIES, Answer(200, TEXT_PLAIN, [b"dark"]), "wanted the cookie seen=4; got None"),
    (REFUSED, Answer(404, {}, []), "status 405; got 404"),
]


@pytest.mark.parametrize(("case", "answer", "reason"), WRONG)
def test_a_wrong_answer_has_a_fault_that_says_what_was_wanted(case: Case, answer, reason):
    assert reason in fault(case, answer)
