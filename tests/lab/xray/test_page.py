"""The page as text; what it does in a browser is in test_page_in_browser.py."""

import re

import pytest

from lab.module import applications
from lab.xray import Script, Tape
from lab.xray.drive import record
from lab.xray.findings import Finding
from lab.xray.page import page

SERVED = applications("tests.lab.xray.served")
NASTY = "</script><img src=x onerror=alert(1)>"


def made(script=None, findings=None, worlds=("wsgi", "asgi"), module="m"):
    script = script or Script(headers=[("Host", "x")])
    sides = {world: record(SERVED[world], world, script) for world in worlds}
    return page(Tape(module, script, sides), findings)


def test_every_word_that_is_not_ours_is_escaped():
    script = Script(
        target=f"/?{NASTY}", headers=[("Host", "x"), ("X-A", NASTY)], chunks=[NASTY.encode()]
    )
    text = made(script, [Finding(NASTY, NASTY, NASTY)], module=NASTY)
    assert "<img" not in text
    assert text.count("<script>") == text.count("</script>") == 1


def test_nothing_is_loaded_from_anywhere():
    text = made()
    assert not re.search(r"(src|href)=[\"'](?!data:)", text)
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_the_times_and_the_threads_are_explained():
    assert "the time since\nthe application was called, and the thread" in made()


def test_it_is_small():
    assert len(made(Script(target="/endless", headers=[("Host", "x")])).encode()) < 100_000


@pytest.mark.parametrize("worlds", [["wsgi"], ["asgi"]])
def test_one_world_has_one_column(worlds):
    text = made(worlds=worlds)
    assert '<ol class="steps one">' in text
    assert "Nothing happens here" not in text


def test_what_is_only_in_one_world_is_marked_also_where_there_is_one_column():
    text = made(Script("websocket", target="/ws", headers=[("Host", "x")]), worlds=["asgi"])
    assert '<span class="only asgi">only ASGI</span>' in text
    assert "WSGI has no WebSocket" in text


def test_what_was_found_is_told_and_that_nothing_was():
    assert "Nothing was found in this recording." in made(findings=[])
    text = made(findings=[Finding("PEP 3333, X", "a rule", "start_response at 1 ms")])
    assert "<strong>PEP 3333, X</strong> a rule" in text
    assert 'id="findings"' not in made(findings=None)


def test_responses_that_differ_are_beside_each_other():
    script = Script(target="/endless", headers=[("Host", "x")], leaves_after=2)
    wsgi = record(SERVED["wsgi"], "wsgi", script)
    asgi = record(SERVED["asgi"], "asgi", Script(headers=[("Host", "x")]))
    text = page(Tape("m", script, {"wsgi": wsgi, "asgi": asgi}), None)
    assert text.count('<pre><span class="line" data-twin="response status">') == 2
