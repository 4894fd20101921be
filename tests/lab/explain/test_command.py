"""The command, and the text that it prints."""

import json

import pytest
from click.testing import CliRunner

from lab.__main__ import main

HERE = "tests.lab.explain.site"


@pytest.fixture
def run(monkeypatch):
    """Run the command; what it printed, and its exit code."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        done = CliRunner().invoke(main, ["explain", *arguments])
        return done.output, done.exit_code

    return run


def test_it_says_who_answers_why_nobody_else_and_where(run):
    output, code = run(HERE, "GET", "/tasks/5")
    assert code == 0
    for line in (
        "GET /tasks/5 of tests.lab.explain.site",
        "answers: /tasks/{task_id:int}",
        "task_id = 5, int, converted by int",
        "even refused '5' for 'number'",
        "Middleware, the outermost first; each may answer by itself",
        "Under an event loop the App's middleware runs on it",
        "uvicorn, hypercorn, daphne",
    ):
        assert line in output


def test_it_says_what_a_mistake_is_answered(run):
    output, _ = run(HERE, "DELETE", "/tasks/5")
    assert "405: the path is there, the method is not" in output
    assert "allow: GET, HEAD, OPTIONS, PATCH, PUT" in output
    output, _ = run(HERE, "GET", "/nope")
    assert "The answer is made by the error handler nothing_there" in output


def test_the_nearest_comes_first_and_the_rest_by_an_option(run):
    output, _ = run(HERE, "GET", "/tasks/x")
    assert output.index("int refused 'x'") < output.index("more, shown by --all")
    assert "GET /rows" not in output
    output, _ = run(HERE, "GET", "/tasks/x", "--all")
    assert "GET /rows" in output
    assert "shown by --all" not in output


def test_where_nothing_comes_near_all_are_as_far(run):
    output, _ = run(HERE, "GET", "/x/y")
    assert "segment 1 is 'x', not 'tasks'" in output


def test_bodies_notes_and_mounts_are_told(run):
    assert (
        "the body is read before, at most 1,000 bytes, else it is 413"
        in run(HERE, "PUT", "/tasks/a")[0]
    )
    assert "the body is read by the handler" in run(HERE, "POST", "/upload")[0]
    assert "HEAD has no handler of its own" in run(HERE, "HEAD", "/")[0]
    assert "mount /admin" in run(HERE, "PUT", "/admin/status")[0]


def test_an_app_without_other_routes_or_middleware_has_no_words_for_them(run, tmp_path):
    output, code = run("examples.echo", "WEBSOCKET", "/ws/echo")
    assert code == 0
    assert "Why not another" not in output


def test_native_middleware_is_not_the_apps(run, module):
    module(
        "from asgi_adapter import ASGIAdapter\nfrom core import App\n"
        "app = ASGIAdapter(App())\nclass Native:\n def __init__(self, app): ...\n"
        "app.add_middleware(Native)\n"
    )
    output, _ = run("written", "GET", "/")
    assert "Native written, around the ASGI door" in output
    assert "Under an event loop" not in output


def test_json_is_the_whole_of_it(run):
    output, code = run(HERE, "GET", "/tasks/5", "--json")
    document = json.loads(output)
    assert code == 0
    assert document["winner"]["handler"] == "show"
    assert {"path", "methods", "why", "fits", "depth", "handler"} == set(document["tried"][0])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such", "GET", "/"], "there is no module 'no_such' here"),
        ([HERE, "GET", "tasks"], "a path starts with"),
        ([HERE, "G T", "/"], "a method is a word"),
        ([HERE, "GET"], "Missing argument 'PATH'"),
        ([HERE + ":application", "WEBSOCKET", "/ws/a"], "has a WSGI door only"),
        ([HERE + ":never", "GET", "/"], "has no App of Tandem's"),
    ],
)
def test_wrong_arguments_are_answered_in_a_sentence(run, arguments, said):
    output, code = run(*arguments)
    assert code == 2
    assert said in output
    assert "Traceback" not in output
