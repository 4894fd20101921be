"""The bytes on the connection: a request as a server reads it, a response as it is sent.

They are put together here (RFC 9112), for in process nothing passes a socket. A server adds fields
of its own to a response, Date and Server as a rule; those are not shown.
"""

from http import HTTPStatus

from lab.testing.websocket import websocket_scope
from lab.xray.response import Fields, Response
from lab.xray.script import Script

CONTENT_FREE = frozenset({*range(100, 200), 204, 304})  # RFC 9110, 6.4.1


def request_bytes(script: Script) -> bytes:
    """The request: its head, and its body in the framing that the head declares."""
    line = f"{script.method} {script.target} HTTP/{script.http_version}"
    body = _framed(script.chunks, script.is_chunked, ends=True)
    return _head(line, _sent_fields(script)) + body


def response_bytes(script: Script, response: Response) -> bytes:
    """The response as far as it came: b"" where the application began none."""
    if response.status is None:
        return b""
    fields = list(response.fields)
    is_empty = script.method == "HEAD" or response.status in CONTENT_FREE
    is_chunked = not is_empty and not _has_length(fields) and script.http_version == "1.1"
    if is_chunked:  # RFC 9112, 6.3: a body without a length is sent in chunks
        fields.append(("Transfer-Encoding", "chunked"))
    line = f"HTTP/1.1 {response.status} {response.reason or _phrase(response.status)}".rstrip()
    chunks = [] if is_empty else response.chunks
    return _head(line, fields) + _framed(chunks, is_chunked, ends=response.is_complete)


def _head(line: str, fields: Fields) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "backslashreplace")


def _sent_fields(script: Script) -> Fields:
    """Those of the script; of a WebSocket's handshake also what makes it one (RFC 6455, 4.1)."""
    if script.kind != "websocket":
        return script.headers
    scope = websocket_scope({}, script.asked(), script.subprotocols)
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return [(name.title().replace("Websocket", "WebSocket"), value) for name, value in pairs]


def _framed(chunks: list[bytes], is_chunked: bool, *, ends: bool) -> bytes:
    """The body; in chunks each has its length in hexadecimal before it (RFC 9112, 7.1)."""
    if not is_chunked:
        return b"".join(chunks)
    framed = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
    return b"".join([*framed, b"0\r\n\r\n" if ends else b""])


def _has_length(fields: Fields) -> bool:
    return any(name.lower() == "content-length" for name, _ in fields)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
