import sys

import pytest

from lab.compare.contenders import (
    choose,
    default_contenders,
    environment,
    left_aside,
    require_servers,
)
from lab.compare.kinds import KINDS
from lab.compare.target import Target
from lab.errors import WrongUsageError

SHOP = Target("shop")
WSGI_ONLY = Target("shop", "application", "")
ASGI_ONLY = Target("cafe", "", "app")


def chosen(*names, targets=(SHOP,), threads=8, workers=1):
    return choose(targets, names, threads=threads, workers=workers)


def test_each_contender_is_shown_as_it_is_started():
    sync, gthread, uvicorn = default_contenders(SHOP, threads=8)
    assert sync.shown.startswith("python -m gunicorn --workers 1 --worker-class sync ")
    assert sync.shown.endswith("--bind 127.0.0.1:PORT shop:application")
    assert "--worker-class gthread --threads 8" in gthread.shown
    assert uvicorn.shown.endswith("--port PORT shop:app")
    assert uvicorn.command[0] == sys.executable


def test_an_older_gunicorn_is_not_given_an_option_it_does_not_know(monkeypatch):
    monkeypatch.setattr("lab.versions.version", lambda name: "23.0.0")
    assert "--no-control-socket" not in default_contenders(SHOP, 8)[0].shown


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.option)
def test_every_kind_is_chosen_by_its_name_and_serves_its_side(kind):
    (contender,) = chosen(kind.option)
    assert contender == chosen(kind.name)[0]
    assert contender.door == {"WSGI": "shop:application", "ASGI": "shop:app"}[kind.takes]
    assert "{" not in contender.shown
    assert contender.door in contender.shown
    assert "port" in " ".join(contender.arguments)


def test_all_is_every_kind_that_is_installed(monkeypatch):
    assert [c.name for c in chosen("all")] == [kind.name for kind in KINDS]
    assert left_aside() == []
    monkeypatch.setattr("lab.compare.kinds.version_of", lambda name: None)
    monkeypatch.setattr("lab.compare.kinds.at_least", lambda name, *numbers: False)
    assert chosen("all") == []
    assert "waitress: pip install waitress" in left_aside()
    assert "gunicorn asgi: pip install 'gunicorn>=25.0'" in left_aside()


def test_a_number_of_workers_stands_after_the_name_or_counts_for_all():
    one, four = chosen("gunicorn-sync", "gunicorn-sync:4")
    assert (one.name, four.name) == ("gunicorn sync", "gunicorn sync, 4 workers")
    assert "--workers 4" in four.shown
    assert four.about.startswith("4 processes, ")
    assert four.file_name == "gunicorn-sync-4-workers"
    assert [c.workers for c in chosen("uvicorn", "daphne", workers=2)] == [2, 1]
    assert {c.workers for c in chosen("all:2")} == {1, 2}


def test_a_contender_that_is_named_twice_takes_part_once():
    assert len(chosen("uvicorn", "uvicorn", "all")) == len(KINDS)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("uwsgi", "no contender 'uwsgi'; there are gunicorn-sync, gunicorn-gthread"),
        ("uvicorn:0", "as in uvicorn:4; got '0'"),
        ("uvicorn:x", "as in uvicorn:4; got 'x'"),
        ("daphne:2", "daphne runs one process; got daphne:2"),
    ],
)
def test_a_name_that_is_none_is_answered_with_those_there_are(name, said):
    with pytest.raises(WrongUsageError, match=said):
        chosen(name)


@pytest.mark.parametrize(
    ("name", "target", "said"),
    [
        ("uvicorn", WSGI_ONLY, "uvicorn serves ASGI .* a2wsgi-on-uvicorn serves it through"),
        ("waitress", ASGI_ONLY, "waitress serves WSGI .*cafe:app has none; a2wsgi-on-gunicorn"),
        ("a2wsgi-on-uvicorn", ASGI_ONLY, "serves WSGI applications, and cafe:app has none$"),
    ],
)
def test_a_contender_that_does_not_fit_is_named_with_what_does(name, target, said):
    with pytest.raises(WrongUsageError, match=said):
        chosen(name, targets=[target])


def test_two_applications_are_told_apart_by_name():
    names = [c.name for c in chosen(targets=[WSGI_ONLY, ASGI_ONLY])]
    assert names == [
        "gunicorn sync · shop:application",
        "gunicorn gthread · shop:application",
        "uvicorn · cafe:app",
    ]


def test_a_bridge_is_told_what_it_leads_to_and_finds_the_lab(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/mine")
    (bridge,) = chosen("a2wsgi-on-gunicorn", targets=[ASGI_ONLY])
    assert bridge.shown.startswith("TANDEM_BRIDGED=cafe:app python -m gunicorn ")
    given = bridge.environment()
    assert given["TANDEM_BRIDGED"] == "cafe:app"
    assert given["PYTHONPATH"].endswith(":/mine")
    assert chosen("uvicorn")[0].environment()["PYTHONPATH"] == "/mine"


def test_settings_that_would_change_a_server_silently_are_not_passed_on(monkeypatch):
    for name in ("WEB_CONCURRENCY", "UVICORN_HTTP", "GRANIAN_WORKERS", "PORT"):
        monkeypatch.setenv(name, "4")
    monkeypatch.setenv("DATABASE", "kept")
    passed_on = environment()
    assert not {"WEB_CONCURRENCY", "UVICORN_HTTP", "GRANIAN_WORKERS", "PORT"} & set(passed_on)
    assert passed_on["DATABASE"] == "kept"


def test_missing_servers_are_named_with_what_to_install(monkeypatch):
    monkeypatch.setattr("lab.compare.kinds.version_of", lambda name: None)
    with pytest.raises(WrongUsageError, match=r"needs gunicorn and uvicorn; .*extra `serve`"):
        require_servers()
    with pytest.raises(WrongUsageError, match=r"hypercorn is not installed here: pip install hyp"):
        chosen("hypercorn")
