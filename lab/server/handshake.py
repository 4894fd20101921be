"""The opening handshake of a WebSocket (RFC 6455, 4): a request, and 101 or an ordinary answer."""

import base64
import binascii
from typing import Any

import h11
from wsproto.utilities import generate_accept_token

from asgi_adapter.types import Message
from lab.server.exchange import HOP_BY_HOP
from lab.server.messages import checked_fields
from lab.server.parser import Head

_NOT_IN_101 = HOP_BY_HOP | {b"content-length"}  # RFC 9110, 8.6
BAD_KEY = b"Sec-WebSocket-Key is 16 bytes in base64 (RFC 6455, 4.2.1)\n"
BAD_VERSION = b"a WebSocket has version 13 (RFC 6455, 4.4)\n"


def is_websocket(head: Head) -> bool:
    """Whether this request asks for a WebSocket (RFC 6455, 4.2.1)."""
    return (
        head.method == "GET"
        and head.version == "1.1"
        and b"websocket" in head.values(b"upgrade")
        and b"upgrade" in head.values(b"connection")
    )


def refusal(head: Head) -> tuple[Any, ...] | None:
    """Status, text and fields of the answer to a handshake that is none (RFC 6455, 4.2.1, 4.4)."""
    if _values(head, b"sec-websocket-version") != [b"13"]:
        # RFC 9110, 15.5.22 and 7.8: a 426 says to what, and that this is for the next hop alone
        upgrade = (b"upgrade", b"websocket"), (b"connection", b"Upgrade")
        return 426, BAD_VERSION, (b"sec-websocket-version", b"13"), *upgrade
    keys = _values(head, b"sec-websocket-key")
    if len(keys) != 1 or not _is_key(keys[0]) or head.has_body:
        return 400, BAD_KEY
    return None


def switch(head: Head, message: Message) -> h11.InformationalResponse:
    """RFC 6455, 4.2.2: the 101 to this request, with what `websocket.accept` says."""
    key = _values(head, b"sec-websocket-key")[0]
    fields = [
        (b"upgrade", b"websocket"),
        (b"connection", b"Upgrade"),
        (b"sec-websocket-accept", generate_accept_token(key)),
        *(field for field in checked_fields(message) if field[0].lower() not in _NOT_IN_101),
    ]
    if message.get("subprotocol") is not None:
        fields.append((b"sec-websocket-protocol", message["subprotocol"].encode("ascii")))
    return h11.InformationalResponse(status_code=101, headers=fields, reason=b"Switching Protocols")


def _is_key(value: bytes) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == 16
    except binascii.Error:
        return False


def _values(head: Head, name: bytes) -> list[bytes]:
    return [value for key, value in head.fields if key == name]
