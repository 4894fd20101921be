"""What every server is asked for: three paths that the module has, each with a question."""

import http.client
from dataclasses import dataclass

PROBE_TIMEOUT = 10.0  # seconds

ADVICE = """\
Nothing can be measured: none of /hello, /wait and /cpu was answered with a 2xx status. \
Add at least one such route to the module, for example:

    import asyncio

    @site.get("/hello")
    async def hello() -> str:
        return "Hello!"

    @site.get("/wait")
    async def wait() -> str:
        await asyncio.sleep(0.05)
        return "waited"

    @site.get("/cpu")
    def cpu() -> str:
        return str(sum(number * number for number in range(100_000)))
"""


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request, and what it asks of a server."""

    name: str
    path: str
    title: str
    question: str
    meaning: str  # what usually decides it


WORKLOADS = (
    Workload(
        "hello",
        "/hello",
        "Hello",
        "The smallest answer: how much does the server itself cost?",
        "Nearly all the time goes into reading the request and writing the answer. Parsers and "
        "event loops written in C make this fast; being asynchronous does not.",
    ),
    Workload(
        "wait",
        "/wait",
        "50 ms of waiting",
        "Each request waits, as for a database: how many can wait at once?",
        "A sync worker waits for one request at a time, so 50 ms each make 20 a second. Threads "
        "wait side by side, one request each; so do coroutines on an event loop, as long as they "
        "await. A handler that blocks the loop makes all others wait.",
    ),
    Workload(
        "cpu",
        "/cpu",
        "Work for the processor",
        "Each request computes: does any kind of server make one process faster?",
        "One Python process computes one thing at a time, whatever serves it. More processes help "
        "here; threads and coroutines only take turns.",
    ),
)


def refusal(port: int, path: str, timeout: float = PROBE_TIMEOUT) -> str:
    """Why a server on `port` can't be measured on `path`; "" when it answers 2xx."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"connection": "close"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"GET {path} was not answered ({type(error).__name__})"
    finally:
        connection.close()
    if 200 <= answer.status < 300:
        return ""
    return f"GET {path} was answered {answer.status}, not 2xx"
