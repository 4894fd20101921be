"""The server's part of an ASGI connection, as lenient as servers are; the client's is `clients`."""

import asyncio
from collections.abc import Mapping
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Receive, Scope, Send
from lab.testing.connection import Connection
from lab.testing.errors import ClientError
from lab.xray.clients import Client, one_life, one_request, one_talk
from lab.xray.recording import Recording
from lab.xray.script import MOST_CHUNKS, Script

Kept = list[Recording]

_CHUNKS = ("http.response.body", "websocket.send")
_ENDS = ("http.response.body", "websocket.http.response.body", "websocket.close")
_FREE = ("http.response.start", "websocket.accept")  # one of each is no part of a flood


async def play(
    application: ASGIApplication,
    kept: Kept,
    script: Script,
    state: Mapping[str, Any],
    patience: float,
) -> None:
    """Have it answer this request or WebSocket; what it raises ends here, as in a server's log."""
    asked = script.asked()
    client = one_talk(script) if script.kind == "websocket" else one_request(script)
    limited = _limited(application, script.leaves_after + MOST_CHUNKS)
    connection = Connection(limited, script.scope(asked, state), client.receive, patience)
    await _serve(connection, client, kept, script.leaves_after)


async def play_lifespan(application: ASGIApplication, kept: Kept, patience: float) -> None:
    """Start the application up, and shut it down."""
    client = one_life()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    limited = _limited(application, MOST_CHUNKS)
    await _serve(Connection(limited, scope, client.receive, patience), client, kept, MOST_CHUNKS)


def _limited(application: ASGIApplication, most: int) -> ASGIApplication:
    """The application, to whom `send` raises after so many messages; and waits, after many more."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        sent = 0

        async def limited_send(message: Message) -> None:
            nonlocal sent
            sent += 1
            if sent > most + MOST_CHUNKS:
                await asyncio.Event().wait()  # until it is cancelled
            if sent > most:
                await asyncio.sleep(0)  # others must have their turn
                raise BrokenPipeError("the client has gone")
            await send(message)

        await application(scope, receive, limited_send)

    return limited


async def _serve(connection: Connection, client: Client, kept: Kept, leaves_after: int) -> None:
    """Take what the application sends, until it ends or the client leaves."""
    try:
        await _heard(connection, client, kept, leaves_after)
    except ClientError as error:
        kept[0].add("given up", "server", "x-ray", reason=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException:  # as a server, which logs it: the recording has it
        if _is_cancelled():  # by Ctrl-C, not by the application
            raise


async def _heard(connection: Connection, client: Client, kept: Kept, leaves_after: int) -> None:
    chunks = others = 0
    while (message := await connection.take()) is not None:
        kind, has_more = _kind_of(message)
        chunks += kind in _CHUNKS
        others += kind not in (*_CHUNKS, *_FREE)
        client.hear(is_last=kind in _ENDS and not has_more)
        if (chunks == leaves_after and has_more) or others > leaves_after:
            kept[0].add("hung up", "server", "the client")
            client.leave()
            await connection.end()
            return


def _is_cancelled() -> bool:
    """Whether this task itself is to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _kind_of(message: Any) -> tuple[Any, bool]:
    """The type, and whether more may follow; a wrong application may send anything."""
    if not isinstance(message, dict):
        return None, True
    kind = message.get("type")
    return kind, bool(message.get("more_body", kind not in _ENDS))
