"""What the framework answers and refuses, as JSON: to be compared under `python -O` and `-OO`.

It is a program, and no test, so that it can be run without the statements that Python leaves out.
"""

import asyncio
import json
import logging
import sys
from typing import Annotated

import msgspec

from asgi_adapter import ASGIAdapter
from core import App, Converter, Forbidden, Headers, HTTPError, RedirectResponse, Response, call
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GZIP = {"Content-Encoding": "gzip"}


def make_site():
    """An App that can fail in every way."""
    site = App(max_body=10, max_fields=3, redirect_slashes=True)

    @site.middleware
    def mark(request):
        if request.path == "/twice":
            yield
        if request.path == "/called":
            yield call(lambda: None)
        response = yield
        response.headers["x-marked"] = "yes"
        return response

    @site.error(LookupError)
    def lookup(request, error):
        return {"lookup": str(error)}, 404

    @site.get("/stream")
    def stream():
        yield b"one"
        yield b"two"

    @site.get("/text-stream")
    def text_stream():
        yield "no bytes"

    def told():
        return Response("told", headers={"content-length": "99"}, status=200)

    def late():
        response = Response("late")
        response.background(len, "late")
        return response

    def spoilt():
        response = Response("spoilt")
        response.status = 99
        return response

    site.get("/")(lambda: "root")
    site.get("/items/{number:int}")(lambda number: {"number": number})
    site.get("/none")(lambda: None)
    site.get("/set")(lambda: {1})
    site.get("/bug")(lambda: 1 / 0)
    site.get("/lookup")(lambda: {}["x"])
    site.get("/gone")(lambda: raising(HTTPError(410, "why")))
    site.get("/forbidden")(lambda: raising(Forbidden()))
    site.get("/header")(lambda: Response(headers={"x-a": "1\r\nx-b: 2"}))
    site.get("/hop")(lambda: Response(headers={"connection": "close"}))
    site.get("/away")(lambda: RedirectResponse("/a\r\nb"))
    site.get("/status")(lambda: Response(status=101))
    site.get("/query")(lambda request: request.query["name"])
    site.get("/host")(lambda request: request.host)
    site.get("/twice")(lambda: "twice")
    site.get("/called")(lambda: "called")
    site.get("/told")(told)
    site.get("/late")(late)
    site.get("/spoilt")(spoilt)
    site.get("/empty")(lambda: Response("x", status=204))
    site.post("/json")(lambda request: {"json": request.json()})
    site.post("/form")(lambda request: request.form().items())
    site.post("/text")(lambda request: request.text())
    site.post("/stream", stream=True)(lambda request: b"".join(request.stream))
    site.post("/again", stream=True)(lambda request: [*request.stream, *request.stream])
    return site


def raising(error):
    """Raise it, where only an expression can stand."""
    raise error


GETS = ["/", "/items/5", "/items/x", "/items/5/", "/nope", "/%ff", "/%00", "/none", "/set", "/bug",
        "/lookup", "/gone", "/forbidden", "/header", "/hop", "/away", "/status", "/query?name=x",
        "/query", "/query?a&b&c&d", "/query?name=%ff", "/host", "/twice", "/called", "/told",
        "/late", "/spoilt", "/empty", "/stream", "/text-stream", "/json"]  # fmt: skip

POSTS = [
    ("/json", {"body": b"{}"}),
    ("/json", {"body": b"{"}),
    ("/json", {"body": b"[" * 10}),
    ("/json", {"body": b"x" * 11}),
    ("/json", {"body": [b"x" * 11]}),
    ("/json", {"body": b"hello", "headers": {"Content-Length": "+5"}}),
    ("/json", {"body": b"{}", "headers": GZIP}),
    ("/json", {"body": b"half", "headers": {"Content-Length": "9"}, "disconnect": True}),
    ("/form", {"body": b"a=1&a=2", "headers": FORM}),
    ("/form", {"body": b"a&b&c&d", "headers": FORM}),
    ("/form", {"body": b"a=%ff", "headers": FORM}),
    ("/form", {"body": b"a=1"}),
    ("/text", {"body": b"\xff"}),
    ("/stream", {"body": [b"one", b"two"]}),
    ("/stream", {"body": [b"x" * 11]}),
    ("/again", {"body": b"x"}),
]


