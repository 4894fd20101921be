"""A tape in a test: its request is sent by the test's own client, and the answers are compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.worlds import World
from lab.testing import Answer, Client, ClientWebSocket, WebSocketClosed, WebSocketRefused
from lab.testing.answer import Head
from lab.xray.recording import in_words
from lab.xray.replay import IGNORED, differences, recorded
from lab.xray.response import Response, response_of
from lab.xray.script import Frame, Script
from lab.xray.tape import Tape, TapeError


@dataclass(frozen=True)
class Replay:
    """A tape, what is answered now, and in what that differs from the recorded answer."""

    tape: Tape
    answer: Answer | None  # None of a WebSocket that was opened
    differences: list[str] = field(default_factory=list[str])


class Tapes:
    """The fixture `tape`: called with a name, it plays the tape of this name."""

    def __init__(self, folder: Path, client: Client) -> None:
        self.folder = folder
        self._client = client

    def __call__(self, name: str, *, ignore: Iterable[str] = ()) -> Replay:
        """Play tapes/NAME.json; raises TapeError, and what the application raises."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            raise TapeError(
                f"there is no tape {path}: record it by "
                f"`tandem xray MODULE METHOD PATH --save {self.folder.name}/{name}.json`"
            )
        tape = Tape.load(path)
        if tape.script.kind == "lifespan" or tape.script.breaks:
            raise TapeError(
                f"{path.name} holds {tape.script.title!r}, and a client sends requests and "
                "WebSockets: a startup, or a planted exception, is replayed by `tandem replay`"
            )
        world: World = "wsgi" if self._client.world == "wsgi" else "asgi"
        before = response_of(recorded(tape, world)[1])
        now, answer = self._played(tape.script, before)
        return Replay(tape, answer, differences(before, now, [*IGNORED, *ignore]))

    def _played(self, script: Script, before: Response) -> tuple[Response, Answer | None]:
        try:
            if script.kind == "websocket":
                return _talk(self._client, script, before)
            return _ask(self._client, script, before)
        except Exception as error:
            if not before.error:
                raise
            return replace(before, error=in_words(error)), None  # what came before it is lost


def _ask(client: Client, script: Script, before: Response) -> tuple[Response, Answer]:
    """Send the request; leave where the recorded client has left."""
    options: dict[str, Any] = {
        "headers": _headers(script),
        "body": script.chunks if script.is_chunked else b"".join(script.chunks),
        "http_version": script.http_version,
    }
    if before.is_complete or before.error:
        answer = client.request(script.method, script.target, **options)
        return _response(answer, [answer.body], is_complete=True), answer
    with client.stream(script.method, script.target, **options) as streamed:
        chunks = [chunk for chunk, _ in zip(streamed.chunks(), before.chunks, strict=False)]
        answer = Answer(streamed.status, streamed.fields, b"".join(chunks))
    return _response(answer, chunks, is_complete=False), answer


def _talk(client: Client, script: Script, before: Response) -> tuple[Response, Answer | None]:
    """Say what the client said, and hear as many messages as it heard."""
    messages: list[Any] = []
    try:
        with client.websocket(
            script.target, subprotocols=script.subprotocols, headers=_headers(script)
        ) as websocket:
            headers = [
                (k.encode("latin-1"), v.encode("latin-1")) for k, v in websocket.headers.items()
            ]
            accept = {"type": "websocket.accept", "subprotocol": websocket.subprotocol}
            messages.append(accept | {"headers": headers})
            for frame in script.frames:
                _send(websocket, frame)
            for _ in before.messages[1:]:
                heard = websocket.receive()
                kind = "text" if isinstance(heard, str) else "bytes"
                messages.append({"type": "websocket.send", kind: heard})
    except WebSocketClosed as closed:
        message = {"type": "websocket.close", "code": closed.code, "reason": closed.reason}
        messages.append(message)
    except WebSocketRefused as refused:
        answer = refused.answer
        return _response(answer, [answer.body], is_complete=True), answer
    return Response(messages=messages), None


def _send(websocket: ClientWebSocket, frame: Frame) -> None:
    if isinstance(frame, str):
        websocket.send_text(frame)
    else:
        websocket.send_bytes(frame)


def _headers(script: Script) -> list[tuple[str, str]]:
    """Those of the script; the client itself says that a body is chunked."""
    return [pair for pair in script.headers if pair[0].lower() != "transfer-encoding"]


def _response(head: Head, chunks: list[bytes], *, is_complete: bool) -> Response:
    return Response(head.status, "", list(head.fields), chunks, is_complete)
