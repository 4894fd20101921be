"""A client that changes nothing: bytes go out as they are given, and h11 reads what comes back."""

import json
import select
import socket
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h11

from lab.processes import Server

PATIENCE = 10.0  # seconds without a byte before a test fails
SERVERS_OWN = {"connection", "date", "server", "transfer-encoding"}  # fields that no app sets


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client sees of a response, less what is the server's own."""

    status: int
    headers: list[tuple[str, str]]  # names in lower case, in the order of their arrival
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header, joined by ","."""
        return ",".join(value for key, value in self.headers if key == name)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Closed(ConnectionError):
    """The server closed the connection where an answer was expected."""


class Conversation:
    """One connection, on which requests are sent as bytes and answers are read.

    `server` is where it leads to: a server on a port of loopback, or the path of a Unix socket.
    """

    def __init__(self, server: Server | Path) -> None:
        self._socket = _connected(server)
        self._reader: h11.Connection | None = None
        self.close = self._socket.close

    def send(self, octets: bytes) -> None:
        """Send these bytes and no others."""
        self._socket.sendall(octets)

    def send_no_more(self) -> None:
        """Tell the server that nothing else will come."""
        self._socket.shutdown(socket.SHUT_WR)

    def hears_something(self, patience: float) -> bool:
        """Whether the server sends something, or closes, within so many seconds."""
        return bool(select.select([self._socket], [], [], patience)[0])

    def answer(self, method: str = "GET", go_on: Callable[[], None] = lambda: None) -> Answer:
        """The next answer; h11 needs the request's method to know where it ends.

        `go_on` is called at a 100 Continue. Raises Closed where the connection ends instead.
        """
        reader = self._reader_for(method)
        status, body = None, b""
        while True:
            event = reader.next_event()
            if event is h11.NEED_DATA:
                octets = self._socket.recv(65_536)
                if not octets and status is None and not reader.trailing_data[0]:
                    raise Closed
                reader.receive_data(octets)
            elif isinstance(event, h11.InformationalResponse):
                go_on()
            elif isinstance(event, h11.Response):
                status, fields = event.status_code, list(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                pairs = [(name.decode(), value.decode("latin-1")) for name, value in fields]
                pairs = [pair for pair in pairs if pair[0] not in SERVERS_OWN]
                return Answer(status, pairs, body)

    def rest(self) -> bytes:
        """The body of the next answer, or nothing where the server closed the connection."""
        try:
            return self.answer("POST").body
        except (ConnectionError, h11.ProtocolError):
            return b""

    def end(self) -> bytes:
        """What comes after the last answer until the server closes: it should be nothing."""
        rest = self._reader.trailing_data[0] if self._reader else b""
        try:
            while octets := self._socket.recv(65_536):
                rest += octets
        except ConnectionResetError:  # it closed without having read all that was sent
            pass
        return rest

    def _reader_for(self, method: str) -> h11.Connection:
        if self._reader is None:
            self._reader = h11.Connection(h11.CLIENT)
        elif self._reader.their_state is h11.MUST_CLOSE:
            raise Closed
        else:
            self._reader.start_next_cycle()
        self._reader.send(h11.Request(method=method, target="/", headers=[("host", "here")]))
        self._reader.send(h11.EndOfMessage())
        return self._reader


def _connected(server: Server | Path) -> socket.socket:
    if not isinstance(server, Path):
        return socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    connection.connect(str(server))
    return connection


def ask_raw(server: Server | Path, octets: bytes) -> Answer:
    """The answer to these bytes, on a connection of their own."""
    with closing(Conversation(server)) as conversation:
        conversation.send(octets)
        return conversation.answer(octets.partition(b" ")[0].decode())


def ask(server: Server | Path, method: str, target: str, body: Any = b"", *headers: str) -> Answer:
    """The answer to a request; a `dict` goes out as JSON, a list of bytes in chunks."""
    return ask_raw(server, request_bytes(method, target, body, *headers))


def request_bytes(method: str, target: str, body: Any = b"", *headers: str) -> bytes:
    """A request as bytes; its headers are given as "Name: value"."""
    fields = ["Host: here", *headers]
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        fields.append("Content-Type: application/json")
    if isinstance(body, list):
        fields.append("Transfer-Encoding: chunked")
        body = in_chunks(body)
    elif body:
        fields.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"{method} {target} HTTP/1.1", *fields, "", ""]).encode() + body


def in_chunks(pieces: Iterable[bytes]) -> bytes:
    """The pieces as the chunks of a body (RFC 9112, 7.1), with the last, empty one."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])
