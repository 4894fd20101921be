"""Falcon on ASGI: resources with `async def on_get`, `resp.media`, middleware components."""

import aiofiles
import falcon
from falcon import asgi

from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


class Text:
    """GET /text."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:  # noqa: ARG002 - the form
        """The text."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "Hello, world!"


class User:
    """GET /users/{id}."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response, id: int) -> None:  # noqa: A002, ARG002 - the form
        """The user, as JSON."""
        resp.media = {"id": id, "name": f"user {id}"}


class Echo:
    """POST /echo."""

    async def on_post(self, req: asgi.Request, resp: asgi.Response) -> None:
        """The object that was sent."""
        resp.media = await req.get_media()


class Form:
    """POST /form."""

    async def on_post(self, req: asgi.Request, resp: asgi.Response) -> None:
        """Two of the fields."""
        form = await req.get_media()
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{form['title']}, {form['remark']}"


class Cookies:
    """GET /cookies."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:
        """One is read, one set."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = req.get_cookie_values("theme")[0]
        resp.set_cookie("seen", str(int(req.get_cookie_values("seen")[0]) + 1))


class Large:
    """GET /large."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:  # noqa: ARG002 - the form
        """A stream of large chunks."""
        resp.content_type = "application/octet-stream"
        resp.stream = async_chunks(*LARGE)


class Small:
    """GET /small."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:  # noqa: ARG002 - the form
        """A stream of small chunks."""
        resp.content_type = "application/octet-stream"
        resp.stream = async_chunks(*SMALL)


class Page:
    """GET /page."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:  # noqa: ARG002 - the form
        """A small file."""
        resp.content_type = "application/octet-stream"
        resp.set_stream(await aiofiles.open(PAGE, "rb"), PAGE.stat().st_size)


class Movie:
    """GET /movie."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response) -> None:  # noqa: ARG002 - the form
        """A large file."""
        resp.content_type = "application/octet-stream"
        resp.set_stream(await aiofiles.open(MOVIE, "rb"), MOVIE.stat().st_size)


class Other:
    """A route that is never asked for."""

    async def on_get(self, req: asgi.Request, resp: asgi.Response, name: str = "") -> None:  # noqa: ARG002 - the form
        """The name, where there is one."""
        resp.text = name


class Mark:
    """A middleware that adds one header to the response."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    async def process_response(
        self,
        req: asgi.Request,  # noqa: ARG002 - the form
        resp: asgi.Response,
        resource: object,  # noqa: ARG002 - the form
        req_succeeded: bool,  # noqa: ARG002 - the form
    ) -> None:
        """Called after the resource."""
        resp.set_header(self.mark, "1")


def build(others: OtherRoutes, marks: tuple[str, ...]) -> asgi.App:
    app = asgi.App(middleware=[Mark(mark) for mark in marks])
    for path in others.before:
        app.add_route(path, Other())
    app.add_route("/text", Text())
    app.add_route("/users/{id:int}", User())
    app.add_route("/echo", Echo())
    app.add_route("/form", Form())
    app.add_route("/cookies", Cookies())
    app.add_route("/large", Large())
    app.add_route("/small", Small())
    app.add_route("/page", Page())
    app.add_route("/movie", Movie())
    for path in others.after:
        app.add_route(path, Other())
    return app
