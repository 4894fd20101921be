"""The target of a request, in its four forms (RFC 9112, 3.2)."""

import re
from dataclasses import dataclass

from lab.server.errors import Refused

# RFC 9110, 7.2: uri-host [ ":" port ], where the host may be empty (RFC 3986, 3.2.2).
_HOST = rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]*)(?::[0-9]*)?"
_IS_HOST = re.compile(_HOST)
_ABSOLUTE = re.compile(rb"(?i:http)://(%b)([/?].*)?" % _HOST)


@dataclass(frozen=True, slots=True)
class Target:
    """What a request asks for."""

    path: bytes  # as sent, percent-encoded; "*" for the server as a whole
    query: bytes  # without "?"
    authority: bytes | None = None  # of a target that has one: it counts, not the field Host

    @property
    def origin_form(self) -> bytes:
        """The path and the query, as they are sent to an origin server."""
        return self.path + b"?" + self.query if self.query else self.path


def target_of(method: bytes, target: bytes) -> Target:
    """The parts of a target; raises Refused for one in none of the four forms."""
    if method == b"CONNECT":  # authority-form; RFC 9110, 9.3.6 and 15.6.2
        raise Refused(501, "this server is no proxy and knows no CONNECT (RFC 9110, 9.3.6)")
    if b"#" in target:  # RFC 9112, 3.2: a target has no fragment
        raise Refused(400, "a target has no fragment (RFC 9112, 3.2)")
    if target.startswith(b"/"):
        path, _, query = target.partition(b"?")
        return Target(path, query)
    if target == b"*" and method == b"OPTIONS":
        return Target(b"*", b"")
    return _absolute(target)


def _absolute(target: bytes) -> Target:
    """RFC 9112, 3.2.2: a server must take a target with a scheme and an authority too."""
    found = _ABSOLUTE.fullmatch(target)
    if found is None or found[1].startswith(b":") or not found[1]:  # RFC 9110, 4.2.1
        raise Refused(400, "a target is /PATH, http://HOST/PATH, or * for OPTIONS (RFC 9112, 3.2)")
    path, _, query = (found[2] or b"").partition(b"?")
    return Target(path or b"/", query, found[1])


def is_host(value: bytes) -> bool:
    """Whether a field Host may have this value (RFC 9110, 7.2)."""
    return _IS_HOST.fullmatch(value) is not None
