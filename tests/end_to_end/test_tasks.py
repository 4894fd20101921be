import re
from uuid import UUID, uuid4

import pytest

from tests.end_to_end.exchange import ask

EXAMPLE = "examples.tasks"
pytestmark = pytest.mark.server


@pytest.fixture
def task(server):
    task = ask(server, "POST", "/tasks", {"title": "Built with bare"}).json()
    yield task
    ask(server, "DELETE", f"/tasks/{task['id']}")


def test_the_first_page_is_html(server):
    answer = ask(server, "GET", "/")
    assert answer.status == 200
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.body == b"<h1>Bare Framework</h1><p>It's just callables.</p>"


def test_there_are_no_tasks_at_first(server):
    answer = ask(server, "GET", "/tasks")
    assert (answer.status, answer.body) == (200, b"[]")
    assert answer.header("content-type") == "application/json"


def test_a_new_task_is_answered_201_with_an_id(server):
    answer = ask(server, "POST", "/tasks", {"title": "Built with bare"})
    assert answer.status == 201
    task = answer.json()
    assert list(task) == ["id", "title", "done"]
    assert UUID(task["id"]).version == 4
    assert task["title"] == "Built with bare"
    assert task["done"] is False
    ask(server, "DELETE", f"/tasks/{task['id']}")


@pytest.mark.parametrize("body", [{}, {"title": None}])
def test_a_task_without_a_title_is_refused(server, body):
    answer = ask(server, "POST", "/tasks", body)
    assert (answer.status, answer.json()) == (400, {"error": "title is required"})


@pytest.mark.parametrize(
    "body", [b"x", b"5", b'"title"', b"[]", b"null", b"", b'{"title": "\xff"}']
)
def test_a_body_that_is_no_json_object_is_refused(server, body):
    answer = ask(server, "POST", "/tasks", body)
    assert answer.status == 400
    assert list(answer.json()) == ["error"]


def test_a_task_is_found_by_its_id(server, task):
    answer = ask(server, "GET", f"/tasks/{task['id']}")
    assert (answer.status, answer.json()) == (200, task)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("task_id", [str(uuid4()), "none"])
def test_an_unknown_task_is_not_found(server, method, task_id):
    answer = ask(server, method, f"/tasks/{task_id}")
    assert (answer.status, answer.json()) == (404, {"error": "not found"})


def test_an_unknown_task_cannot_be_changed(server):
    answer = ask(server, "PATCH", f"/tasks/{uuid4()}", {"done": True})
    assert (answer.status, answer.json()) == (404, {"error": "not found"})


def test_tasks_are_filtered_by_whether_they_are_done(server, task):
    done = ask(server, "POST", "/tasks", {"title": "Done"}).json()
    done = ask(server, "PATCH", f"/tasks/{done['id']}", {"done": True}).json()
    assert ask(server, "GET", "/tasks?done=true").json() == [done]
    assert ask(server, "GET", "/tasks?done=false").json() == [task]
    assert ask(server, "GET", "/tasks").json() == [task, done]
    ask(server, "DELETE", f"/tasks/{done['id']}")


def test_a_change_is_taken_as_truth_and_text(server, task):
    answer = ask(server, "PATCH", f"/tasks/{task['id']}", {"done": 1, "title": 5})
    assert (answer.status, answer.json()) == (200, task | {"done": True, "title": "5"})


def test_a_deleted_task_is_shown_once_more_and_then_gone(server, task):
    path = f"/tasks/{task['id']}"
    assert ask(server, "DELETE", path).json() == task
    assert ask(server, "DELETE", path).status == 404


def test_a_method_that_is_not_there_is_told_which_are(server):
    answer = ask(server, "PUT", "/tasks", {"title": "x"})
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("target", ["/tasks%0A", "/tasks/", "/nope"])
def test_a_path_that_is_nearly_a_route_is_not_found(server, target):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.json()) == (404, {"error": "not found"})


@pytest.mark.parametrize(
    ("target", "body"),
    [("/hello", b"Hello, world!"), ("/wait", b"waited"), ("/cpu", b"2666646666700000")],
)
def test_the_workloads_answer(server, target, body):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.body) == (200, body)


@pytest.mark.parametrize(
    ("target", "line"), [("/tasks?done=x", "GET /tasks → 200"), ("/a%0Ab", "GET /a%0Ab → 404")]
)
def test_each_request_is_a_line_on_stderr(server, target, line):
    ask(server, "GET", target)
    last = server.log().rstrip().splitlines()
    assert any(re.fullmatch(rf"{line} \([0-9]+\.[0-9]ms\)", written) for written in last)
