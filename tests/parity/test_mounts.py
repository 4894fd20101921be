"""Foreign applications below a prefix, of either world and behind either door: answers alike."""

import sys
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import unquote

import flask
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

CHUNKS = [b"one ", b"two ", b"three"]


def made_with_flask():
    made = flask.Flask("mounted")

    @made.get("/")
    def home():
        return {"url": flask.url_for("file", name="é"), "root": flask.request.root_path}

    @made.get("/files/<name>")
    def file(name):
        return {"name": name, "q": flask.request.args.getlist("q")}

    @made.post("/echo")
    def echo():
        response = flask.Response(flask.request.get_data(), content_type="text/plain")
        response.set_cookie("one", "1")
        response.set_cookie("two", "2")
        return response

    @made.get("/stream")
    def stream():
        return flask.Response(iter(CHUNKS), content_type="text/plain")

    return made


async def home(request):
    root = request.scope["root_path"]
    return JSONResponse({"url": request.url_for("file", name="é").path, "root": root})


async def file(request):
    q = request.query_params.getlist("q")
    return JSONResponse({"name": request.path_params["name"], "q": q})


async def echo(request):
    response = PlainTextResponse(await request.body())
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


async def stream(_):
    async def chunks():
        for chunk in CHUNKS:
            yield chunk

    return StreamingResponse(chunks(), media_type="text/plain")


def made_with_starlette(**options):
    return Starlette(
        routes=[
            Route("/", home),
            Route("/files/{name}", file, name="file"),
            Route("/echo", echo, methods=["POST"]),
            Route("/stream", stream),
        ],
        **options,
    )


MADE = {"flask": made_with_flask, "starlette": made_with_starlette}


@pytest.fixture(params=MADE)
def mounted(request):
    """An application of either world."""
    return MADE[request.param]()


@pytest.fixture
def application(adapter, mounted):
    """An adapter with it below two prefixes, and with routes of its own."""
    site = App()
    site.get("/")(lambda: "own")
    site.get("/other/{rest:path}")(lambda rest: rest)
    application = adapter(site)
    application.mount("/other", mounted)
    application.mount("/é/deep", mounted)
    return application


@pytest.fixture
def client(client):
    """A client without validator: Flask reads more, and Starlette sends more, than it lets pass."""
    return partial(client, validate=False)


@pytest.fixture
def asking(client, application):
    """A client, with the application's lifespan around it."""
    with client(application) as asking:
        yield asking


def test_other_paths_are_the_apps_own(asking):
    assert asking.get("/").text == "own"
    assert asking.get("/othermore").status == 404
    assert asking.get("/%C3%A9").status == 404


def test_below_its_prefix_the_application_answers_before_the_apps_routes(asking):
    assert asking.get("/other/files/a").json() == {"name": "a", "q": []}
    assert asking.get("/other/nope").status == 404


@pytest.mark.parametrize(
    ("server_root", "prefix", "root"),
    [
        ("", "/other", "/other"),
        ("/site", "/other", "/site/other"),
        ("/site", "/%C3%A9/deep", "/site/é/deep"),
        ("/é", "/other", "/é/other"),
    ],
)
def test_it_knows_below_what_it_is(client, application, server_root, prefix, root):
    with client(application, root_path=server_root) as asking:
        seen = asking.get(f"{prefix}/").json()
    assert (seen["root"], unquote(seen["url"])) == (root, f"{root}/files/é")


@pytest.mark.parametrize("name", ["a", "%C3%A9", "a%20b", "%25", "%2525", "a+b", "~;:@"])
def test_a_path_and_a_query_arrive_as_they_were_sent(asking, name):
    seen = asking.get(f"/other/files/{name}?q=%C3%A9&q=%26&q=a+b").json()
    plain = {"%C3%A9": "é", "a%20b": "a b", "%25": "%", "%2525": "%25"}
    assert seen == {"name": plain.get(name, name), "q": ["é", "&", "a b"]}


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"x" * 200_000, [b"he", b"llo"], [b"x" * 70_000] * 3]
)
def test_a_body_arrives_whole_with_a_length_or_in_chunks(asking, body):
    answer = asking.post("/other/echo", body=body)
    assert answer.body == (body if isinstance(body, bytes) else b"".join(body))


def test_headers_come_back_each_for_itself(asking):
    answer = asking.post("/other/echo", body=b"x")
    cookies = [value.partition(";")[0] for value in answer.headers.get_all("set-cookie")]
    assert cookies == ["one=1", "two=2"]


def test_a_stream_comes_chunk_by_chunk(asking):
    with asking.stream("GET", "/other/stream") as answer:
        chunks = [chunk for chunk in answer.chunks() if chunk]
    assert chunks == CHUNKS


def test_native_middleware_is_around_it_and_the_apps_own_is_not(client, application):
    trace = []

    def native(inside, name):
        def middleware(*arguments):
            trace.append(name)
            return inside(*arguments)

        return middleware

    @application.site.middleware
    def own(request):
        trace.append("own")
        return (yield)

    with client(application) as asking:
        application.add_middleware(native, name="native")
        asking.get("/other/files/a")
    assert trace[-1] == "native"
    assert "own" not in trace


