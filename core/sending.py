"""The end of a request's life where sending takes time: a body that streams, or work after it.

(A whole body goes out at once, without these steps.)
"""

import logging

from core.errors import ClientDisconnected
from core.request import Request
from core.response import Response
from core.steps import FilePart, Life, SendChunk, SendEnd, SendStart
from core.streams import Stream

logger = logging.getLogger("tandem")


def prepare(request: Request, response: Response) -> Life:
    """Come so far with a stream that its start can be sent; raises what fails until then."""
    if isinstance(response.body, Stream):
        yield from response.body.prepare(request, response)


def streams_of(response: Response | None) -> tuple[Stream, ...]:
    """The streams that are left to be closed where this response is not sent."""
    body = response.body if response is not None else None
    return (body,) if isinstance(body, Stream) else ()


def send(request: Request, response: Response, dropped: tuple[Stream, ...]) -> Life:
    """Send the response, close its stream, and do the work that it has for the time after.

    `dropped` are the streams of responses that another has replaced. What fails after the start
    can have no other answer: it is logged, and raised at the end, so that the server cuts the
    connection and the client sees that something is missing.
    """
    failure: BaseException | None = None
    try:
        yield from _send_body(request, response, can_hand_over=not (response.after or dropped))
    except GeneratorExit:  # nobody goes on with this life
        raise
    except ClientDisconnected as error:
        logger.debug("%s %r: %s", request.method, request.path, error)
    except BaseException as error:
        failure = error
        logger.error(
            "%s %r failed halfway: %r", request.method, request.path, error, exc_info=error
        )
    for stream in (*dropped, response.body):
        if isinstance(stream, Stream):
            yield from stream.close(request)
    for work in response.after:
        yield work
        if request.error is not None:
            bug = request.error
            logger.error("%r, after the response, failed: %r", work, bug, exc_info=bug)
    if failure is not None:
        raise failure


def _send_body(request: Request, response: Response, *, can_hand_over: bool) -> Life:
    """Start, chunks, end; raises ClientDisconnected where one of them finds the client gone.

    A file is handed over to a server only where nothing is left to be done after it: waitress, for
    one, closes a file in the thread in which it serves all connections.
    """
    yield from prepare(request, response)  # the answer to a crash has not been prepared yet
    status, fields, length, body = response.answer(request.method)
    file = _file_part(body, length) if can_hand_over else None
    yield SendStart(status, fields, length, file)
    request.outcome()
    if file is not None and file.is_taken:
        return
    if isinstance(body, Stream):
        yield from _send_stream(request, body, length)
    elif body:
        yield SendChunk(body)
        request.outcome()
    yield SendEnd()
    request.outcome()


def _file_part(body: bytes | Stream, length: int | None) -> FilePart | None:
    """The part of a file that this body is, where it is one and told to be as long."""
    part = body.file_part() if isinstance(body, Stream) else None
    return part if part is not None and part.length == length else None


def _send_stream(request: Request, stream: Stream, length: int | None) -> Life:
    """The chunks; raises RuntimeError where they are not the `length` that was told."""
    sent = 0
    while (chunk := (yield from stream.next_chunk(request))) is not None:
        sent += len(chunk)
        if length is not None and sent > length:
            break
        yield SendChunk(chunk)
        request.outcome()
        if request.disconnected:
            raise ClientDisconnected(f"the client left after {sent} bytes of the response")
    if length is not None and sent != length:
        more = "more" if sent > length else f"only {sent}"
        raise RuntimeError(f"Content-Length says {length} bytes; got {more} from {stream!r}")
