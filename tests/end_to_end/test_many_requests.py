"""10,000 requests for `async def` handlers, eight at a time, in a preloaded worker."""

import http.client
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
CLIENTS, EACH = 16, 625

ON_OWN_LOOPS = "tests.end_to_end.apps.meeting"
ON_THE_SHARED_LOOP = "tests.end_to_end.apps.pooled"


@pytest.mark.parametrize("module", [ON_OWN_LOOPS, ON_THE_SHARED_LOOP])
def test_none_fails_and_none_sees_anothers_context(module):
    with serving("gunicorn gthread", module, "--preload") as server:
        with ThreadPoolExecutor(CLIENTS) as threads:
            failed = [
                failed
                for each in threads.map(visit, [server.port] * CLIENTS, range(CLIENTS))
                for failed in each
            ]
        assert failed == []
    assert "Traceback" not in server.log()
    assert "left tasks behind" not in server.log()


def visit(port: int, client: int) -> list[tuple[int, str]]:
    """The answers that are wrong, of many on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    wrong = []
    for number in range(EACH):
        name = f"visitor{client}-{number}"
        connection.request("GET", f"/visitor/{name}")
        answer = connection.getresponse()
        text = answer.read().decode()
        if (answer.status, text) != (200, f"nobody {name} {name} {name}"):
            wrong.append((answer.status, text))
    connection.close()
    return wrong