def test_an_application_may_be_mounted_after_a_request(client, application, mounted):
    with client(application) as asking:
        assert asking.get("/late/files/a").status == 404
        application.mount("/late", mounted)
        assert asking.get("/late/files/a").status == 200


def test_the_longest_prefix_counts(client, adapter, world):
    application = adapter(App())
    for prefix in ("/a", "/a/b/c", "/a/b"):
        application.mount(prefix, saying(world, prefix))
    asking = client(application)
    answers = [asking.get(path).text for path in ("/a/x", "/a/b/x", "/a/b/c", "/a/bc")]
    assert answers == ["/a /x", "/a/b /x", "/a/b/c ", "/a /bc"]


def saying(world, name):
    """An application of the world that says its name and the path below its root."""

    def wsgi(environ, start_response):
        start_response("200 OK", [("content-type", "text/plain")])
        return [f"{name} {environ['PATH_INFO']}".encode()]

    async def asgi(scope, receive, send):
        path = scope["path"].removeprefix(scope["root_path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{name} {path}".encode()})

    return wsgi if world == "wsgi" else asgi


def test_an_adapter_may_be_mounted_in_an_adapter_of_either_world(client, adapter, mounted):
    inner = App()
    inner.get("/files/{name}")(lambda request, name: [name, request.root_path, request.path])
    for kind in (WSGIAdapter, ASGIAdapter):
        application = adapter(App())
        application.mount("/in", kind(inner))
        with client(application) as asking:
            seen = asking.get("/in/files/a%2Fb").json()
        assert seen == ["a/b", "/in", "/files/a/b"]


def test_a_mounted_adapter_may_have_mounts(client, adapter, mounted, application):
    outer = adapter(App())
    outer.mount("/outer", application)
    with client(outer) as asking:
        assert asking.get("/outer/other/").json()["root"] == "/outer/other"


def test_the_lifespan_of_an_asgi_application_is_run_once(client, adapter):
    events = []

    @asynccontextmanager
    async def lifespan(_):
        events.append("start")
        yield {"name": "state"}
        events.append("stop")

    inner = Starlette(lifespan=lifespan)
    inner.add_route("/", lambda request: PlainTextResponse(request.state.name))
    application = adapter(App())
    application.mount("/a", inner)
    application.mount("/b", inner)
    with client(application) as asking:
        assert [asking.get("/a/").text, asking.get("/b/").text] == ["state", "state"]
        assert events == ["start"]
    assert events == ["start", "stop"]


# What can't be mounted.


@pytest.mark.parametrize("prefix", ["", "/", "other", "/other/"])
def test_a_prefix_is_a_path_that_does_not_end_with_a_slash(adapter, mounted, prefix):
    with pytest.raises(ValueError, match='a prefix starts with "/" and does not end with it; got'):
        adapter(App()).mount(prefix, mounted)


def test_a_prefix_has_no_parameters(adapter, mounted):
    with pytest.raises(ValueError, match="a mount's prefix is plain text"):
        adapter(App()).mount("/{name}", mounted)


def test_a_prefix_has_one_application(application, mounted):
    with pytest.raises(ValueError, match="a prefix has one application; '/other' has"):
        application.mount("/other", mounted)


def test_an_app_is_not_mounted_so(adapter):
    with pytest.raises(TypeError, match=r"as in site.mount\('/x', app\).* an adapter of its own"):
        adapter(App()).mount("/x", App())


def test_what_can_not_be_called_is_refused(adapter):
    with pytest.raises(TypeError, match="is called by a server; got 'hello'"):
        adapter(App()).mount("/x", "hello")


def test_a_world_that_can_not_be_seen_has_to_be_told(client, adapter, world, mounted):
    def anything(*arguments):
        return mounted(*arguments)

    application = adapter(App())
    with pytest.raises(ValueError, match="say world='wsgi' or world='asgi'"):
        application.mount("/x", anything)
    application.mount("/x", anything, world="wsgi" if isinstance(mounted, flask.Flask) else "asgi")
    with client(application) as asking:
        assert asking.get("/x/files/a").json()["name"] == "a"


def test_a_world_that_is_not_the_applications_is_refused(adapter, mounted):
    told = "asgi" if isinstance(mounted, flask.Flask) else "wsgi"
    with pytest.raises(ValueError, match=f"world, not {told}: "):
        adapter(App()).mount("/x", mounted, world=told)


@pytest.mark.parametrize("made", MADE)
def test_only_the_other_world_needs_the_bridge_which_is_named(adapter, world, made, monkeypatch):
    monkeypatch.setitem(sys.modules, "a2wsgi", None)
    mounting = partial(adapter(App()).mount, "/x", MADE[made]())
    if made == {"wsgi": "flask", "asgi": "starlette"}[world]:
        mounting()
    else:
        with pytest.raises(ImportError, match=r"pip install tandem-web\[bridge\]; for <"):
            mounting()
