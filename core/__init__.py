"""The protocol-neutral core: App, Router, Request, Response; no I/O, no server, no event loop.

Start reading at `core.app`: the life of a request.
"""

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
from core.event_stream import Event
from core.event_stream_response import EventStream, last_event_id
from core.files.file_response import FileResponse
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

__all__ = [
    "Address",
    "App",
    "BadRequest",
    "ClientDisconnected",
    "Conflict",
    "ContentTooLarge",
    "Converter",
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
    "call",
    "last_event_id",
]
