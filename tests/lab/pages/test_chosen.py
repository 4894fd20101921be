"""Forms, and the command lines that they become."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from core import MissingField, UnprocessableContent
from core.fields import form_fields
from lab.compare.kinds import Kind
from lab.pages.chosen import ChosenComparison, ChosenRequest
from tests.lab.pages.conftest import FORM

OUT = Path("/out")
ASKED = {"module": "shop", "method": "GET", "path": "/", "headers": "", "body": "", "kind": "text"}


def fields(form, **changes):
    pairs = [(k, v) for k, v in {**form, **changes}.items() if v is not None]
    return form_fields(urlencode(pairs, doseq=True).encode(), 100)


def compared(**changes):
    return ChosenComparison.of(fields(FORM, **changes), ["shop", "two:app"])


def requested(**changes):
    return ChosenRequest.of(fields(ASKED, **changes), ["shop"])


def test_a_comparison_becomes_a_command_line():
    chosen = compared(
        against="two:app", contender=["uvicorn", "gunicorn-sync"], own="/orders my-own", rounds="5"
    )
    assert chosen.arguments(OUT) == [
        "compare",
        "--events",
        "--out=/out",
        "--contender=uvicorn",
        "--contender=gunicorn-sync",
        "--workload=hello",
        "--workload=/orders",
        "--workload=my-own",
        "--duration=0.2",
        "--connections=4",
        "--rounds=5",
        "--",
        "shop",
        "two:app",
    ]


def test_what_is_chosen_twice_is_there_once():
    chosen = compared(against="shop", own="hello", contender=["uvicorn", "uvicorn"])
    assert (chosen.targets, chosen.workloads) == (["shop"], ["hello"])
    assert chosen.contenders == ["uvicorn"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"module": "os"}, "'os' is not a module here"),
        ({"module": "--help"}, "'--help' is not a module here"),
        ({"module": "shop; rm -rf /"}, "is not a module here"),
        ({"module": "../shop"}, "is not a module here"),
        ({"against": "os"}, "'os' is not a module here"),
        ({"contender": "apache"}, "'apache' is not a server here"),
        ({"contender": None}, "choose at least one server"),
        ({"workload": "--out=/etc"}, "is not a workload here"),
        ({"workload": None}, "choose at least one workload"),
        ({"own": "--out=/etc"}, "a name, or a path"),
        ({"own": "/caf\u00e9"}, "a name, or a path"),
        ({"own": "/" + "x" * 9000}, "a name, or a path"),
        ({"seconds": "0"}, "seconds is a number from 0.05 to 30; got '0'"),
        ({"seconds": "1e1"}, "seconds is a number"),
        ({"seconds": "nan"}, "seconds is a number"),
        ({"connections": "1.5"}, "connections is a whole number from 1 to 512; got '1.5'"),
        ({"connections": "513"}, "from 1 to 512"),
        ({"connections": "\u0664"}, "from 1 to 512"),
        ({"rounds": "-1"}, "rounds is a whole number from 1 to 20; got '-1'"),
        ({"rounds": ""}, "rounds is a whole number"),
    ],
)
def test_what_is_not_on_a_list_or_between_the_bounds_is_refused(changes, told):
    with pytest.raises(UnprocessableContent) as refusal:
        compared(**changes)
    assert told in refusal.value.detail


def test_a_server_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setattr(Kind, "missing", property(lambda kind: "gunicorn"))
    with pytest.raises(UnprocessableContent, match="is not a server here"):
        compared()


def test_a_form_without_a_field_is_refused():
    with pytest.raises(MissingField, match="module"):
        compared(module=None)


def test_a_request_becomes_a_command_line():
    chosen = requested(
        method="POST", path="/a b", headers="A: 1\r\n\r\n  B: 2 ", body="x\r\ny", kind="json"
    )
    assert chosen.body == b"x\ny"
    assert chosen.title == "POST /a b of shop"
    assert chosen.arguments(OUT, Path("/body")) == [
        "xray",
        "--preset=get",
        "--html=/out",
        "--header=A: 1",
        "--header=B: 2",
        "--json=@/body",
        "--",
        "shop",
        "POST",
        "/a b",
    ]


@pytest.mark.parametrize(
    ("kind", "headers", "given"),
    [
        ("text", "", ["--data=@/body", "--header=Content-Type: text/plain; charset=utf-8"]),
        ("text", "content-type: a/b", ["--header=content-type: a/b", "--data=@/body"]),
        ("form", "", ["--data=@/body"]),
    ],
)
def test_a_body_has_its_type(kind, headers, given):
    arguments = requested(body="@secret", kind=kind, headers=headers).arguments(OUT, Path("/body"))
    assert arguments[3:-4] == given


def test_nothing_that_is_typed_is_an_option():
    arguments = requested(method="--html=x", path="--json=x").arguments(OUT, Path("/body"))
    assert arguments[-4:] == ["--", "shop", "--html=x", "--json=x"]


def test_no_path_is_the_root():
    assert requested(path=" ").path == "/"


def test_a_lifespan_is_no_request():
    chosen = requested(preset="lifespan", body="x", headers="A: 1")
    assert chosen.arguments(OUT, OUT)[1:] == ["--preset=lifespan", "--html=/out", "--", "shop"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"module": "os"}, "'os' is not a module here"),
        ({"kind": "xml"}, "'xml' is not a kind of body"),
        ({"preset": "all"}, "'all' is not a preset"),
        ({"path": "/\0"}, "none of them is NUL"),
        ({"path": "/" * 9000}, "at most 8,000 characters"),
        ({"headers": "A: 1\n" * 101}, "at most 100 header fields"),
    ],
)
def test_a_request_that_can_not_be_is_refused(changes, told):
    with pytest.raises(UnprocessableContent) as refusal:
        requested(**changes)
    assert told in refusal.value.detail
