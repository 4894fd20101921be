"""What a client sees of an error: problem details, text, or in debug a page with the traceback."""

import re
import traceback
from ipaddress import ip_address

import msgspec

from core.errors import PHRASES, ClientLeft, HTTPError
from core.request import Request
from core.response import TEXT, Answer, HTMLResponse, Response
from core.results import to_response

_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", re.IGNORECASE)


class Problem(msgspec.Struct):
    """Problem details (RFC 9457, 3.1); without a `type` member it is "about:blank"."""

    title: str
    status: int
    detail: str


def error_page(request: Request, error: HTTPError) -> Response:
    """The answer to an HTTPError: problem+json where the client accepts JSON, else text."""
    body, kind = _page(request, error)
    response = to_response(body, "error_page")
    response.status = error.status
    response.headers.first = dict((kind, _VARY))  # known to be right: not looked at
    for name, value in error.headers.items():
        response.headers[name] = value
    return response


def plain_error_page(request: Request, error: BaseException) -> Answer | None:
    """What goes out for an error that no Response need be made of; None for one that needs it."""
    if not isinstance(error, HTTPError) or isinstance(error, ClientLeft):
        return None
    status = error.status  # which may have been set since
    if type(status) is not int or not 400 <= status <= 599:
        return None
    if error.headers or request.method == "HEAD":
        return None
    try:
        body, kind = _page(request, error)
    except Exception:  # `error_page` raises it again
        return None
    return status, [kind, _VARY], len(body), body


_TEXT = ("content-type", TEXT)
_PROBLEM = ("content-type", "application/problem+json")
_VARY = ("vary", "accept")


def _page(request: Request, error: HTTPError) -> tuple[bytes, tuple[str, str]]:
    """The body for an HTTPError, and its Content-Type."""
    title = PHRASES.get(error.status, "Error")
    if accepts(request, "json"):
        return msgspec.json.encode(Problem(title, error.status, error.detail)), _PROBLEM
    told = title if error.detail == title else f"{title}: {error.detail}"
    return f"{told}\n".encode(), _TEXT


def crash_page(request: Request, error: Exception) -> Response:
    """The answer to a bug: a bare 500, or in debug and to this machine alone its traceback."""
    if not (request.app.debug and _is_local(request)):
        return error_page(request, HTTPError(500))
    lines = "".join(traceback.format_exception(error))
    trace = lines.encode("utf-8", "backslashreplace").decode(
        "utf-8"
    )  # an exception may say anything
    if accepts(request, "html"):
        return HTMLResponse(_debug_html(request, error, trace), 500)
    return Response(trace, 500)


def accepts(request: Request, kind: str) -> bool:
    """Whether Accept names a media type of this kind, `json` or `html` (RFC 9110, 12.5.1)."""
    accept = request.header("accept").lower()
    if kind not in accept:
        return False
    for media_range in accept.split(","):
        media_type, *parameters = (part.strip() for part in media_range.split(";"))
        if media_type.endswith(("/" + kind, "+" + kind)):
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def _is_local(request: Request) -> bool:
    """Whether the request is from this machine and for it; that of a page rebound to it is not."""
    if request.client is not None and not _is_loopback(request.client.host):
        return False
    hosts = request.headers.get_all("host")
    return bool(hosts) and all(_LOCAL.fullmatch(host) for host in hosts)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:  # a name, or what a proxy made of it
        return False


def _debug_html(request: Request, error: Exception, trace: str) -> str:
    import html  # here, for nothing else needs it

    title = html.escape(f"{type(error).__name__}: {error}")
    asked = html.escape(f"{request.method} {request.path}")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>"
        "<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}"
        "pre{overflow-x:auto;padding:1rem;background:#8881;border-left:4px solid #c33}"
        ":root{color-scheme:light dark}</style>"
        f"<h1>{title}</h1><p>while answering <code>{asked}</code></p>"
        f"<pre>{html.escape(trace)}</pre>"
        "<p>This page is shown because the App was made with <code>debug=True</code>, "
        "and only to requests for this machine.</p></html>"
    )
