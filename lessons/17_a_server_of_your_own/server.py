"""A WSGI server of your own, whole: listener, connection, parser, deadlines, application.

    python server.py [module:name]     serves a WSGI callable, or one that shows its environ

Bytes become a request in `next_request`, `answer_of` calls the application (PEP 3333), `converse`
is one client. Its larger sister `lab/server` has chunks, `Expect`, an orderly end and more.
"""

import asyncio
import importlib
import io
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

TIMEOUT = 5.0  # seconds, for the next bytes of a request, or for the next request
MOST_HEAD, MOST_BODY = 65_536, 1_000_000  # bytes
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # RFC 9110, 5.6.2
REQUEST_LINE = re.compile(rb"(%b) (/[\x21-\x7e]*) (HTTP/1\.[01])" % TOKEN)  # RFC 9112, 3
FIELD = re.compile(rb"(%b):[ \t]*([\t\x20-\x7e\x80-\xff]*)" % TOKEN)  # RFC 9112, 5
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Refused(Exception):
    """The server answers with this status itself, and closes."""


@dataclass
class Request:
    """What a client asks for."""

    method: str
    target: str
    version: str  # "HTTP/1.1"
    fields: dict[str, str]  # names in lower case
    keeps_alive: bool  # whether the client may ask again on this connection
    body: bytes = b""


def next_request(buffer: bytes) -> tuple[Request | None, bytes]:
    """The first request, None while it is not whole, and what comes after it. Raises Refused."""
    head, end, rest = buffer.partition(b"\r\n\r\n")
    if len(head) > MOST_HEAD:
        raise Refused(431)
    request = request_of(head) if end else None
    if request is None or len(rest) < (length := length_of(request)):
        return None, buffer
    request.body = rest[:length]
    return request, rest[length:]


def request_of(head: bytes) -> Request:
    """A request without its body; raises Refused for what is none."""
    first, *lines = head.split(b"\r\n")
    found, fields = REQUEST_LINE.fullmatch(first), dict[str, str]()
    for line in lines:
        field = FIELD.fullmatch(line)
        name = field[1].decode().lower() if field else ""
        # RFC 9112, 3.2 and 6.3: two hosts, or lengths, are two requests; X_A would pass for X-A
        if field is None or "_" in name or (name in fields and name in ("host", "content-length")):
            raise Refused(400)
        value = field[2].decode("latin-1").rstrip(" \t")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value  # RFC 9110, 5.3
    if found is None or (found[3] == b"HTTP/1.1" and "host" not in fields):
        raise Refused(400)
    method, target, version = (part.decode() for part in found.groups())
    keeps_alive = version == "HTTP/1.1" and fields.get("connection", "").lower() != "close"
    return Request(method, target, version, fields, keeps_alive)  # RFC 9112, 9.3


def length_of(request: Request) -> int:
    """How many bytes of body follow the head; raises Refused where that can't be said."""
    if "transfer-encoding" in request.fields:  # RFC 9112, 6.1: none is known here
        raise Refused(501)
    digits = request.fields.get("content-length", "0")
    if not (digits.isascii() and digits.isdigit()):
        raise Refused(400)
    if len(digits) > 9 or int(digits) > MOST_BODY:
        raise Refused(413)
    return int(digits)


class Deadline:
    """Three functions: one sets a time, one takes it back, one is called when it is over."""

    def __init__(self, expired: Callable[[], None]) -> None:
        self.expired = expired
        self.timer = asyncio.get_running_loop().call_later(TIMEOUT, expired)

    def reset(self) -> None:
        """From now on there is the whole time again."""
        self.cancel()
        self.timer = asyncio.get_running_loop().call_later(TIMEOUT, self.expired)

    def cancel(self) -> None:
        """Nothing is awaited."""
        self.timer.cancel()


def environ_of(request: Request) -> dict[str, Any]:
    """PEP 3333, "environ Variables": text in it is bytes in disguise, a character for each."""
    path, _, query = request.target.partition("?")
    environ = {
        "REQUEST_METHOD": request.method, "SCRIPT_NAME": "", "QUERY_STRING": query,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "wsgi.errors": sys.stderr,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8017", "SERVER_PROTOCOL": request.version,
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(request.body),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in request.fields.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def answer_of(application: WSGIApplication, request: Request) -> bytes:
    """What the application answers, as bytes. It is called in this thread, and may wait."""
    started, chunks = list[Any](), list[bytes]()

    def start_response(status: str, headers: list[Any], _: Any = None, /) -> Callable[..., None]:
        started[:] = status, headers
        return chunks.append  # PEP 3333, "The write() Callable"

    result: Any = ()
    try:
        result = application(environ_of(request), start_response)
        chunks.extend(result)
        return response_of(started[0], started[1], b"".join(chunks), request)
    except BaseException:  # an exit, too, is the failure of one request
        traceback.print_exc()
        return response_of("500 Internal Server Error", [], b"", request)
    finally:
        getattr(result, "close", lambda: None)()  # PEP 3333: whatever has happened


def response_of(status: str, headers: list[Any], body: bytes, request: Request | None) -> bytes:
    """Head and body as bytes (RFC 9112, 4); without a request the connection is closed after it."""
    no_body = status[:3] in ("204", "304")
    if not no_body and all(name.lower() != "content-length" for name, _ in headers):
        headers = [*headers, ("Content-Length", len(body))]
    if request is None or not request.keeps_alive:
        headers = [*headers, ("Connection", "close")]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    is_hidden = no_body or (request is not None and request.method == "HEAD")
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + (b"" if is_hidden else body)


def refusal(status: int) -> bytes:
    """An answer of the server's own."""
    return response_of(f"{status} {HTTPStatus(status).phrase}", [], b"", None)


async def converse(application: WSGIApplication, reader: Any, writer: asyncio.StreamWriter) -> None:
    """One client, request after request, until one of the two has enough."""
    buffer = b""  # what has come, and is no request yet

    def expired() -> None:
        writer.write(refusal(408) if buffer else b"")  # half a request: RFC 9110, 15.5.9
        writer.close()  # the loop below then reads b""

    deadline = Deadline(expired)
    try:
        while octets := await reader.read(65_536):
            deadline.reset()
            request, buffer = next_request(buffer + octets)
            while request is not None:
                deadline.cancel()  # it is the application's turn, in a thread: others go on
                writer.write(await asyncio.to_thread(answer_of, application, request))
                deadline.reset()
                await writer.drain()
                if not request.keeps_alive:
                    return
                request, buffer = next_request(buffer)
    except Refused as refused:
        writer.write(refusal(refused.args[0]))
    except ConnectionError:
        pass  # the client has left
    finally:
        deadline.cancel()
        writer.close()


async def serve(application: WSGIApplication, port: int = 8017) -> None:
    """Listen on loopback, until Ctrl-C."""
    server = await asyncio.start_server(partial(converse, application), "127.0.0.1", port)
    async with server:
        print("http://127.0.0.1:{1}".format(*server.sockets[0].getsockname()), flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    module, _, name = [*sys.argv, "wsgiref.simple_server:demo_app"][1].partition(":")
    asyncio.run(serve(getattr(importlib.import_module(module), name)))
