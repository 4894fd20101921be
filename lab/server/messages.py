"""What an ASGI application says, looked at before anything is sent (ASGI, "HTTP & WebSocket").

h11 and wsproto take more than the specification does: a name that is a str, a close code that no
client understands. Each of these raises in the application, where the mistake is.
"""

from typing import Any

from asgi_adapter.types import Message


def checked_fields(message: Message) -> list[Any]:
    """The header fields, which are pairs of bytes; raises TypeError."""
    fields = list(message.get("headers", ()))
    for field in fields:
        name, value = field if isinstance(field, list | tuple) and len(field) == 2 else (None, None)
        if not (isinstance(name, bytes) and isinstance(value, bytes)):
            raise TypeError(
                f'a header field is two bytes, a name and a value (ASGI, "Response Start"); '
                f"got {field!r}"
            )
    return fields


def checked_body(message: Message) -> bytes:
    """A part of the body, or b""; raises TypeError."""
    body: Any = message.get("body", b"")
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError(f'a body is bytes (ASGI, "Response Body"); got {body!r}')
    return body if isinstance(body, bytes) else bytes(body)


def checked_content(message: Message) -> str | bytes:
    """What goes out in a WebSocket's message; raises TypeError, or ValueError for none or two."""
    text: Any = message.get("text")
    octets: Any = message.get("bytes")
    if (text is None) is (octets is None):
        raise ValueError(f'a message has "text" or "bytes" (ASGI, "Send"); got {message!r}')
    if isinstance(text, str) or isinstance(octets, bytes):
        return octets if text is None else text  # type: ignore[no-any-return]
    raise TypeError(f'"text" is str, and "bytes" bytes (ASGI, "Send"); got {message!r}')


def checked_code(message: Message) -> int:
    """A close code that may be sent (RFC 6455, 7.4); raises ValueError."""
    code: Any = message.get("code", 1000)
    is_known = code in range(1000, 1015) and code not in (1004, 1005, 1006)
    if not (is_known or code in range(3000, 5000)):
        raise ValueError(
            "a close code is one of 1000 to 1014, but for 1004 to 1006, or of 3000 to 4999 "
            f"(RFC 6455, 7.4); got {code!r}"
        )
    return int(code)
