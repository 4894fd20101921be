"""The App: what a program registers, and the life of each of its requests.

A request's life is one generator, `App.life`. It waits for nothing: it yields each step that may
need waiting (`core.steps`), and an adapter carries it out, so the same life is lived behind both
doors. Read `life` first.
"""

import logging
from collections.abc import Callable, Generator, Iterable
from types import SimpleNamespace
from typing import Any, TypeVar

from core.body_stream import BodyCount
from core.converters import Converter
from core.error_handlers import ErrorHandler, ErrorHandlers, check_kind
from core.errors import ClientLeft, HTTPError, too_large
from core.functions import name_of
from core.limits import checked_limit
from core.middleware import (
    ENDED,
    MOST_IDLE,
    Chain,
    Middleware,
    Returned,
    at_yield,
    call,
    check_middleware,
    come_to_end,
    come_to_yield,
    outcome,
    take_chain,
)
from core.mounts import InnerRequest, Mount
from core.pages import crash_page, error_page, plain_error_page
from core.request import Request
from core.response import Answer, Response
from core.results import plain_answer, to_response, unsendable
from core.route import Route
from core.router import Router
from core.sending import close, prepare, prepare_to_send, send, streams_of
from core.steps import Answering, Life, ReadBody, Step
from core.streams import Stream

logger = logging.getLogger("tandem")

NO_CHAIN: Chain = ([], [])

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound=Middleware)
Rescuing = Generator[Step, None, tuple[Response | None, BaseException | None]]


