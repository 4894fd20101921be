"""Falcon on WSGI: resources with `on_get`, `resp.text` and `resp.media`, middleware components."""

import falcon

from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


class Text:
    """GET /text."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - the form
        """The text."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "Hello, world!"


class User:
    """GET /users/{id}."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, id: int) -> None:  # noqa: A002, ARG002 - the form
        """The user, as JSON."""
        resp.media = {"id": id, "name": f"user {id}"}


class Echo:
    """POST /echo."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The object that was sent."""
        resp.media = req.get_media()


class Form:
    """POST /form."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Two of the fields."""
        form = req.get_media()
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{form['title']}, {form['remark']}"


class Cookies:
    """GET /cookies."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """One is read, one set."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = req.get_cookie_values("theme")[0]
        resp.set_cookie("seen", str(int(req.get_cookie_values("seen")[0]) + 1))


class Large:
    """GET /large."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - the form
        """A stream of large chunks."""
        resp.content_type = "application/octet-stream"
        resp.stream = chunks(*LARGE)


class Small:
    """GET /small."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - the form
        """A stream of small chunks."""
        resp.content_type = "application/octet-stream"
        resp.stream = chunks(*SMALL)


class Length:
    """POST /length."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """How many bytes were sent."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = str(len(req.bounded_stream.read()))


class Last:
    """GET /last."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The last header field."""
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = req.get_header("X-Last")


class Page:
    """GET /page."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - the form
        """A small file."""
        resp.content_type = "application/octet-stream"
        resp.set_stream(PAGE.open("rb"), PAGE.stat().st_size)


class Movie:
    """GET /movie."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - the form
        """A large file."""
        resp.content_type = "application/octet-stream"
        resp.set_stream(MOVIE.open("rb"), MOVIE.stat().st_size)


class Other:
    """A route that is never asked for."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str = "") -> None:  # noqa: ARG002 - the form
        """The name, where there is one."""
        resp.text = name


class Mark:
    """A middleware that adds one header to the response."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def process_response(
        self,
        req: falcon.Request,  # noqa: ARG002 - the form
        resp: falcon.Response,
        resource: object,  # noqa: ARG002 - the form
        req_succeeded: bool,  # noqa: ARG002 - the form
    ) -> None:
        """Called after the resource."""
        resp.set_header(self.mark, "1")


def build(others: OtherRoutes, marks: tuple[str, ...]) -> falcon.App:
    app = falcon.App(middleware=[Mark(mark) for mark in marks])
    for path in others.before:
        app.add_route(path, Other())
    app.add_route("/text", Text())
    app.add_route("/users/{id:int}", User())
    app.add_route("/echo", Echo())
    app.add_route("/form", Form())
    app.add_route("/cookies", Cookies())
    app.add_route("/large", Large())
    app.add_route("/small", Small())
    app.add_route("/length", Length())
    app.add_route("/last", Last())
    app.add_route("/page", Page())
    app.add_route("/movie", Movie())
    for path in others.after:
        app.add_route(path, Other())
    return app
