"""Templates: plain HTML files with `$names`, in which every value is text until it says otherwise.

A value is escaped when it is put in, unless it is Markup, and Markup is made by templates alone. So
what a user's module, a log or a request says can be read on a page, and never becomes a part of it.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).with_name("templates")


class Markup(str):
    """HTML that came out of a template."""

    __slots__ = ()


def fill(name: str, /, **values: object) -> Markup:
    """The template of this name with its values in their places; raises KeyError without one."""
    texts = {key: _text(value) for key, value in values.items()}
    return Markup(_template(name).substitute(texts).rstrip("\n"))


def joined(parts: Iterable[Markup]) -> Markup:
    """Several pieces of markup, one after the other."""
    return Markup("\n".join(parts))


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))


def _text(value: object) -> str:
    return value if isinstance(value, Markup) else escape(str(value))
