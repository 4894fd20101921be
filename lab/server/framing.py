"""Which body follows a head: the rules by which requests are smuggled where they are kept loosely.

RFC 9112, 6.1 to 6.3, and 3.2 for Host.
"""

from lab.server.errors import Refused
from lab.server.settings import Limits
from lab.server.targets import is_host

Fields = list[tuple[bytes, bytes]]  # names in lower case


def body_length(fields: Fields, version: bytes, limits: Limits) -> int | None:
    """The length of the body in bytes, or None where it comes in chunks.

    Raises Refused where two readers could disagree about it, or about the host, or it is over the
    limit.
    """
    hosts: list[bytes] = []
    codings: list[bytes] = []
    lengths: list[bytes] = []
    kept = {b"host": hosts, b"transfer-encoding": codings, b"content-length": lengths}
    for name, value in fields:
        if name in kept:
            kept[name].append(value)
    _check_host(hosts, version)
    if codings:
        _check_codings(codings, lengths, version)
        return None
    if not lengths:
        return 0  # RFC 9112, 6.3, rule 7
    if len(lengths) > 1:  # RFC 9110, 8.6 allows to refuse also those that are equal
        raise Refused(400, "Content-Length is sent once (RFC 9112, 6.3)")
    if not lengths[0].isdigit():  # of bytes: ASCII digits alone
        raise Refused(400, "Content-Length is a number in digits (RFC 9110, 8.6)")
    return _checked(lengths[0], limits)


def _check_host(hosts: list[bytes], version: bytes) -> None:
    """RFC 9112, 3.2: one Host that is a host; HTTP/1.0 may go without."""
    if len(hosts) > 1 or (not hosts and version != b"1.0"):
        raise Refused(400, f"a request has one Host; this has {len(hosts)} (RFC 9112, 3.2)")
    if hosts and not is_host(hosts[0]):
        raise Refused(400, "Host is a host and perhaps a port (RFC 9112, 3.2)")


def _check_codings(codings: list[bytes], lengths: list[bytes], version: bytes) -> None:
    names = [part.strip(b" \t").lower() for value in codings for part in value.split(b",")]
    if version == b"1.0":  # RFC 9112, 6.1
        raise Refused(400, "HTTP/1.0 has no Transfer-Encoding (RFC 9112, 6.1)")
    if lengths:  # RFC 9112, 6.3, rule 3
        raise Refused(400, "a body has a length or chunks, not both (RFC 9112, 6.3)")
    if names[-1] != b"chunked" or b"chunked" in names[:-1]:  # RFC 9112, 6.3, rule 4; 7.1
        raise Refused(400, "the last Transfer-Encoding is chunked, once (RFC 9112, 6.3)")
    if len(names) > 1:  # RFC 9112, 6.1
        raise Refused(501, "this server knows no Transfer-Encoding but chunked (RFC 9112, 6.1)")


def _checked(digits: bytes, limits: Limits) -> int:
    """The number; RFC 9110, 8.6: expect large ones, and let none overflow."""
    if len(digits) > 18 or int(digits) > limits.body:
        raise Refused(413, f"a body has at most {limits.body} bytes")
    return int(digits)
