"""What an App answers, and where: as values, as a table, as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lab.__main__ import main
from lab.explain import subject_of
from lab.routes.table import routes_of
from tests.lab.explain import site

HERE = "tests.lab.explain.site"


@pytest.fixture
def run(monkeypatch):
    """Run the command with a terminal of this width; what it printed, and its exit code."""

    def run(*arguments, width=200):
        monkeypatch.setenv("COLUMNS", str(width))
        done = CliRunner().invoke(main, ["routes", *arguments])
        return done.output, done.exit_code

    return run


def rows(text=HERE, world=None):
    return {
        (tuple(row.methods), row.path): row
        for part in routes_of(subject_of(text, world)).parts
        for row in part.routes
    }


def test_every_route_is_there_with_the_prefixes_of_mounts():
    assert [(",".join(methods), path) for methods, path in rows()] == [
        ("GET", "/"),
        ("GET", "/tasks/new"),
        ("GET", "/tasks/{task_id:int}"),
        ("PATCH,PUT", "/tasks/{name:str}"),
        ("GET", "/tasks/{number:even}"),
        ("GET", "/files/{rest:path}"),
        ("GET", "/files/v{major:int}"),
        ("POST", "/upload"),
        ("GET", "/fast"),
        ("HEAD", "/fast"),
        ("GET", "/rows"),
        ("GET", "/broken/{x:broken}"),
        ("GET", "/admin/status"),
        ("GET", "/admin/users/{user_id:int}"),
        ("GET", "/admin/list/"),
        ("GET", "/admin/object"),
        ("GET", "/admin/builtin"),
    ]


@pytest.mark.parametrize(
    ("methods", "path", "kind", "wsgi", "asgi"),
    [
        ("GET", "/", "def", "worker's thread", "thread pool (3)"),
        ("GET", "/tasks/{task_id:int}", "async def", "worker's own loop", "event loop"),
        ("GET", "/fast", "def, inline", "worker's thread", "event loop"),
        ("GET", "/files/{rest:path}", "def with yield", "worker's thread", "thread pool (3)"),
        ("GET", "/rows", "async def with yield", "worker's own loop", "event loop"),
        ("GET", "/admin/list/", "def", "worker's thread", "thread pool (3)"),
    ],
)
def test_a_route_says_where_its_handler_runs(methods, path, kind, wsgi, asgi):
    row = rows()[(methods,), path]
    assert (row.kind, row.runs) == (kind, {"wsgi": wsgi, "asgi": asgi})


def test_an_async_def_may_run_on_the_shared_loop(module):
    name = module(
        "from core import App\nfrom wsgi_adapter import WSGIAdapter\n"
        "site = App()\n@site.get('/')\nasync def home(): ...\n"
        "application = WSGIAdapter(site, loop='shared')\n"
    )
    assert rows(name)[("GET",), "/"].runs == {"wsgi": "shared loop"}


def line_of(text):
    return Path(site.__file__).read_text().splitlines().index(text) + 1


@pytest.mark.parametrize(
    ("path", "handler", "line"),
    [
        ("/", "home", "def home():"),
        ("/tasks/{task_id:int}", "show", "async def show(task_id: int):"),
        ("/admin/users/{user_id:int}", "user", "def user(user_id):"),  # below its decorators
        ("/admin/list/", "never", "def never():"),  # inside a partial
        ("/admin/object", "Callable", "    def __call__(self, request):"),
    ],
)
def test_a_handler_is_named_with_the_line_of_its_def(path, handler, line):
    row = rows()[("GET",), path]
    assert (row.handler, row.place) == (handler, f"{HERE}:{line_of(line)}")


def test_a_handler_that_is_not_python_has_no_line():
    assert rows()[("GET",), "/admin/builtin"].place == "gc"


def test_a_handler_whose_source_is_gone_has_the_line_of_its_code():
    from lab.source import place_of

    made = {"__name__": "made"}
    exec("\n\ndef handler(): ...", made)
    assert str(place_of(made["handler"])) == "made:3"


def test_names_and_options_are_told():
    assert rows()[("PATCH", "PUT"), "/tasks/{name:str}"].options == {"max_body": 1_000}
    assert rows()[("POST",), "/upload"].options == {"stream": True, "shielded": True}
    assert rows()[("GET",), "/"].options == {}
    assert rows()[("GET",), "/admin/list/"].name == "admin:list"


def test_what_is_around_the_routes_is_told():
    routes = routes_of(subject_of(HERE))
    outermost, admin, deep = routes.parts
    assert [part.prefix for part in routes.parts] == ["", "/admin", "/admin/deep"]
    assert [it.name for it in outermost.middleware] == ["outer"]
    assert [(it.what, it.name, it.kind) for it in outermost.error_handlers] == [
        ("404", "nothing_there", "def")
    ]
    assert [(it.what, it.kind) for it in admin.error_handlers] == [("ValueError", "async def")]
    assert (deep.routes, deep.middleware) == ([], [])
    assert [it.name for it in routes.native_middleware["wsgi"]] == ["Native"]
    assert routes.native_middleware["asgi"] == []
    assert list(routes.mounted["wsgi"]) == ["/other/é"]
    assert routes.mounted["asgi"] == {
        "/foreign": f"foreign {HERE}:{line_of('async def foreign(scope, receive, send):')}",
        "/bridged": "an application of the other world, by a bridge",
    }
    assert [row.path for row in routes.websockets] == ["/ws/{room:str}", "/broken/{x:broken}"]


def test_one_protocol_is_shown_alone(run):
    output, code = run(HERE, "--protocol", "wsgi")
    assert code == 0
    assert "worker's own loop" in output
    assert "event loop" not in output
    assert "WebSockets" not in output


@pytest.mark.parametrize("width", [80, 110, 120, 200])
def test_the_table_has_everything_at_any_width(run, width):
    output, code = run(HERE, width=width)
    joined = "".join(output.split())
    assert code == 0
    for text in (
        "/tasks/{task_id:int}",
        "name=rename, max_body=1,000",
        "stream, shielded",
        "worker's own loop",
        "Middleware, the outermost first",
        "Middleware of the App at /admin",
        "No routes of the App at /admin/deep",
        "404: nothing_there",
        "Answered by others, behind ASGI",
        "WebSockets",
    ):
        assert "".join(text.split()) in joined


def test_json_is_the_same_as_values(run):
    output, code = run(HERE, "--json")
    document = json.loads(output)
    assert code == 0
    assert document["worlds"] == ["wsgi", "asgi"]
    assert document["parts"][0]["routes"][2]["handler"] == "show"


def test_the_examples_have_their_routes(run):
    for name in ("tasks", "login", "pullo", "routers", "echo"):
        output, code = run(f"examples.{name}")
        assert (code, "GET" in output or "WEBSOCKET" in output) == (0, True), output


SITES = "from core import App\nfrom asgi_adapter import ASGIAdapter\nsite = App()\n"


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        ("", "no_such", "there is no module 'no_such' here"),
        ("", "written.py", "write 'written', not 'written.py'"),
        ("", "written:", 'after ":" comes one name, as in written:site'),
        ("", "written", "has no App of Tandem's that could be looked into"),
        ("app = 5", "written:app", "has no App of Tandem's"),
        (SITES, "written:nothing", "has no 'nothing': there are site"),
        (SITES + "other = App()", "written", "has 2 Apps: name one of them"),
        ("1 / 0", "written", "importing written failed: ZeroDivisionError"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(run, module, source, text, said):
    module(source)
    output, code = run(text)
    assert code == 2
    assert output.startswith("Error: ")
    assert said in output


def test_a_door_that_is_not_there_is_told(run, module):
    module(SITES + "app = ASGIAdapter(site)")
    output, code = run("written", "--protocol", "wsgi")
    assert code == 2
    assert "written is served by ASGI only: write `--protocol asgi`" in output


@pytest.mark.parametrize("text", ["written", "written:site", "written:kept.app"])
def test_an_app_is_found_by_itself_and_by_its_doors(run, module, text):
    module(SITES + "site.get('/here')(lambda: '')\nclass kept: app = ASGIAdapter(site)\n")
    output, code = run(text, "--protocol", "asgi")
    assert (code, "/here" in output) == (0, True)


def test_the_doors_of_an_app_are_those_of_its_module(module):
    module(SITES + "door = ASGIAdapter(site, threads=7)\nthe = site\n")
    assert list(subject_of("written:site").doors) == ["asgi"]
    assert subject_of("written:site").doors["asgi"].threads.size == 7