class App(Router):
    """A web application, to be served by `WSGIAdapter(app)` and `ASGIAdapter(app)`.

    `max_body` in bytes and `max_fields` (of a query or a form) are limits on what clients send;
    `redirect_slashes` sends a path that is a route but for its last "/" there (308); `debug` shows
    tracebacks to a browser on this machine. `state` is yours.
    """

    is_includable = False  # its middleware and error handlers would be lost

    def __init__(
        self,
        *,
        debug: bool = False,
        max_body: int = 10_000_000,
        max_fields: int = 1_000,
        redirect_slashes: bool = False,
        converters: Iterable[Converter] = (),
    ) -> None:
        super().__init__(converters=converters, redirect_slashes=redirect_slashes)
        self.debug = debug
        self.max_body = checked_limit(max_body, "max_body", "bytes")
        self.max_fields = checked_limit(max_fields, "max_fields", "fields")
        self.state = SimpleNamespace()
        self._middleware: list[Middleware] = []
        self._idle: list[Chain] = []  # of them, for requests to come; anew once one is added
        self._error_handlers = ErrorHandlers()

    def __call__(self, *_: object) -> Any:
        """Raise TypeError: a server was given the App itself, not one of its doors."""
        raise TypeError(
            "an App is served through a door: application = WSGIAdapter(site) for gunicorn, "
            "app = ASGIAdapter(site) for uvicorn"
        )

    # Registration.

    def middleware(self, middleware: M) -> M:
        """Put a middleware around every request; the first that is added is outermost.

        It sees the requests without a route too, but no WebSockets. Its form: `core.middleware`.
        """
        check_middleware(middleware)
        self._middleware.append(middleware)
        self._idle = []
        return middleware

    def error(self, kind: int | type[Exception]) -> Callable[[F], F]:
        """A decorator for the handler, `(request, error)`, of a status or an exception class.

        It returns what a handler may, with the error's status unless it names another. Of classes
        the most derived counts; a status counts before a class, and for every HTTPError that has
        it, where `error(NotFound)` is for that class alone. The handler of 500, or of Exception,
        answers what no other does, after every middleware has seen the exception.
        """
        check_kind(kind)

        def register(handler: F) -> F:
            self._error_handlers.add(kind, handler)
            return handler

        return register

    # The life of a request.

    def life(self, request: Request) -> Life:
        """The steps from a request to its response: inwards, the handler, and outwards again.

        Outwards goes a response or an error. Each middleware is given the one or raised the other,
        and what leaves it goes on to the next; an error that has an answer becomes it on the way.
        What arrives is `request.answer`; or, where another App's life is around this one, that has
        the response.
        """
        idle = self._idle
        chain = take_chain(idle, self._middleware) if self._middleware else NO_CHAIN
        inwards, outwards = chain
        waiting = outwards
        response: Response | None = None
        error: BaseException | None = None
        streams: tuple[Stream, ...] = ()  # to be closed in the end, also where they are replaced
        try:
            for layer in inwards:
                step = layer.send(request)
                if step is not None:
                    yield from come_to_yield(step, layer, request)
            segments = request.split_segments() if request.is_encoded else None
            route, request.params = self.tree.match(request.method, request.path, segments)
            request.route = route
            if type(route) is Mount:
                inner = InnerRequest(request, route)
                yield from inner.life()
                response, streams = inner.response, inner.streams
            else:
                if request.method in route.with_body and (step := self._body_step(request, route)):
                    yield step
                    request.body = request.outcome()
                yield route.handler
                result = request.outcome()
                is_seen = inwards or request.is_inner  # by others, who may change it
                if not is_seen and (answer := plain_answer(result, request.method)):
                    request.answer = answer
                    return
                response = to_response(result, route.handler.name)
                if type(response.body) is not bytes:
                    streams = streams_of(response)
                    yield from prepare(request, response)
        except Returned:  # a middleware answers: the inner ones never run
            request.leave_body()
            waiting = at_yield(outwards)
            middleware = self._middleware[len(waiting)]
            response, error = yield from self._ready(request, None, middleware)
            streams += streams_of(response)
        except BaseException as exception:
            if not inwards and (answer := self._plain_error(request, exception)):
                request.answer = answer
                return
            waiting = at_yield(outwards)
            response, error = yield from self._rescue(request, exception)
            streams += streams_of(response)
        for layer in waiting:
            try:
                step = layer.send(response) if error is None else layer.throw(error)
                if step is not ENDED:
                    yield from come_to_end(step, layer, request)
                # a body may have been put into it that is no bytes any more
                if (
                    request.result is not response
                    or response is None
                    or type(response.body) is not bytes
                ):
                    middleware = self._middleware[inwards.index(layer)]
                    response, error = yield from self._ready(request, response, middleware)
                    streams += streams_of(response)
            except BaseException as exception:
                waiting = []  # the chain is broken
                response, error = yield from self._rescue(request, exception)
                streams += streams_of(response)
        if inwards and waiting is outwards and len(idle) < MOST_IDLE:
            idle.append(chain)
        whole = None if streams or request.is_inner else response
        if whole is not None and (answer := whole.answer_at_once(request.method)):
            request.answer = answer
            return
        try:
            yield from self._finish(request, response, error, streams)
        finally:
            error = None  # its traceback knows this frame: they would keep each other

    def _plain_error(self, request: Request, error: BaseException) -> Answer | None:
        """What goes out for an error where nobody has a say in it, and no Response is needed."""
        if request.is_inner or self._error_handlers.find(error):
            return None
        return plain_error_page(request, error)

    def _body_step(self, request: Request, route: Route) -> ReadBody | None:
        """The step that reads the body; None where the handler does it, from `request.stream`.

        A body declared too large is refused unread.
        """
        limit = self.max_body if route.max_body is None else route.max_body
        length = request.body_length()
        if length is not None and length > limit:
            raise too_large(limit)
        if route.stream:
            request.stream = request.open_stream(BodyCount(length, limit))
            return None
        return ReadBody(length, limit)

    def _finish(
        self,
        request: Request,
        response: Response | None,
        error: BaseException | None,
        streams: tuple[Stream, ...],
    ) -> Life:
        """The end of a life that has no response yet, or one that takes time to send."""
        opened = [*streams]
        try:
            response = yield from self._settle(request, response, error, opened)
        except GeneratorExit:  # nobody goes on with this life
            raise
        except BaseException:
            yield from close(request, opened)
            raise
        finally:
            error = None  # as in `life`
        if isinstance(request, InnerRequest):  # the outermost App sends
            request.response = response
            request.streams = tuple(opened)
        elif response.after or opened or isinstance(response.body, Stream):
            request.answer = None
            yield from send(request, response, opened)
        else:
            request.answer = response.answer(request.method)

    def _settle(
        self,
        request: Request,
        response: Response | None,
        error: BaseException | None,
        opened: list[Stream],
    ) -> Answering:
        """The response that goes out, prepared so far that its start can be sent.

        Its stream, and those that it has replaced, are in the list.
        """
        was_rescued = False
        ready = prepare if request.is_inner else prepare_to_send
        while response is not None and response.is_sendable():
            try:
                yield from ready(request, response)
                return response
            except BaseException as exception:
                response, error = None, exception
                if not was_rescued:  # the answer of an error handler may fail too
                    response, error = yield from self._rescue(request, exception)
                    opened += streams_of(response)
                    was_rescued = True
        error = error or unsendable(response)
        try:
            response = yield from self._crash(request, error)
            opened += streams_of(response)
            yield from ready(request, response)
        except Exception as failure:
            if isinstance(failure, ClientLeft) or not isinstance(error, Exception):
                raise
            logger.exception("the answer to %r failed: %r", error, failure)
            response = crash_page(request, error)
        finally:
            error = None  # as in `life`
        return response

    def _ready(self, request: Request, given: Response | None, middleware: Middleware) -> Rescuing:
        """What a middleware has returned, prepared: the one outside it sees it as it will be sent.

        Or the answer to what fails in that; or the error of a result that is no response.
        """
        try:
            response = outcome(request.result, given, middleware)
        except Exception as error:
            return None, error
        try:
            yield from prepare(request, response)
        except GeneratorExit:  # nobody goes on with this life
            raise
        except BaseException as error:
            return (yield from self._rescue(request, error))
        return response, None

    def _rescue(self, request: Request, error: BaseException) -> Rescuing:
        """The answer to an error, if it has one: that of an HTTPError or of its error handler.

        Where the client has gone nobody reads one: every middleware sees the error itself.
        """
        if isinstance(error, ClientLeft) or not isinstance(error, Exception):
            return None, error
        request.leave_body()
        try:
            handler = self._error_handlers.find(error)
            if handler is not None:
                try:
                    response = yield from self._ask(handler, request, error)
                    yield from prepare(request, response)
                    return response, None
                except HTTPError as raised:  # this is its answer then
                    error = raised
            if isinstance(error, HTTPError):
                return error_page(request, error), None
        except GeneratorExit:  # nobody goes on with this life
            raise
        except BaseException as failure:  # a cancellation too: middleware has what to undo
            return None, failure
        return None, error

    def _ask(self, handler: ErrorHandler, request: Request, error: Exception) -> Answering:
        """What an error handler answers, with the error's status and headers unless it names them.

        A Response is sent as it is.
        """
        asking = call(handler, request, error)
        yield asking
        asking.arguments = ()  # who carries it out is in the error's traceback, and has this
        result = request.outcome()
        if isinstance(result, Response):
            return to_response(result, name_of(handler))
        status = error.status if isinstance(error, HTTPError) else 500
        answer = result if isinstance(result, tuple) else (result, status)
        response = to_response(answer, name_of(handler))
        for name, value in error.headers.items() if isinstance(error, HTTPError) else ():
            response.headers.setdefault(name, value)  # RFC 9110, 15.5.6: a 405 carries Allow
        return response

    def _crash(self, request: Request, error: BaseException) -> Answering:
        """The answer to a bug, which every middleware has seen: it reveals nothing, the log all.

        What is no bug, such as a cancellation, goes on to the server.
        """
        if not isinstance(error, Exception):
            try:
                raise error
            finally:
                del error  # as in `life`
        if isinstance(error, ClientLeft):
            if request.is_inner:  # the middleware outside sees it too
                raise error
            logger.debug("%s %r: %s", request.method, request.path, error)
            return error_page(request, error)
        logger.error("%s %r failed: %r", request.method, request.path, error, exc_info=error)
        handler = self._error_handlers.last_resort
        if handler is not None:
            try:
                return (yield from self._ask(handler, request, error))
            except HTTPError as raised:
                return error_page(request, raised)
            except Exception as failure:
                logger.exception("the error handler %s failed: %r", name_of(handler), failure)
        return crash_page(request, error)
