"""On real servers, by the machine's clock: the examples hold no loop, and what does is named."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from lab.explain import subject_of
from lab.routes.table import routes_of
from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server

EXAMPLES = ("tasks", "login", "pullo", "routers", "echo")
ON_PURPOSE = "/tasks/blocked"  # a workload of `tandem compare`
AT_THE_LIMIT = "/tasks/sleep"  # for 50 ms, on purpose as well
ATTEMPTS = 3  # a machine may stand still; a sentinel that is wrong is so each time


def paths():
    """Every path of every example, and of those with parameters one that fits or not."""
    yield "/raw/hello"
    for name in EXAMPLES:
        for part in routes_of(subject_of(f"examples.{name}")).parts:
            for row in part.routes:
                yield f"/{name}{row.path.partition('{')[0]}{'Ada' if '{' in row.path else ''}"


def ask(url, path, body=None):
    """The answer's body, whatever its status is."""
    try:
        with urlopen(Request(url + path, body), timeout=20) as answer:
            return answer.read()
    except HTTPError as error:
        return error.read()


def told(url):
    """What the sentinels have told so far, by application."""
    return json.loads(ask(url, "/held"))


@pytest.fixture(scope="module", params=["uvicorn h11 asyncio", "uvicorn httptools uvloop"])
def url(request):
    with serving(request.param, "tests.lab.sentinel.watched") as server:
        yield server.url


def test_the_examples_hold_no_loop(url):
    wanted = sorted({path for path in paths() if path not in (ON_PURPOSE, AT_THE_LIMIT)})
    assert len(wanted) > 15
    for _ in range(ATTEMPTS):
        before = told(url)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda path: ask(url, path), wanted * 3))
            list(pool.map(lambda path: ask(url, path, b'{"title": "x"}'), wanted))
        after = told(url)
        if after == before:
            break
    assert after == before


@pytest.mark.parametrize(
    ("path", "of", "start", "line"),
    [
        (ON_PURPOSE, "/tasks", "async def blocked (examples/tasks.py:", "`time.sleep(0.1)"),
        ("/hold/slow", "/hold", "async def slow (", "`threading.Event().wait(0.5)`"),
    ],
)
def test_one_that_does_is_named(url, path, of, start, line):
    for _ in range(20):  # where the machine is busy a hold may be missed
        ask(url, path)
        found = [it for it in told(url)[of] if it.startswith(start)]
        if found:
            break
    [sentence] = found
    assert line in sentence


def test_a_def_in_a_thread_is_not(url):
    before = told(url)["/hold"]
    ask(url, "/hold/thread")
    assert told(url)["/hold"] == before
