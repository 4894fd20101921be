"""Hands to the server what a life sends that takes time: messages, files, and waits between."""

from typing import Any

from asgi_adapter.meanwhile import carry_out
from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import message_of
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import Send as ServerSend
from core.steps import Meanwhile, Send, SendStart

_PATHSEND = "http.response.pathsend"


async def hand_over(step: Send, request: ASGIRequest, send: ServerSend, threads: ThreadPool) -> Any:
    """Have the server send it; the result is that of what is waited for meanwhile, if anything.

    A whole file goes by its path to a server that offers it (ASGI, "Path Send"), such as granian,
    which keeps to Content-Length then: it leaves out what has been appended, and cuts the
    connection where the file has become shorter. It opens the path anew, so a file that was put
    there in this very moment goes out with the header fields of the one before it.
    """
    if isinstance(step, Meanwhile):
        return await carry_out(step, request, send, threads)
    await send(message_of(step))
    file = step.file if isinstance(step, SendStart) else None
    if file is not None and file.is_whole and _PATHSEND in (request.scope.get("extensions") or ()):
        file.is_taken = True
        await send({"type": _PATHSEND, "path": file.path})
    return None
