"""Two middlewares of one form around the same handlers, behind both doors."""

from collections.abc import Callable, Generator

from asgi_adapter import ASGIAdapter
from core import App, NotFound, Request, Response
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)

Layer = Generator[None, Response, Response]


def marked(name: str) -> Callable[[Request], Layer]:
    """A middleware that leaves a mark on the way in, and one on the way out."""

    def middleware(request: Request) -> Layer:
        mark(request, f"{name}>")
        try:
            response = yield  # the inner layers and the handler run here
        except Exception:
            mark(request, f"!{name}")
            raise
        mark(request, f"<{name}")
        response.headers["x-marks"] = request.state.marks
        return response

    return middleware


def mark(request: Request, text: str) -> None:
    """Write a mark down, on the request."""
    request.state.marks = f"{getattr(request.state, 'marks', '')} {text}".strip()


site.middleware(marked("a"))  # the first is the outermost
site.middleware(marked("b"))


@site.get("/")
async def hello(request: Request) -> str:
    """An answer."""
    mark(request, "handler")
    return "hello\n"


@site.get("/missing")
def missing(request: Request) -> str:
    """An error that has an answer of its own, a 404."""
    mark(request, "handler")
    raise NotFound


@site.get("/fail")
def fail(request: Request) -> str:
    """A bug."""
    mark(request, "handler")
    raise LookupError("a bug")


@site.error(500)
def sorry(request: Request, error: Exception) -> Response:
    """The answer to a bug, made when every middleware has seen it."""
    return Response("sorry\n", status=500, headers={"x-marks": request.state.marks})


if __name__ == "__main__":
    serve(app)
