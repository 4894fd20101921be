"""Which paths may name a file below a directory, on every system."""

import ntpath
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.static_paths import MAX_NAME, MAX_PATH, relative_parts


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("", ()),
        ("a.txt", ("a.txt",)),
        ("css/site.css", ("css", "site.css")),
        (".well-known/security.txt", (".well-known", "security.txt")),
        ("..a/b..c", ("..a", "b..c")),
        ("a b/caf\xe9 \u7c73.txt", ("a b", "caf\xe9 \u7c73.txt")),
        ("100%.txt", ("100%.txt",)),
        ("a%20b", ("a%20b",)),  # decoded once: this is its name
        ("console.js", ("console.js",)),
        ("auxiliary/com10.txt", ("auxiliary", "com10.txt")),
        ("~/~root", ("~", "~root")),
        ("x" * MAX_NAME, ("x" * MAX_NAME,)),
        ("a/" * (MAX_PATH // 2 - 1) + "bb", (*("a",) * (MAX_PATH // 2 - 1), "bb")),
    ],
)
def test_a_path_is_the_names_of_its_parts(path, parts):
    assert relative_parts(path) == parts


@pytest.mark.parametrize(
    "path",
    [
        # up, and nowhere
        "..",
        "../a",
        "a/../b",
        "a/..",
        "./a",
        "a/.",
        "...",
        "a/.../b",
        # absolute
        "/",
        "/etc/passwd",
        "//host/share",
        "\\\\host\\share",
        "\\a",
        "C:",
        "C:/a",
        "c:a",
        "C:\\a",
        # separators in disguise
        "a\\b",
        "..\\a",
        "..%2fa",
        "..%2Fa",
        "a%5cb",
        "a%5Cb",
        "%2e%2e/a",
        # empty names
        "a//b",
        "a/",
        # control characters
        "a\0.txt",
        "\0",
        "a\nb",
        "a\n",
        "a\x7f",
        # Windows drops a dot or space at the end, and opens streams and devices
        "a.txt.",
        "a.txt ",
        ".. /a",
        "a./b",
        "page.py::$DATA",
        "a:b",
        "con",
        "CON.txt",
        "a/nul",
        "a/NUL.tar.gz",
        "Aux.h/b",
        "prn",
        "COM0",
        "com1",
        "lpt9.txt",
        "COM\xb9",
        "con .txt",
        "CONIN$",
        "conout$.a",
        # too long
        "x" * (MAX_NAME + 1),
        "\xe9" * (MAX_NAME // 2 + 1),
        "a/" * (MAX_PATH // 2) + "a",
        "\xe9/" * (MAX_PATH // 3) + "\xe9a",
        # no text
        "a\udcff",
    ],
)
def test_what_may_lead_elsewhere_is_refused(path):
    assert relative_parts(path) is None


NAMES = st.lists(
    st.sampled_from(["..", ".", "/", "\\", "a", "C:", "nul", " ", "%2f", "\0", "\xe9", "x" * 200])
).map("".join)


@given(NAMES | st.text())
def test_what_is_let_through_stays_below_the_root_on_every_system(path):
    parts = relative_parts(path)
    if parts is None:
        return
    assert "/".join(parts) == path  # one file has one path
    for system, root in ((posixpath, "/srv/root"), (ntpath, "D:\\root")):
        joined = system.join(root, *parts)
        assert system.normpath(joined) == root + "".join(system.sep + part for part in parts)


@given(NAMES | st.text())
def test_what_is_let_through_a_peer_lets_through(path):
    security = pytest.importorskip("werkzeug.security")
    parts = relative_parts(path)
    assert parts is None or security.safe_join("/srv/root", *parts) is not None


@pytest.mark.parametrize("piece", ["a/", "/", ".", " ", "%", "..a", "\xe9"])
def test_looking_at_a_path_is_linear(piece, growth):
    def look(text):
        relative_parts(text)
        relative_parts("x" + text[:MAX_PATH])

    assert growth(look, piece * 50_000, piece * 200_000) < 8
