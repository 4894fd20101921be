"""No text of a client makes a regular expression take more than linear time."""

import importlib
import pkgutil
import re
from functools import partial
from inspect import getsource
from typing import Annotated

import msgspec
import pytest

import asgi_adapter
import core
import wsgi_adapter
from asgi_adapter import ASGIAdapter
from core import App, Converter

# What is long for one pattern or another, with an end that none of them wants.
PIECES = ("a", "0", " ", "\t", '"', "\\", "\\0", '\\"', ",", ";", "=", "-", ".", ":", "/", "%", "[",
          "{", "q=0", "é", "\x01", "0-,", 'W/"a",')  # fmt: skip


def modules():
    """Every module of the framework."""
    for package in (core, asgi_adapter, wsgi_adapter):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield importlib.import_module(module.name)


def uses():
    """Every pattern that a module has, in the ways in which it is used there."""
    found = []
    for module in modules():
        source = getsource(module)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found.append(pytest.param(value.fullmatch, id=f"{module.__name__} {name}"))
                if re.search(rf"\b{name}\.(search|sub|findall|finditer|split)", source):
                    use = partial(value.sub, "")
                    found.append(pytest.param(use, id=f"{module.__name__} {name}, search"))
    return found


def test_the_patterns_are_found():
    names = {use.id for use in uses()}
    assert {"core.cookies _PLAIN", "core.cookies _ESCAPED, search", "core.request _HOST"} <= names


@pytest.mark.parametrize("use", uses())
def test_a_pattern_takes_linear_time(use, growth):
    for piece in PIECES:
        assert growth(use, piece * 2_000 + "\n", piece * 8_000 + "\n") < 10, piece


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[str, msgspec.Meta(pattern="^(a+)+$")],
        Annotated[str, msgspec.Meta(pattern="^[a-z]+$", max_length=5)],
        int | Annotated[str, msgspec.Meta(pattern="^(a+)+$")],
    ],
    ids=str,
)
def test_a_pattern_in_an_annotation_is_refused_where_it_is_registered(annotation):
    """Twenty-five characters would hold up a worker for a second, thirty for half a minute."""

    async def handler(request, name: annotation):
        raise NotImplementedError

    site = App()
    for register in (site.get("/{name}"), ASGIAdapter(site).websocket("/{name}")):
        with pytest.raises(ValueError, match=r"exponential time.*Meta.*'name' of .*handler"):
            register(handler)
    assert site.routes == []


def test_a_text_may_be_bounded_in_an_annotation(client):
    site = App()

    @site.get("/{name}")
    def handler(name: Annotated[str, msgspec.Meta(min_length=2, max_length=3)]):
        return name

    answers = [client(site).get("/" + name).status for name in ("a", "ab", "abc", "abcd")]
    assert answers == [404, 200, 200, 404]


def test_a_converter_of_ones_own_may_have_a_pattern(client):
    """Whoever writes it has it in hand, with `fullmatch` and a bound."""
    plate = re.compile("[A-Z]{1,3}-[0-9]{1,4}")

    def convert(text):
        if not plate.fullmatch(text):
            raise ValueError(text)
        return text

    site = App(converters=[Converter("plate", convert)])
    site.get("/{name:plate}")(lambda name: name)
    answers = [client(site).get(path).status for path in ("/AB-12", "/AB-12%0A", "/" + "A" * 8_192)]
    assert answers == [200, 404, 404]
