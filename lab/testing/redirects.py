"""Where a redirect leads, and what is asked there (RFC 9110, 15.4)."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from lab.testing.answer import Answer
from lab.testing.asked import Asked, quoted
from lab.testing.errors import ClientError

LIMIT = 20  # redirects that are followed, as by browsers


def redirected(asked: Asked, answer: Answer) -> Asked | None:
    """The request that follows this answer; None where it is no redirect.

    Raises ClientError where it leads out of the application, or can't be asked.
    """
    location = answer.header("location")
    if answer.status not in (301, 302, 303, 307, 308) or location is None:
        return None
    here = f"{asked.scheme}://{asked.header('host') or asked.host}{asked.path}"
    there = urlsplit(urljoin(here, location))
    path = quoted(there.path or "/")
    if (
        there.scheme not in ("http", "https")
        or there.hostname != urlsplit(here).hostname
        or not path.startswith(quote(asked.root_path))
    ):
        raise ClientError(f"the redirect leads out of the application, to {location!r}")
    following = replace(asked, path=path, query=there.query, scheme=there.scheme)
    if _becomes_get(answer.status, asked.method):
        headers = [field for field in asked.headers if not _is_of_body(field[0].lower())]
        return replace(following, method="GET", headers=headers, chunks=[])
    if isinstance(asked.chunks, Iterator):
        raise ClientError(
            f"a {answer.status} asks for the body again, and an iterator gives it once: "
            "use bytes or a list"
        )
    return following


def _becomes_get(status: int, method: str) -> bool:
    """Whether the body is left behind: after a 303, and as browsers do after POST."""
    return (status == 303 and method not in ("GET", "HEAD")) or (
        status in (301, 302) and method == "POST"
    )


def _is_of_body(name: str) -> bool:
    return name.startswith("content-") or name == "transfer-encoding"
