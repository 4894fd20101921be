"""The end of a request's life where sending takes time: a body that streams, or work after it.

(A whole body goes out at once, without these steps.)
"""

import logging
from collections.abc import Iterable

from core.errors import ClientDisconnected
from core.request import Request
from core.response import Response
from core.results import unsendable
from core.steps import FilePart, Life, SendChunk, SendEnd, SendStart, Step
from core.streams import Stream

logger = logging.getLogger("tandem")


def prepare(request: Request, response: Response) -> Life:
    """Come so far with a stream that its start can be sent; raises what fails until then.

    It is closed then, as it will have no other end.
    """
    body = response.body
    if isinstance(body, Stream):
        try:
            if not response.is_sendable():
                raise unsendable(response)
            yield from body.prepare(request, response)
        except GeneratorExit:  # nobody goes on with this life
            raise
        except BaseException:
            yield from body.close(request)
            raise


def prepare_to_send(request: Request, response: Response) -> Life:
    """The same once every middleware has seen the response, and nothing is added to it."""
    yield from prepare(request, response)
    if isinstance(response.body, Stream) and response.has_content():
        response.body.map_ahead()


def streams_of(response: Response | None) -> tuple[Stream, ...]:
    """The streams that are to be closed in the end, whatever becomes of this response."""
    body = response.body if response is not None else None
    return (body,) if isinstance(body, Stream) else ()


def send(request: Request, response: Response, opened: Iterable[Stream]) -> Life:
    """Send the response, close all streams, and do the work that it has for the time after.

    `opened` are the streams of responses that it has replaced. What fails after the start can
    have no other answer: it is logged, and raised at the end, so that the server cuts the
    connection and the client sees that something is missing. What is no bug, such as a
    cancellation, leaves no time for work, and is raised once all streams are closed.
    """
    streams = list(dict.fromkeys((*opened, *streams_of(response))))
    is_all = not response.after and len(streams) == 1
    failure: Exception | None = None
    try:
        yield from _send_body(request, response, can_hand_over=is_all)
    except GeneratorExit:  # nobody goes on with this life
        raise
    except ClientDisconnected as error:
        logger.debug("%s %r: %s", request.method, request.path, error)
    except Exception as error:
        failure = error
        logger.error(
            "%s %r failed halfway: %r", request.method, request.path, error, exc_info=error
        )
    except BaseException as error:
        logger.warning("%s %r failed halfway: %r", request.method, request.path, error)
        yield from close(request, streams)
        raise
    yield from close(request, streams)
    yield from _work(request, response.after)
    if failure is not None:
        try:
            raise failure
        finally:
            del failure  # its traceback holds this frame, which would hold it


def close(request: Request, streams: Iterable[Stream]) -> Life:
    """Close each, once; raises at the end what is no bug."""
    interruption: BaseException | None = None
    for stream in streams:
        try:
            yield from stream.close(request)
        except GeneratorExit:
            raise
        except BaseException as error:
            interruption = error
    if interruption is not None:
        try:
            raise interruption
        finally:
            del interruption


def _work(request: Request, steps: Iterable[Step]) -> Life:
    """Carry out each of these; one that fails is logged."""
    for step in steps:
        yield step
        try:
            request.outcome()
        except Exception as error:
            logger.error("%r, after the response, failed: %r", step, error, exc_info=error)


def _send_body(request: Request, response: Response, *, can_hand_over: bool) -> Life:
    """Start, chunks, end; raises ClientDisconnected where one of them finds the client gone.

    A file is handed over to a server only where nothing is left to be done after it: waitress, for
    one, closes a file in the thread in which it serves all connections.
    """
    status, fields, length, body = response.answer(request.method)
    file = _file_part(body, length) if can_hand_over else None
    yield SendStart(status, fields, length, file)
    request.outcome()
    if file is not None and file.is_taken:
        return
    if isinstance(body, Stream):
        yield from body.send(request, length)
    elif body:
        yield SendChunk(body)
        request.outcome()
    yield SendEnd()
    request.outcome()


def _file_part(body: bytes | Stream, length: int | None) -> FilePart | None:
    """The part of a file that this body is, where it is one and told to be as long."""
    part = body.file_part() if isinstance(body, Stream) else None
    return part if part is not None and part.length == length else None
