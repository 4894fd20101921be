"""The protocol-neutral core: App, Router, Request, Response; no I/O, no server, no event loop.

Start reading at `core.app`: the life of a request.
"""

from core.app import App
from core.authentication import require_user
from core.authentication_schemes import BasicAuth, BearerAuth, EitherAuth, basic_credentials
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
from core.event_stream import Event
from core.event_stream_response import EventStream, last_event_id
from core.files.file_response import FileResponse
from core.headers import Headers
from core.middleware import call
from core.passwords import hash_password, same_secret, verify_password
from core.request import Address, Request
from core.response import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from core.router import Router

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
