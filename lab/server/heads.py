"""The head of a request, its line and header fields, as bytes (RFC 9112, 2 to 5).

h11 forgives much of what RFC 9112 lets a server forgive. Where two servers in a row forgive
differently, a request is smuggled past one of them; so this one forgives nothing: each line is
looked at when it is whole, and h11 gets a head when all of it is sound.
"""

import re

from lab.server.errors import Refused
from lab.server.settings import Limits

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # RFC 9110, 5.6.2
BLANK_LINES = 4  # before a request line: RFC 9112, 2.2 asks to ignore "at least one"

# RFC 9112, 3. Of the target it is only said that it is visible ASCII: `targets` looks into it.
_REQUEST_LINE = re.compile(rb"(%b) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])" % TOKEN)
# RFC 9112, 5.1, and RFC 9110, 5.5: visible characters, spaces, tabs, and bytes over 127.
_FIELD_LINE = re.compile(rb"%b:[\t\x20-\x7e\x80-\xff]*" % TOKEN)
# A head in which every line is of the two kinds above; it is searched once, not line by line.
_HEAD = re.compile(
    rb"%b [\x21-\x7e]+ HTTP/1\.[0-9]\r\n((?:%b:[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n" % (TOKEN, TOKEN)
)
_BEGINNING = re.compile(rb"\r|%b" % TOKEN[:-1])


class HeadReader:
    """Takes the head of one request out of a buffer, line by line as the lines come."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._line = 0  # where in the buffer the line begins that is not whole yet
        self._searched = 0  # up to where there is no line's end
        self._fields_begin = 0  # where the first header field begins; 0 before
        self._fields = 0
        self._blank_lines = 0

    def take(self, buffer: bytearray) -> bytes | None:
        """The head, with the empty line behind it; None while it is not whole.

        Raises Refused at the first line that is wrong or too long, however the bytes come.
        """
        if not self._searched and (head := self._sound(buffer)) is not None:
            del buffer[: len(head)]
            return head
        self._check_beginning(buffer)
        while (end := buffer.find(b"\n", self._searched)) >= 0:
            self._check_length(end + 1)
            line = bytes(buffer[self._line : end + 1])
            if not line.endswith(b"\r\n"):  # RFC 9112, 2.2
                raise Refused(400, "a line ends with CR LF, not LF alone (RFC 9112, 2.2)")
            if line == b"\r\n" and self._fields_begin:
                head = bytes(buffer[: end + 1])
                del buffer[: end + 1]
                return head
            if line == b"\r\n":
                self._skip_blank_line(buffer)
                continue
            self._check_line(line[:-2])
            self._line = self._searched = end + 1
            self._fields_begin = self._fields_begin or end + 1
        self._searched = len(buffer)
        self._check_length(len(buffer))
        return None

    def _sound(self, buffer: bytearray) -> bytes | None:
        """The head, if it is there as a whole and nothing is wrong with it, as nearly always.

        What is wrong is found out line by line, and so is what comes in pieces: each byte of it is
        looked at once.
        """
        found = _HEAD.match(buffer)
        if found is None:
            return None
        limits, begin, end = self._limits, found.start(1), found.end(1)
        is_small = (
            begin <= limits.request_line + 2
            and end + 2 - begin <= limits.field_bytes + 2
            and buffer.count(b"\n", begin, end) <= limits.fields
        )
        return found[0] if is_small else None

    def _check_beginning(self, buffer: bytearray) -> None:
        """Raise Refused for what can't become a request: a TLS client, say, would wait."""
        if buffer and not self._fields_begin and not _BEGINNING.match(buffer):
            raise Refused(400, "a request begins with a method (RFC 9112, 3)")

    def _skip_blank_line(self, buffer: bytearray) -> None:
        self._blank_lines += 1
        if self._blank_lines > BLANK_LINES:
            raise Refused(400, "a request begins with a request line (RFC 9112, 2.2)")
        del buffer[:2]
        self._searched = 0
        self._check_beginning(buffer)

    def _check_length(self, end: int) -> None:
        """Raise Refused where what there is, whole or not, is too long."""
        limits = self._limits
        if not self._fields_begin:
            if end > limits.request_line + 2:
                raise Refused(414, f"a request line has at most {limits.request_line} bytes")
        elif end - self._fields_begin > limits.field_bytes + 2:
            raise Refused(431, f"header fields have at most {limits.field_bytes} bytes")

    def _check_line(self, line: bytes) -> None:
        if not self._fields_begin:
            check_request_line(line)
            return
        self._fields += 1
        if self._fields > self._limits.fields:
            raise Refused(431, f"a request has at most {self._limits.fields} header fields")
        check_field_line(line)


def check_request_line(line: bytes) -> None:
    """RFC 9112, 3: method, target and version, one space between them."""
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        raise Refused(400, "a request line is METHOD TARGET HTTP/1.1 (RFC 9112, 3)")
    if found[3] != b"1":  # RFC 9110, 15.6.6; also the preface of HTTP/2
        raise Refused(505, "this server speaks HTTP/1.1 and 1.0 (RFC 9110, 15.6.6)")


def check_field_line(line: bytes) -> None:
    """RFC 9112, 5: a name, a colon, a value of one line."""
    if _FIELD_LINE.fullmatch(line):
        return
    if line.startswith((b" ", b"\t")):
        raise Refused(400, "a header field is not continued on the next line (RFC 9112, 5.2)")
    name, colon, _ = line.partition(b":")
    if colon and name.endswith((b" ", b"\t")):
        raise Refused(400, "no space stands before the colon (RFC 9112, 5.1)")
    raise Refused(400, "a header field is NAME: VALUE (RFC 9112, 5)")