def answers(world):
    """Each request with its answer."""
    client = Client(make_site(), world=world)
    for method, target in [("GET", path) for path in GETS] + [("HEAD", "/"), ("PUT", "/")]:
        yield f"{world} {method} {target}", answer(client, method, target)
    yield f"{world} two hosts", answer(client, "GET", "/host", headers=[("Host", "a")] * 2)
    for number, (target, options) in enumerate(POSTS):
        yield f"{world} POST {target}, {number}", answer(client, "POST", target, **options)
    client.close()


def answer(client, method, target, **options):
    """Status, header fields and body, or what is raised to the server."""
    try:
        answered = client.request(method, target, **options)
    except Exception as error:
        return said(error)
    return answered.status, sorted(answered.headers.items()), answered.text


def said(error):
    """The error in a form that has no addresses in it."""
    return type(error).__name__, str(error).partition(" at 0x")[0]


def mistakes():
    """Each mistake of a program, with how it is refused."""
    site = App()
    site.get("/a")(lambda: "a")
    pattern = Annotated[str, msgspec.Meta(pattern="x")]

    def patterned(name: pattern):
        raise NotImplementedError

    def unresolved(name: "Missing"):  # noqa: F821
        raise NotImplementedError

    made = {
        "a path without its slash": lambda: site.get("a")(print),
        "a converter that is unknown": lambda: site.get("/{x:flot}")(print),
        "a second handler": lambda: site.get("/a")(lambda: "b"),
        "a pattern": lambda: site.get("/{name}")(patterned),
        "an annotation that is unknown": lambda: site.get("/{name}")(unresolved),
        "what is no handler": lambda: site.get("/b")(5),
        "what never yields": lambda: site.middleware(lambda request: None),
        "a status of no error": lambda: site.error(200),
        "an App without a door": lambda: site({}, print),
        "an adapter of no App": lambda: (WSGIAdapter(5), ASGIAdapter(5)),
        "an App in itself": lambda: site.mount("/x", site),
        "a header name": lambda: Headers({"a b": "c"}),
        "a header value": lambda: Headers({"a": "b\n"}),
        "an HTTPError of 200": lambda: HTTPError(200),
        "a cookie": lambda: Response().set_cookie("a b", "c"),
        "a name that is unknown": lambda: site.url_for("nope"),
        "a converter": lambda: App(converters=[Converter("x", int)]).get("/{y:z}")(print),
        "a thread pool": lambda: ASGIAdapter(site, threads=0),
        "a loop": lambda: WSGIAdapter(site, loop="other"),
        "an origin": lambda: ASGIAdapter(site, websocket_origins=["x"]),
        "a scope": lambda: asyncio.run(ASGIAdapter(site)({"type": "x"}, None, None)),
    }
    for name, mistake in made.items():
        try:
            mistake()
        except Exception as error:
            yield name, said(error)
        else:
            yield name, "taken"


def websockets():
    """What a handler is told that takes its steps out of turn."""
    steps = {
        "send before accept": lambda websocket: websocket.send_text("x"),
        "receive before accept": lambda websocket: websocket.receive_text(),
        "accept twice": twice,
        "a code that no frame holds": lambda websocket: websocket.close(1005),
    }
    for name, step in steps.items():
        told = []
        app = ASGIAdapter(App())
        app.websocket("/")(out_of_turn(step, told))
        client = Client(app)
        try:
            with client.websocket("/"):
                pass
        except Exception as error:
            told.append(type(error).__name__)
        client.close()
        yield name, told


def out_of_turn(step, told):
    """A handler that takes this step, and tells how it was refused."""

    async def handler(websocket):
        try:
            await step(websocket)
        except Exception as error:
            told.append(said(error))

    return handler


async def twice(websocket):
    """Accept a WebSocket that is accepted."""
    await websocket.accept()
    await websocket.accept()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    seen = dict([*answers("wsgi"), *answers("asgi"), *mistakes(), *websockets()])
    json.dump(seen, sys.stdout, indent=1)
