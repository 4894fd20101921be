"""The bytes of a request, as a client sends them (RFC 9112); what a server sends is in `sent`."""

from lab.testing.websocket import websocket_scope
from lab.xray.response import Fields
from lab.xray.script import Script


def request_parts(script: Script) -> list[bytes]:
    """The request: its head, and its body in the framing that the head declares."""
    line = f"{script.method} {script.target} HTTP/{script.http_version}"
    return [_head(line, sent_fields(script)), *_framed(script.chunks, script.is_chunked)]


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


def _framed(chunks: list[bytes], is_chunked: bool) -> list[bytes]:
    """The body; in chunks each has its length in hexadecimal before it (RFC 9112, 7.1)."""
    if not is_chunked:
        return [b"".join(chunks)]
    framed = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
    return [*framed, b"0\r\n\r\n"]
