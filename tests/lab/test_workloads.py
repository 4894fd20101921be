import pytest

from lab.compare.results import Cell
from lab.compare.settings import Settings
from lab.compare.workloads import QUICK_WORKLOADS, WORKLOADS, choose, refusal
from lab.errors import WrongUsageError
from lab.load.job import Beside
from lab.processes import free_port
from tests.lab.made import comparison
from tests.lab.scripted import OK, request_on, serving

OWN = {
    "name": "order",
    "question": "",
    "path": "/orders",
    "method": "POST",
    "headers": [["accept", "text/plain"]],
    "body": "{}",
    "rate": None,
    "beside": None,
}


def names(*arguments, **options):
    return [workload.name for workload in choose(*arguments, **options)]


def test_without_a_name_the_default_ones_and_the_modules_own_are_asked_for():
    assert choose([], []) == list(WORKLOADS)
    assert choose([], [], quick=True) == list(QUICK_WORKLOADS)
    assert names([], [OWN], quick=True) == ["hello", "wait", "cpu", "order"]


def test_workloads_are_chosen_by_name_or_path_and_each_once():
    assert names(["cpu", "order", "/x?y=1", "cpu"], [OWN]) == ["cpu", "order", "/x?y=1"]
    assert names(["hello", "all"], [OWN])[-1] == "order"


def test_a_modules_own_takes_the_place_of_one_of_ours():
    (hello,) = choose(["hello"], [OWN | {"name": "hello"}])
    assert hello.shown == "POST /orders"
    assert len(choose([], [OWN | {"name": "hello"}])) == len(WORKLOADS)


@pytest.mark.parametrize(
    ("name", "own", "said"),
    [
        ("nope", [OWN], "no workload 'nope'; there are hello, .*order, all, and any path"),
        ("hello", [OWN, OWN | {"path": "/b"}], "two workloads 'order'"),
    ],
)
def test_what_can_not_be_asked_for_is_said(name, own, said):
    with pytest.raises(WrongUsageError, match=said):
        choose([name], own)


def test_a_workload_of_a_module_has_what_it_said():
    beside = {"path": "/slow", "connections": 3, "manner": "abandon"}
    (order,) = choose(["order"], [OWN | {"beside": beside, "rate": 5.0, "question": "How many?"}])
    assert order.question == "How many?"
    assert order.beside == Beside("/slow", 3, "abandon")
    assert order.shown == "POST /orders beside 3 GET /slow given up at once"
    job = Settings(connections=4).job(8000, order, 0.5)
    assert (job.method, job.body, job.headers) == ("POST", "{}", (("accept", "text/plain"),))
    assert (job.rate, job.connections, job.beside) == (5.0, 4, order.beside)


def test_a_port_without_a_server_is_refused_by_name():
    hello = WORKLOADS[0]
    said = "GET /hello was not answered (ConnectionRefusedError)"
    assert refusal(free_port(), hello) == said


def test_a_server_is_asked_for_what_is_asked_beside_as_well():
    async def only_hello(reader, writer):
        found = b"GET /hello " in await request_on(reader)
        writer.write(OK if found else b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n")

    (stream,) = choose(["stream"], [])
    with serving(only_hello) as port:
        assert refusal(port, stream) == "GET /stream was answered 404, not 2xx"
        assert refusal(port, WORKLOADS[0]) == ""


def test_processor_time_is_not_divided_among_requests_of_others():
    made = comparison([10] * 5)
    hello = made.cells[0]
    (stream,) = choose(["stream"], [])
    assert hello.cpu_per_request is not None
    assert Cell(hello.contender, stream, samples=hello.samples).cpu_per_request is None
