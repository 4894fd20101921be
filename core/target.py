"""The path of a request as it was sent, where the decoded path does not say enough.

A server decodes a path before it hands it over, so an encoded "/" is lost, and so may be bytes that
are not UTF-8. Both can be told from the raw path (RFC 3986, 2.2 and 2.5).
"""

from urllib.parse import unquote_to_bytes

from core.errors import BadRequest


def check_utf8(path: bytes) -> None:
    """Raise BadRequest where a path's bytes are not UTF-8 (RFC 3986, 2.5)."""
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("the path is not UTF-8") from None


def split_segments(raw_path: str, root_path: str, path: str) -> list[str] | None:
    """The path's segments where one of them holds an encoded "/": each decoded after the split.

    None where none does, or where the raw path is not that of the path which the server gave: then
    a middleware has rewritten the path, and the rewritten one counts.
    """
    if "%2f" not in raw_path.lower():
        return None
    segments = [unquote_to_bytes(part).decode("utf-8", "replace") for part in raw_path.split("/")]
    whole = "/".join(segments)
    if whole == root_path + path:
        return segments[1 + root_path.count("/") :]
    return segments[1:] if whole == path else None  # a proxy has taken the root path away


def origin_form(target: str) -> str:
    """The path of a target that names its host too, as a proxy's does (RFC 9112, 3.2.2).

    Any other stays as it is; `*` is the server itself (RFC 9112, 3.2.4), and no route.
    """
    if target.startswith("/") or "://" not in target:
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def check_form(path: str) -> None:
    """Raise BadRequest for what is no path at all, so that no guard takes it for one."""
    if not path.startswith("/") and path != "*":
        raise BadRequest('a path starts with "/"')
