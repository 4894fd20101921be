"""A route's path as it is read at registration, and filled in again for `url_for`."""

import pytest

from core import Converter
from core.converters import BUILT_IN
from core.template import Parameter, fill, parse


def parameter(name, kind="str", *, explicit=False, prefix="", suffix=""):
    return Parameter(name, BUILT_IN[kind], explicit, prefix, suffix)


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/", [""]),
        ("/tasks", ["tasks"]),
        ("/tasks/", ["tasks", ""]),
        ("/a.b(c+", ["a.b(c+"]),  # nothing is a pattern
        ("/{name}", [parameter("name")]),
        ("/{n:int}/x", [parameter("n", "int", explicit=True), "x"]),
        ("/v{n:int}.json", [parameter("n", "int", explicit=True, prefix="v", suffix=".json")]),
        ("/{rest:path}", [parameter("rest", "path", explicit=True)]),
        ("/{a}/{b}", [parameter("a"), parameter("b")]),
    ],
)
def test_a_path_is_read_as_segments(path, segments):
    assert parse(path) == segments


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("users", "a route starts with \"/\"; got 'users'"),
        ("", 'a route starts with "/"'),
        ("/a?b=1", "without a query or fragment"),
        ("/a#b", "without a query or fragment"),
        ("/{x", "a brace in a route opens or closes a parameter"),
        ("/x}", "a brace in a route opens or closes a parameter"),
        ("/{{x}}", "a brace in a route opens or closes a parameter"),
        ("/{}", "named like a variable; got ''"),
        ("/{1x}", "named like a variable; got '1x'"),
        ("/{a-b}", "named like a variable"),
        ("/{é}", "named like a variable"),  # a keyword argument of ASCII letters is meant
        ("/{x:flot}", "a converter is one of float, int, path, slug, str, uuid; got 'flot'"),
        ("/{x:}", "a converter is one of"),
        ("/{x}-{y}", "has one parameter; got '{x}-{y}'"),
        ("/{x}/{x}", "different names"),
        ("/{rest:path}/x", "a 'path' parameter comes last"),
    ],
)
def test_a_path_that_cannot_be_is_refused_by_name(path, says):
    with pytest.raises(ValueError, match="got") as error:
        parse(path)
    assert says in str(error.value)
    assert path in str(error.value)


@pytest.mark.parametrize(
    ("path", "values", "filled"),
    [
        ("/", {}, "/"),
        ("/a b", {}, "/a%20b"),
        ("/{x}", {"x": "é"}, "/%C3%A9"),
        ("/{x}", {"x": "a/b?c#d%"}, "/a%2Fb%3Fc%23d%25"),
        ("/{x:path}", {"x": "a/b c"}, "/a/b%20c"),
        ("/{x:int}", {"x": 5}, "/5"),
        ("/{x:float}", {"x": 0.5}, "/0.5"),
        ("/v{x}.txt", {"x": "."}, "/v..txt"),  # no dot segment: there is text around it
    ],
)
def test_a_path_is_filled_in_percent_encoded(path, values, filled):
    assert fill(parse(path), values) == filled


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/{x}", ""),
        ("/{x}", "."),
        ("/{x}", ".."),
        ("/a/{x:path}", "../b"),
        ("/a/{x:path}", "b/./c"),
        ("/{x}.", "."),
        ("/{x:int}", -5),
        ("/{x:int}", "five"),
        ("/{x:slug}", "a b"),
        ("/{x:uuid}", "no"),
        ("/{x:float}", float("nan")),
        ("/{x:path}", "/evil.example"),  # RFC 3986, 4.2: "//evil.example" names a host
    ],
)
def test_a_path_that_would_not_lead_back_is_not_made(path, value):
    with pytest.raises(ValueError, match="got"):
        fill(parse(path), {"x": value})


def test_a_converter_of_ones_own_is_known_by_its_name():
    def convert(text):
        year, month = text.split("-")
        return int(year), int(month)

    month = Converter("month", convert, lambda value: f"{value[0]}-{value[1]:02}")
    segments = parse("/{when:month}", {**BUILT_IN, "month": month})
    assert fill(segments, {"when": (2024, 5)}) == "/2024-05"
    assert repr(month) == "Converter('month')"
