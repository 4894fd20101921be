"""A middleware that records what passes between a WSGI server and any WSGI application.

The environ, `start_response`, `write`, what is read of `wsgi.input` and written to `wsgi.errors`,
each chunk of the body, and `close()`. The application is called, its body iterated and closed by
the server, through the recorder; nothing is read ahead or joined. A server sees a body of ours in
place of a file wrapper's, so it can't send a file without reading it.
"""

import threading
from collections.abc import Callable, Iterator
from time import perf_counter_ns
from typing import Any

from lab.xray.planted import BreakingBody
from lab.xray.recording import Caller, Keep, Recording, in_words, snapshot
from wsgi_adapter.types import Environ, StartResponse, WSGIApplication


class WSGIRecorder:
    """A WSGI application, and around it the recorder; `keep` gets a Recording for each request."""

    def __init__(self, application: WSGIApplication, keep: Keep) -> None:
        self.application = application
        self._keep = keep

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        """Answer one request, and record it."""
        recording = Recording("wsgi")
        self._keep(recording)
        recording.add(
            "call", "server", _where(), environ=snapshot(environ), type=type(environ).__name__
        )
        # PEP 3333: the environ is the application's to change, so it is not copied for this.
        for stream in (_Input, _Errors):
            if stream.key in environ:  # a server may be wrong too
                environ[stream.key] = stream(environ[stream.key], recording)
        start = _Start(recording, start_response)
        began = perf_counter_ns()
        try:
            body: Any = self.application(environ, start)
        except BaseException as error:
            recording.add("raise", "application", _where(), began, error=in_words(error))
            raise
        start.look()
        recording.add("return", "application", _where(), began, **_kind_of(body))
        return (_SizedBody if hasattr(body, "__len__") else _Body)(body, recording, start)


def _kind_of(body: Any) -> dict[str, Any]:
    """What can be told of a body without iterating it; of the application's, not of x-ray's."""
    body = body.body if isinstance(body, BreakingBody) else body
    return {
        "type": type(body).__name__,
        "is_iterable": hasattr(body, "__iter__") or hasattr(body, "__getitem__"),
        "has_close": hasattr(body, "close"),
    }


def _where() -> str:
    """The thread that runs."""
    thread = threading.current_thread()
    return f"{thread.name} ({thread.native_id})"


class _Start:
    """`start_response`, recorded; what it returns is recorded too, once it is called."""

    def __init__(self, recording: Recording, start_response: StartResponse) -> None:
        self._recording = recording
        self._start_response = start_response
        self._headers: Any = None  # the list that the application has given
        self._seen: list[Any] = []  # what was in it when the server had it last

    def __call__(self, *arguments: Any, **named: Any) -> Callable[[bytes], object]:
        """PEP 3333, "The start_response() Callable"."""
        self._recording.add("start_response", "application", _where(), **_told(arguments, named))
        try:
            write = self._start_response(*arguments, **named)
        except BaseException as error:
            self._recording.add(
                "start_response raised", "server", _where(), None, error=in_words(error)
            )
            raise
        given = dict(zip(("status", "headers"), arguments, strict=False)) | named
        self._headers = given.get("headers")
        self.forget()

        def recorded_write(data: bytes) -> object:
            self._recording.add("write", "application", _where(), data=snapshot(data))
            return write(data)

        return recorded_write

    def forget(self) -> None:
        """The application goes on: what is in its list now is no news (a server may change it)."""
        self._seen = list(self._headers) if isinstance(self._headers, list) else []

    def look(self) -> None:
        """The server goes on: record what the application has made of its list meanwhile."""
        if isinstance(self._headers, list) and self._headers != self._seen:
            self.forget()
            self._recording.add("headers changed", "application", _where(), headers=self._seen)


