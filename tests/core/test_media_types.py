"""Content-Type by a file's name, alike on every machine; Content-Disposition for its download."""

import mimetypes
import subprocess
import sys
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Headers
from core.files.content_disposition import content_disposition
from core.files.media_types import UNKNOWN, media_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),  # RFC 9239
        ("app.mjs", "text/javascript; charset=utf-8"),
        ("app.js.map", "application/json"),
        ("style.css", "text/css; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("README.md", "text/markdown; charset=utf-8"),  # RFC 7763: the charset is required
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.json", "application/json"),  # RFC 8259, 11: no charset is defined
        ("a.xml", "application/xml"),  # it says itself in what it is written
        ("a.svg", "image/svg+xml"),
        ("a.woff2", "font/woff2"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.ico", "image/vnd.microsoft.icon"),
        ("a.wasm", "application/wasm"),  # WebAssembly Web API: without parameters
        ("site.webmanifest", "application/manifest+json"),
        ("a.mp4", "video/mp4"),
        ("a.pdf", "application/pdf"),
        ("a.tar.gz", "application/gzip"),  # a file to be kept as it is, not an encoded tar
        ("a.tgz", "application/gzip"),
        ("a.svgz", "application/gzip"),
        ("a.html.gz", "application/gzip"),
        ("a.tar.bz2", "application/x-bzip2"),
        ("a.tar.xz", "application/x-xz"),
        ("PHOTO.JPG", "image/jpeg"),
        ("/srv/a.b/photo.jpeg", "image/jpeg"),
        ("a.b/c", UNKNOWN),
        ("a", UNKNOWN),
        ("", UNKNOWN),
        ("a.", UNKNOWN),
        ("a.unheard-of", UNKNOWN),
        ("a.html ", UNKNOWN),
        (".html", UNKNOWN),  # a hidden file without an extension
        ("dir/.json", UNKNOWN),
        ("..js", UNKNOWN),
        (".config.json", "application/json"),
    ],
)
def test_a_file_has_the_type_of_its_last_extension(name, kind):
    assert media_type(name) == kind


# Where the standard library of Python 3.11 to 3.13 says otherwise, and why we do not follow.
OTHERWISE = {
    ".3gp": "audio/3gpp is the rarer use",
    ".js": "RFC 9239",
    ".mjs": "RFC 9239",
    ".rdf": "RFC 3870",
    ".rtf": "text/rtf would be sent as UTF-8, and RTF is not",
    ".vcf": "RFC 6350",
    ".wav": "audio/x-wav is older than the browsers' audio/wav",
    ".xml": "text/xml in utf-8 would overrule what the file says of itself",
}


def test_the_standard_library_agrees_but_for_what_is_listed():
    table = mimetypes.MimeTypes(filenames=()).types_map
    known = table[False] | table[True]
    differing = {
        extension
        for extension, kind in known.items()
        if media_type(f"a{extension}").partition(";")[0] not in (kind, UNKNOWN)
    }
    assert differing <= set(OTHERWISE)
    assert sum(media_type(f"a{extension}") != UNKNOWN for extension in known) > 60


def test_the_machines_own_tables_change_nothing(tmp_path):
    code = (
        "import mimetypes; mimetypes.init([{path!r}]);"
        "assert mimetypes.guess_type('a.css')[0] == 'x/y';"
        "from core.files.media_types import media_type; print(media_type('a.css'))"
    )
    path = tmp_path / "mime.types"
    path.write_text("x/y css\n")
    command = [sys.executable, "-c", code.format(path=str(path))]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert run.stdout == "text/css; charset=utf-8\n"


@pytest.mark.parametrize("piece", [".", "/", "a.", "gz."])
def test_telling_the_type_is_linear(piece, growth):
    assert growth(media_type, piece * 50_000, piece * 200_000) < 8


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        ("a b;c='d', e.txt", "attachment; filename=\"a b;c='d', e.txt\""),
        (".bashrc", 'attachment; filename=".bashrc"'),
        # RFC 6266, 5: the last example, of the euro
        (
            "€ rates",
            "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates",
        ),
        (
            "na\xefve \u7c73.txt",
            "attachment; filename=\"na_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E7%B1%B3.txt",
        ),
        # appendix D: neither quotes nor percent signs in the plain form
        ('a"b.txt', "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("100%25.txt", "attachment; filename=\"100_25.txt\"; filename*=UTF-8''100%2525.txt"),
        ("it's(*).txt", 'attachment; filename="it\'s(*).txt"'),
        # RFC 8187, 3.2.1: of these only some are sent as they are
        (
            "\xe9!#$&+-.^_`|~'()*,;=@{}",
            'attachment; filename="_!#$&+-.^_`|~\'()*,;=@{}"; '
            "filename*=UTF-8''%C3%A9!#$&+-.^_`|~%27%28%29%2A%2C%3B%3D%40%7B%7D",
        ),
        # no part of a path
        ("/etc/passwd", 'attachment; filename="passwd"'),
        ("..\\..\\boot.ini", 'attachment; filename="boot.ini"'),
        ("C:\\a/b.txt", 'attachment; filename="b.txt"'),
        ("a/", 'attachment; filename="download"'),
        ("..", 'attachment; filename="download"'),
        (" . ", 'attachment; filename="download"'),
        ("", 'attachment; filename="download"'),
        # no control characters, and nothing that turns the text round
        ("a\r\nSet-Cookie: b=c\0.txt", 'attachment; filename="aSet-Cookie: b=c.txt"'),
        ("a\x7f\x80\x9f\t\u2028.txt", 'attachment; filename="a.txt"'),
        ("invoice\u202etxt.exe", 'attachment; filename="invoicetxt.exe"'),
        ("a\udcff.txt", 'attachment; filename="a.txt"'),  # of a file name that is not UTF-8
        ("\0", 'attachment; filename="download"'),
    ],
)
def test_a_download_has_a_safe_name(name, value):
    assert content_disposition(name) == value


def test_what_is_shown_may_have_a_name_too():
    assert content_disposition("a.pdf", "inline") == 'inline; filename="a.pdf"'


def test_a_name_is_text(tmp_path):
    with pytest.raises(TypeError, match="a download's filename is a str; got"):
        content_disposition(tmp_path)


@given(st.text() | st.text(st.sampled_from("a\"\\/%;='*. \r\n\0é€\ud800\u202e")))
def test_a_header_reader_gets_the_name_back(name):
    value = content_disposition(name)
    Headers({"content-disposition": value})  # it can be sent
    assert value.isascii()
    message = Message()
    message["content-disposition"], _, exact = value.partition("; filename*=UTF-8''")
    got = unquote(exact, errors="strict") or message.get_filename()
    assert got
    assert not set(got) & set("/\\\r\n\0")
    if name.isprintable() and not set(name) & set("/\\") and name.strip(". "):
        assert got == name.strip()


@pytest.mark.parametrize("piece", ["/", "\\", "é", '"', " ", ".", "\0", "%"])
def test_making_a_name_safe_is_linear(piece, growth):
    assert growth(content_disposition, piece * 20_000, piece * 80_000) < 8
