"""The answers that are raised: an HTTPError anywhere in a request's life becomes a response.

Status codes and their meaning: RFC 9110, section 15.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

PHRASES = {status.value: status.phrase for status in HTTPStatus}


class HTTPError(Exception):
    """An answer with a status of 400 or more.

    `detail` is shown to the client, so it holds nothing secret; without one the status's own
    phrase is shown. `headers` go out with the answer.
    """

    status = 500

    def __init__(
        self, status: int, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        if not isinstance(status, int) or not 400 <= status <= 599:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"an HTTPError has a status from 400 to 599; got {status!r}")
        _check_detail(detail, type(self))
        super().__init__(status, detail)
        self.status = status
        self.detail = detail or PHRASES.get(status, "Error")
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.status} {self.detail}"


class _Named(HTTPError):
    """An HTTPError whose class says the status."""

    def __init__(self, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        if type(detail) is not str:
            _check_detail(detail, type(self))
        self.detail = detail or PHRASES[self.status]
        self.headers = dict(headers) if headers else {}


def _check_detail(detail: object, kind: type[HTTPError]) -> None:
    """Raise TypeError where the detail is no text, as in `NotFound(404)`."""
    if not isinstance(detail, str):
        says = "" if kind is HTTPError else f" (its status is {kind.status} by itself)"
        raise TypeError(f"the detail of {kind.__name__} is a str{says}; got {detail!r}")


class BadRequest(_Named):
    """400: the request can't be understood as it is."""

    status = 400


class ClientDisconnected(BadRequest):
    """The client went away, or stopped, before the whole body had come; nobody reads the answer."""


class ClientLeft(ClientDisconnected):
    """The client went away while its answer was being made: middleware sees this, nobody else."""


class MissingField(BadRequest, KeyError):
    """400: a query parameter or form field that the handler asked for is not there."""

    def __str__(self) -> str:
        return HTTPError.__str__(self)  # a KeyError would show its repr


class Unauthorized(_Named):
    """401: who is asking is not known; give it a `WWW-Authenticate` header (RFC 9110, 11.6.1)."""

    status = 401


class Forbidden(_Named):
    """403: who is asking may not."""

    status = 403


class NotFound(_Named):
    """404: there is nothing at this path."""

    status = 404


class MethodNotAllowed(_Named):
    """405: the path is there, the method is not; carries the whole `Allow` (RFC 9110, 15.5.6)."""

    status = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(f"allowed here: {allow}", {"allow": allow})


class Conflict(_Named):
    """409: the request does not fit the resource's present state."""

    status = 409


class Gone(_Named):
    """410: what was at this path is not coming back."""

    status = 410


class LengthRequired(_Named):
    """411: the body's length can't be told from the request."""

    status = 411


class ContentTooLarge(_Named):
    """413: the body is larger than a limit; the detail names the setting."""

    status = 413


class UnsupportedMediaType(_Named):
    """415: the body is of a type that is not read here."""

    status = 415


class UnprocessableContent(_Named):
    """422: the body was read, and what it says is not acceptable."""

    status = 422


class TooManyRequests(_Named):
    """429: this client asks too often."""

    status = 429


class InternalServerError(_Named):
    """500: a bug; like every detail, this one's is shown to the client."""

    status = 500


class ServiceUnavailable(_Named):
    """503: not now; `Retry-After` may say when."""

    status = 503


def apart_from(kind: type[BaseException], error: BaseException) -> BaseException | None:
    """The error, or what else a group of exceptions holds; None where all of it is of this kind."""
    if isinstance(error, BaseExceptionGroup):
        return error.split(kind)[1]
    return None if isinstance(error, kind) else error


def too_large(limit: int) -> ContentTooLarge:
    """The refusal of a body over the limit, in bytes; it names the setting."""
    return ContentTooLarge(f"the body is over {limit} bytes (the setting is max_body)")


def cut_off(received: int, length: int | None) -> ClientDisconnected:
    """The error of a body that ended after `received` bytes, of `length` if that was declared."""
    declared = "" if length is None else f" of {length}"
    return ClientDisconnected(f"the body ended after {received}{declared} bytes")
