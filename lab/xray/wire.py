"""The bytes on the connection: a request as a server reads it, a response as it is sent.

They are put together here (RFC 9112), for in process nothing passes a socket. A server adds fields
of its own to a response, Date and Server as a rule; those are not shown.
"""

import base64
import hashlib
from http import HTTPStatus
from itertools import accumulate
from typing import Any

from core.worlds import World
from lab.asgi_rules import NO_CONTENT
from lab.testing.websocket import websocket_scope
from lab.xray.response import Fields, Response, declared_length, fields_of
from lab.xray.script import Script

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


def request_parts(script: Script) -> list[bytes]:
    """The request: its head, and its body in the framing that the head declares."""
    line = f"{script.method} {script.target} HTTP/{script.http_version}"
    return [_head(line, sent_fields(script)), *_framed(script.chunks, script.is_chunked, ends=True)]


def response_parts(script: Script, response: Response, world: World) -> list[bytes]:
    """The response as far as it came, its head first: [] where the application began none."""
    if response.status is None:
        return []
    fields = list(response.fields)
    is_empty = script.method == "HEAD" or response.status in NO_CONTENT
    length = declared_length(response)
    is_chunked = not is_empty and not _has_length(fields) and script.http_version == "1.1"
    if is_chunked:  # RFC 9112, 6.3: a body without a length is sent in chunks
        fields.append(("Transfer-Encoding", "chunked"))
    line = f"HTTP/1.1 {response.status} {response.reason or _phrase(response.status)}".rstrip()
    chunks = [] if is_empty else _within(length, response.chunks, world)
    return [_head(line, fields), *_framed(chunks, is_chunked, ends=response.is_complete)]


def handshake_answer(script: Script, accept: dict[str, Any]) -> bytes:
    """The 101 that a server makes of websocket.accept (RFC 6455, 4.2.2)."""
    key = dict(sent_fields(script))["Sec-WebSocket-Key"].encode("latin-1")
    digest = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    fields = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
    fields.append(("Sec-WebSocket-Accept", digest.decode("ascii")))
    if accept.get("subprotocol") is not None:
        fields.append(("Sec-WebSocket-Protocol", str(accept["subprotocol"])))
    return _head(
        "HTTP/1.1 101 Switching Protocols", [*fields, *fields_of(accept.get("headers", ()))]
    )


def sent_fields(script: Script) -> Fields:
    """Those of the script; of a WebSocket's handshake also what makes it one (RFC 6455, 4.1)."""
    if script.kind != "websocket":
        return script.headers
    scope = websocket_scope({}, script.asked(), script.subprotocols)
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return [(name.title().replace("Websocket", "WebSocket"), value) for name, value in pairs]


def _head(line: str, fields: Fields) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "backslashreplace")


def _within(length: int | None, chunks: list[bytes], world: World) -> list[bytes]:
    """What goes out of a body: gunicorn cuts it where it is too long, uvicorn drops that chunk."""
    if length is None or sum(map(len, chunks)) <= length:
        return chunks
    if world == "wsgi":
        return [b"".join(chunks)[:length]]
    ends = accumulate(map(len, chunks))
    return [chunk for chunk, end in zip(chunks, ends, strict=True) if end <= length]


def _framed(chunks: list[bytes], is_chunked: bool, *, ends: bool) -> list[bytes]:
    """The body; in chunks each has its length in hexadecimal before it (RFC 9112, 7.1)."""
    if not is_chunked:
        return [b"".join(chunks)]
    framed = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
    return [*framed, b"0\r\n\r\n"] if ends else framed


def _has_length(fields: Fields) -> bool:
    return any(name.lower() == "content-length" for name, _ in fields)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
