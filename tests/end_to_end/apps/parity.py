"""A program of broad behaviours, each twice: at /def by a `def`, at /async by its `async def` twin.

Every response that comes from here, and not from a server on its own account, carries `x-parity`.
"""

import asyncio
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from asgi_adapter import ASGIAdapter
from core import (
    App,
    Forbidden,
    HTMLResponse,
    HTTPError,
    JSONResponse,
    RedirectResponse,
    Request,
    Response,
    Router,
    Unauthorized,
)
from wsgi_adapter import WSGIAdapter

SMALL = 1_000  # bytes, the limit of most bodies
LARGE = 2_000_000  # bytes, the limit of the others, and the size of the large response

site = App(max_body=SMALL, max_fields=5)
plain, coroutines = Router(), Router()


def both(path: str, *methods: str, **options: Any) -> Callable[[Callable[..., Any]], object]:
    """A decorator that registers a `def`, and the `async def` that answers the same."""

    def register(handler: Callable[..., Any]) -> object:
        @wraps(handler)
        async def twin(*arguments: Any, **keywords: Any) -> Any:
            await asyncio.sleep(0)
            return handler(*arguments, **keywords)

        plain.route(path, methods or ["GET"], **options)(handler)
        coroutines.route(path, methods or ["GET"], **options)(twin)
        return handler

    return register


@site.middleware
def mark(request: Request) -> Any:
    response = yield
    response.headers["x-parity"] = "app"
    return response


@site.get("/")
def home() -> str:
    return "parity"


# What a handler finds in a request.


@both("/look", "GET", "POST", "PUT", "PATCH", "DELETE")
@both("/look/{rest:path}", "GET", "POST", "PUT", "PATCH", "DELETE")
def look(request: Request) -> dict[str, object]:
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query.items(),
        "headers": sorted(request.headers.items()),
        "cookies": request.cookies,
        "client": request.client and request.client.host,
        "host": request.host,
        "root_path": request.root_path,
        "scheme": request.scheme,
        "params": request.params,
        "home": request.url_for("home"),
    }


@both("/raw/{rest:path}")
def raw(request: Request) -> list[str]:
    return [request.raw_path, request.query_string]


@both("/files/{name}")
def file(name: str) -> list[str]:
    return [name]


@both("/files/{name}/pages/{number:int}")
def page(name: str, number: int) -> list[object]:
    return [name, number]


@both("/client")
def client(request: Request) -> str:
    return request.client.host if request.client else "nobody that a server knows"


@both("/header/{name}")
def header(request: Request, name: str) -> list[object]:
    return [request.header(name), request.headers.get_all(name)]


@both("/body", max_body=5)
def body_of_get(request: Request) -> bytes:
    return request.body


@both("/text", "POST", "PUT")
def text(request: Request) -> str:
    return request.text()


@both("/json", "POST")
def json(request: Request) -> dict[str, object]:
    return {"json": request.json()}


@both("/form", "POST")
def form(request: Request) -> list[tuple[str, str]]:
    return request.form().items()


@both("/digest", "POST", max_body=LARGE)
def digest(request: Request) -> list[object]:
    return [len(request.body), sha256(request.body).hexdigest()]


# What a handler answers.


@both("/nothing")
def nothing() -> str:
    return ""


@both("/bytes")
def octets() -> bytes:
    return bytes(range(256))


@both("/html")
def page_of_html() -> Response:
    return HTMLResponse("<p>caf\u00e9 \u2615")


@both("/null")
def null() -> Response:
    return JSONResponse(None)


@both("/created", "PUT")
def created() -> tuple[dict[str, str], int]:
    return {"made": "yes"}, 201


@both("/status/{status:int}")
def status(status: int) -> Response:
    return Response("never sent where there is no content", status)


@both("/length")
def wrong_length() -> Response:
    return Response("four", headers={"content-length": "400"})


@both("/told", "HEAD")
def told_length() -> Response:
    return Response(headers={"content-length": "12345", "content-type": "video/mp4"})


@both("/cookies")
def cookies() -> Response:
    response = Response("set")
    response.set_cookie("plain", "1")
    response.set_cookie("quoted", "caf\u00e9; x", httponly=True, max_age=60)
    response.delete_cookie("gone")
    return response


@both("/fields")
def fields() -> Response:
    several = [("x-several", "1"), ("x-other", "between"), ("x-several", "2, 3")]
    return Response("", headers=[*several, ("x-latin", "caf\xe9"), ("x-empty", "")])


@both("/away")
def away() -> Response:
    return RedirectResponse("/caf\u00e9?q=a b&c=%2F#top", 303)


@both("/large")
def large() -> bytes:
    return bytes(range(250)) * (LARGE // 250)


# What goes wrong.


class Lost(Exception):
    """Answered by a `def`."""


class Astray(Exception):
    """Answered by an `async def`."""


@both("/raise/{kind}", "GET", "PUT")
def fail(kind: str) -> str:
    raise {
        "forbidden": Forbidden("not you"),
        "unauthorized": Unauthorized("who?", {"www-authenticate": 'Basic realm="parity"'}),
        "teapot": HTTPError(418, "caf\u00e9"),
        "lost": Lost("by a def"),
        "astray": Astray("by an async def"),
        "bug": ZeroDivisionError("a secret"),
    }[kind]


@both("/none")
def none() -> None:
    """The mistake that most beginners make."""


@site.error(Lost)
def find(request: Request, error: Lost) -> tuple[dict[str, str], int]:
    return {"found": str(error)}, 404


@site.error(Astray)
async def lead_back(request: Request, error: Astray) -> dict[str, str]:
    await asyncio.sleep(0)
    return {"led back": str(error)}


site.include(plain, "/def")
site.include(coroutines, "/async")

application = WSGIAdapter(site)
app = ASGIAdapter(site)
