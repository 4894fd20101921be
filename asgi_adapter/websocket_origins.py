"""Whose pages may open a WebSocket (RFC 6455, 10.2; RFC 6454).

A browser lets any page open a WebSocket to any host, and sends that host's cookies along: a page
elsewhere would talk to us as our own user. What it can't do is to lie about its Origin, which every
browser sends. So by default a page must come from the host that it asks, and what is no browser,
and sends no Origin, is let in: it has no user's cookies to abuse.

The scheme is not compared with ours, for a proxy that ends TLS hides it from us. This default does
not stop a page whose own name was made to resolve to us (DNS rebinding); a list of origins does.
"""

import re
from collections.abc import Iterable

from core import Request

SAME_ORIGIN = "same-origin"
ANY = "*"

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(:[0-9]{1,5})?", re.I)
_PORTS = {"http": ":80", "https": ":443"}


def checked_origins(origins: Iterable[str]) -> frozenset[str]:
    """The origins as they are compared; raises ValueError or TypeError for what is none."""
    if isinstance(origins, str):
        raise TypeError(f"origins are a list, like ['https://example.com']; got {origins!r}")
    checked: set[str] = set()
    for origin in origins:
        if origin not in (SAME_ORIGIN, ANY, "null") and not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"an origin is 'scheme://host' or 'scheme://host:port', {SAME_ORIGIN!r}, {ANY!r} "
                f"or 'null'; got {origin!r}"
            )
        checked.add(_normal(origin))
    return frozenset(checked)


def is_welcome(request: Request, origins: frozenset[str]) -> bool:
    """Whether a handshake from this request's Origin is let in; one without an Origin is."""
    origin = _normal(request.header("origin"))
    if not origin or ANY in origins or origin in origins:
        return True
    scheme, separator, _ = origin.partition("://")
    return SAME_ORIGIN in origins and origin == _normal(scheme + separator + request.host)


def _normal(origin: str) -> str:
    """The form in which equal origins are equal text (RFC 6454, 4 and 5).

    Scheme and host are in lower case, the scheme's own port is left out.
    """
    origin = origin.lower()
    return origin.removesuffix(_PORTS.get(origin.partition("://")[0], ""))
