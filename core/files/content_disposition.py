"""Content-Disposition: under what name a client saves an answer (RFC 6266, RFC 8187)."""

import re
from typing import Literal
from urllib.parse import quote

# Control characters (C0, DEL, C1), line and paragraph separators, and halves of surrogate pairs,
# which UTF-8 can't hold. And what turns the direction of text: "exe.txt" would be read for a name
# that ends in "txt.exe" (RFC 6266, 7).
_UNWANTED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
# RFC 6266, appendix D: a "%" or an escaped quote is read in different ways.
_NOT_PLAIN = re.compile(r'[^\x20-\x7e]|["%]')
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 8187, 3.2.1: beside letters and digits


def content_disposition(filename: str, kind: Literal["attachment", "inline"] = "attachment") -> str:
    """The header's value: `attachment; filename="plain.txt"`; the name is made safe to send.

    Of a path its last part is taken, "/" and the backslash both being separators; control
    characters go; where nothing is left it is "download". A name that is not plain ASCII is sent
    twice: with "_" for what is not, and in UTF-8 as `filename*`, which every browser prefers.
    Raises TypeError for a name that is not a str.
    """
    if not isinstance(filename, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a download's filename is a str; got {filename!r}")
    name = _UNWANTED.sub("", filename.replace("\\", "/").rpartition("/")[2]).strip()
    if not name.strip(". "):  # "..", and the like
        name = "download"
    plain = _NOT_PLAIN.sub("_", name)
    value = f'{kind}; filename="{plain}"'
    if plain != name:
        value += f"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
    return value