def _told(arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `start_response`, however they were given."""
    given = dict(zip(("status", "headers", "exc_info"), arguments, strict=False)) | named
    exc_info: Any = given.get("exc_info")
    is_exc_info = isinstance(exc_info, tuple) and len(exc_info) == 3
    error = in_words(exc_info[1]) if is_exc_info else None
    return {
        "status": given.get("status"),
        "headers": snapshot(given.get("headers")),
        "is_list": type(given.get("headers")) is list,
        "exc_info": error if error or exc_info is None else repr(exc_info),
        "is_exc_info": exc_info is None or is_exc_info,
        "is_positional": not named,
    }


class _Body:
    """The iterable that the server gets."""

    def __init__(self, body: Any, recording: Recording, start: _Start) -> None:
        self._body = body
        self._recording = recording
        self._start = start
        self._chunks: Iterator[Any] | None = None

    def __iter__(self) -> "Iterator[Any]":
        return self

    def __next__(self) -> Any:
        self._start.forget()
        began = perf_counter_ns()
        try:
            if self._chunks is None:
                self._chunks = iter(self._body)
            chunk = next(self._chunks)
        except StopIteration:
            self._start.look()
            self._recording.add("end", "application", _where(), began)
            raise
        except BaseException as error:
            self._recording.add("raise", "application", _where(), began, error=in_words(error))
            raise
        self._start.look()
        self._recording.add("chunk", "application", _where(), began, data=snapshot(chunk))
        return chunk

    def close(self) -> None:
        """PEP 3333: the server closes, whether or not the body was read to its end."""
        began = perf_counter_ns()
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        except BaseException as error:
            self._recording.add("close raised", "application", _where(), error=in_words(error))
            raise
        self._recording.add("close", "server", _where(), began)


class _SizedBody(_Body):
    """A body whose number of chunks is known: from one chunk a server may take the length."""

    def __len__(self) -> int:
        return len(self._body)


class _Stream:
    """A stream of the environ: the methods of PEP 3333, and by name what is used beside them."""

    key = ""  # in the environ
    _name = ""  # in an event's kind
    _argument = ""  # what the first argument of its methods is called
    _methods: tuple[str, ...] = ()

    def __init__(self, stream: Any, recording: Recording) -> None:
        self._stream = stream
        self._recording = recording

    def __getattr__(self, name: str) -> Any:
        """A method, recorded when it is called; what PEP 3333 does not have is recorded now."""
        found = getattr(self._stream, name)
        if name not in self._methods:
            self._recording.add(f"{self._name} beyond", "application", _where(), name=name)
            return found

        def recorded(*arguments: Any) -> Any:
            return self._call(name, found, arguments)

        return recorded

    def _call(self, name: str, method: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        began = perf_counter_ns()
        try:
            result = method(*arguments)
        except BaseException as error:
            self._note(f"{self._name} raised", began, name, arguments, error=in_words(error))
            raise
        self._note(self._name, began, name, arguments, **self._told(name, result))
        return result

    def _note(
        self, kind: str, began: int, method: str, arguments: tuple[Any, ...], **told: Any
    ) -> None:
        caller: Caller = "server" if "error" in told else "application"
        given = {"method": method, self._argument: snapshot(arguments[0]) if arguments else None}
        self._recording.add(kind, caller, _where(), began, **given, **told)

    def _told(self, _method: str, _result: Any) -> dict[str, Any]:
        """What there is to record of a result: nothing of a log's."""
        return {}


class _Input(_Stream):
    """`wsgi.input`: what is read, and how it was asked for."""

    key, _name, _argument = "wsgi.input", "input", "size"
    _methods = ("read", "readline", "readlines")

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _told(self, _method: str, _result: Any) -> dict[str, Any]:
        return {"data": b"".join(_result) if _method == "readlines" else snapshot(_result)}


class _Errors(_Stream):
    """`wsgi.errors`: what the application writes to the server's log."""

    key, _name, _argument = "wsgi.errors", "errors", "text"
    _methods = ("write", "writelines", "flush")
