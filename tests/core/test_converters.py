"""What text is of which kind; the annotations of a handler ask for the same."""

import re
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest

from core.converters import BUILT_IN, for_annotation

SOME_UUID = "12345678-1234-5678-1234-567812345678"


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("str", "a b", "a b"),
        ("int", "0", 0),
        ("int", "007", 7),
        ("float", "1", 1.0),
        ("float", "1.50", 1.5),
        ("slug", "a-B_9", "a-B_9"),
        ("uuid", SOME_UUID, UUID(SOME_UUID)),
        ("uuid", SOME_UUID.upper(), UUID(SOME_UUID)),
        ("path", "a/b", "a/b"),
    ],
)
def test_a_text_of_its_kind_is_converted(kind, text, value):
    converted = BUILT_IN[kind].convert(text)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("str", ""),
        ("path", ""),
        ("int", ""),
        ("int", "+5"),
        ("int", "-5"),
        ("int", "5_0"),
        ("int", " 5"),
        ("int", "5\n"),
        ("int", "\u0665"),  # a digit, of another alphabet
        ("int", "²"),
        ("int", "9" * 5_000),  # more than int() reads
        ("float", "."),
        ("float", "1."),
        ("float", ".5"),
        ("float", "1e5"),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "1.5\n"),
        ("slug", "a b"),
        ("slug", "é"),
        ("slug", "a\n"),
        ("uuid", SOME_UUID.replace("-", "")),
        ("uuid", "{" + SOME_UUID + "}"),
    ],
)
def test_a_text_of_another_kind_is_refused(kind, text):
    with pytest.raises(ValueError, match=r"."):
        BUILT_IN[kind].convert(text)


@pytest.mark.parametrize("kind", ["int", "float", "uuid", "slug"])
def test_a_long_text_is_refused_in_linear_time(kind, growth):
    def refuse(text):
        with pytest.raises(ValueError, match=r"."):
            BUILT_IN[kind].convert(text)

    assert growth(refuse, "1" * 50_000 + "!", "1" * 200_000 + "!") < 8


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (str, "x", "x"),
        (int, "5", 5),
        (float, "1.5", 1.5),
        (UUID, SOME_UUID, UUID(SOME_UUID)),
        (date, "2024-02-29", date(2024, 2, 29)),
        (datetime, "2024-02-29T10:00:00", datetime(2024, 2, 29, 10)),
        (Colour, "red", Colour.RED),
        (Level, "1", Level.LOW),
        (Literal["a", "b"], "b", "b"),
        (Literal[1, 2], "2", 2),
        (bool, "true", True),
        (int | date, "2024-02-29", date(2024, 2, 29)),
        (Annotated[int, msgspec.Meta(ge=10)], "10", 10),
    ],
)
def test_an_annotation_converts_and_writes_back(annotation, text, value):
    converter = for_annotation(annotation)
    assert converter.convert(text) == value
    assert converter.convert(converter.to_text(value)) == value


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (date, "2023-02-29"),
        (date, ""),
        (Colour, "blue"),
        (Level, "2"),
        (Literal["a", "b"], "c"),
        (Annotated[int, msgspec.Meta(ge=10)], "9"),
    ],
)
def test_a_text_that_the_annotation_does_not_allow_is_refused(annotation, text):
    with pytest.raises(ValueError, match=r"."):
        for_annotation(annotation).convert(text)


@pytest.mark.parametrize(
    "annotation",
    [object, {"a": 1}, re.Pattern, list[int], dict[str, int], Exception, 5],
    ids=repr,
)
def test_an_annotation_that_text_cannot_become_is_refused(annotation):
    with pytest.raises(TypeError):
        for_annotation(annotation)


def test_one_annotation_is_one_converter():
    assert for_annotation(date) is for_annotation(date)
    assert for_annotation(int) is BUILT_IN["int"]
