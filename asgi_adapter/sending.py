"""Hands to the server what a life sends that takes time: messages, files, and waits between."""

from asgi_adapter.meanwhile import carry_out
from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import message_of
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import Send as ServerSend
from core.send_stream import SendStream, check_client
from core.steps import Meanwhile, Send, SendStart

_PATHSEND = "http.response.pathsend"


async def hand_over(
    step: Send, request: ASGIRequest, send: ServerSend, threads: ThreadPool
) -> None:
    """Have the server send it.

    A whole file goes by its path to a server that offers it (ASGI, "Path Send"), such as granian,
    which keeps to Content-Length then: it leaves out what has been appended, and cuts the
    connection where the file has become shorter. It opens the path anew, so a file that was put
    there in this very moment goes out with the header fields of the one before it.
    """
    if isinstance(step, SendStream):
        await _send_stream(step, request, send, threads)
        return
    await send(message_of(step))
    file = step.file if isinstance(step, SendStart) else None
    if file is not None and file.is_whole and _PATHSEND in (request.scope.get("extensions") or ()):
        file.is_taken = True
        await send({"type": _PATHSEND, "path": file.path})


async def _send_stream(
    step: SendStream, request: ASGIRequest, send: ServerSend, threads: ThreadPool
) -> None:
    """Get and send one chunk after the other."""
    get = step.get
    while True:
        check_client(request)
        request.step = get
        if get.is_async:
            got = await get.call(request)
        elif get.inline:
            got = get.call(request)
        elif isinstance(get, Meanwhile):
            got = await carry_out(get, request, send, threads)
        else:
            got = await threads.run(get.call, request, has_answered=True)
        chunk = step.take(got)
        if chunk is None:
            return
        if chunk:
            check_client(request)
            request.step = step
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
