"""The protocol-neutral core: App, Router, Request, Response; no I/O, no server, no event loop.

Start reading at `core.app`: the life of a request.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.app import App
from core.converters import Converter
from core.errors import (
    BadRequest,
    ClientDisconnected,
    Conflict,
    ContentTooLarge,
    Forbidden,
    Gone,
    HTTPError,
    InternalServerError,
    LengthRequired,
    MethodNotAllowed,
    MissingField,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    UnprocessableContent,
    UnsupportedMediaType,
)
from core.headers import Headers
from core.middleware import call
from core.request import Address, Request
from core.response import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from core.router import Router

if TYPE_CHECKING:
    from core.authentication import require_user
    from core.authentication_schemes import BasicAuth, BearerAuth, EitherAuth, basic_credentials
    from core.event_stream import Event
    from core.event_stream_response import EventStream, last_event_id
    from core.files.file_response import FileResponse
    from core.passwords import hash_password, same_secret, verify_password

__all__ = [
    "Address",
    "App",
    "BadRequest",
    "BasicAuth",
    "BearerAuth",
    "ClientDisconnected",
    "Conflict",
    "ContentTooLarge",
    "Converter",
    "EitherAuth",
    "Event",
    "EventStream",
    "FileResponse",
    "Forbidden",
    "Gone",
    "HTMLResponse",
    "HTTPError",
    "Headers",
    "InternalServerError",
    "JSONResponse",
    "LengthRequired",
    "MethodNotAllowed",
    "MissingField",
    "NotFound",
    "RedirectResponse",
    "Request",
    "Response",
    "Router",
    "ServiceUnavailable",
    "StreamingResponse",
    "TooManyRequests",
    "Unauthorized",
    "UnprocessableContent",
    "UnsupportedMediaType",
    "basic_credentials",
    "call",
    "hash_password",
    "last_event_id",
    "require_user",
    "same_secret",
    "verify_password",
]

# What many programs do without is imported when it is first asked for (PEP 562): names -> module.
_LATER = {
    "require_user": "core.authentication",
    "BasicAuth": "core.authentication_schemes",
    "BearerAuth": "core.authentication_schemes",
    "EitherAuth": "core.authentication_schemes",
    "basic_credentials": "core.authentication_schemes",
    "Event": "core.event_stream",
    "EventStream": "core.event_stream_response",
    "last_event_id": "core.event_stream_response",
    "FileResponse": "core.files.file_response",
    "hash_password": "core.passwords",
    "same_secret": "core.passwords",
    "verify_password": "core.passwords",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
