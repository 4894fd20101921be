"""What every server is asked for: paths that the module has, each with a question.

Half of them ask for one path and count answers. The others ask for `/hello`, 23 times a second,
while other clients are trouble: they read streams, hold the loop, are slow, or hang up. What counts
there is how long /hello takes.
"""

import http.client
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.errors import WrongUsageError
from lab.load.job import Beside, check_path

PROBE_TIMEOUT = 10.0  # seconds
# Requests a second: what any server can do, unless something holds it up. Not 20, which would beat
# in time with handlers that take 50 ms or 100 ms, and slip in between them.
EASY_RATE = 23.0

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
    meaning: str = ""  # what usually decides it
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    rate: float | None = None  # requests a second on a schedule; None: as the settings say
    beside: Beside | None = None  # who else asks meanwhile

    @property
    def paths(self) -> list[str]:
        """Every path that a server is asked for."""
        return [self.path, *([self.beside.path] if self.beside else [])]

    @property
    def shown(self) -> str:
        """What is asked, in a line: "GET /hello beside 4 GET /stream"."""
        asked = f"{self.method} {self.path}"
        if self.beside is None:
            return asked
        manner = {"read": "", "trickle": " sent slowly", "abandon": " given up at once"}
        count, path = self.beside.connections, self.beside.path
        return f"{asked} beside {count} GET {path}{manner[self.beside.manner]}"


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
    Workload(
        "fan-out",
        "/fan-out",
        "Ten calls in one request",
        "Each request waits for ten things at once: what does `async def` gain?",
        "`asyncio.gather` waits for all ten together, on WSGI as well: there the worker's thread "
        "runs a loop of its own. But it is held meanwhile, and on an event loop nothing is.",
    ),
    Workload(
        "stream",
        "/hello",
        "Beside four open streams",
        "Four clients read streams: how long does everybody else wait?",
        "A stream holds a sync worker, or a thread of gthread, for as long as it lasts. On an "
        "event loop it costs next to nothing between two chunks.",
        rate=EASY_RATE,
        beside=Beside("/stream", 4),
    ),
    Workload(
        "blocked",
        "/hello",
        "Beside a blocked loop",
        "Four clients ask for an `async def` that calls time.sleep: who else stands still?",
        "On an event loop everybody does: until the sleep is over nothing else runs. Threads go "
        "on, for each sleeps for itself. `await asyncio.sleep`, or a plain `def`, mends it.",
        rate=EASY_RATE,
        beside=Beside("/blocked", 4),
    ),
    Workload(
        "slow-client",
        "/hello",
        "Beside four slow clients",
        "Four clients take all their time to send one request: who waits for them?",
        "A sync worker reads a request to its end before it looks at the next, so one client on a "
        "bad line holds it, and a thread is held just as well. That is why gunicorn's manual wants "
        "nginx in front of it. An event loop reads from whom there is something to read.",
        rate=EASY_RATE,
        beside=Beside("/hello", 4, "trickle"),
    ),
    Workload(
        "abandoned",
        "/hello",
        "After forty clients hung up",
        "Forty clients ask for /wait and hang up: how long does the next one wait?",
        "A sync worker does not know that they have gone: it does all the work, one after another. "
        "Threads do too, side by side. On an event loop forty wait as easily as one.",
        rate=EASY_RATE,
        beside=Beside("/wait", 40, "abandon"),
    ),
)
QUICK_WORKLOADS = WORKLOADS[:3]


def choose(
    names: Sequence[str], own: Iterable[dict[str, Any]], *, quick: bool = False
) -> list[Workload]:
    """The workloads of these names or paths, or the default ones and the module's own.

    `own` is what `Target.check` found. A path, "/orders", is a workload of its own; "all" is every
    one. Raises WrongUsageError for a name that is none, or one that a module has given twice.
    """
    modules = [_own(fields) for fields in own]
    known: dict[str, Workload] = {}
    for workload in (*WORKLOADS, *modules):  # a module's own may take the place of one of ours
        if workload in modules and known.get(workload.name) in modules:
            raise WrongUsageError(f"there are two workloads {workload.name!r} in what is compared")
        known[workload.name] = workload
    if not names:
        defaults = QUICK_WORKLOADS if quick else WORKLOADS
        return list(dict.fromkeys(known[w.name] for w in (*defaults, *modules)))
    found: list[Workload] = []
    for name in names:
        if name == "all":
            found += known.values()
        elif name in known:
            found.append(known[name])
        elif name.startswith("/"):
            found.append(_of_path(name))
        else:
            raise WrongUsageError(
                f"there is no workload {name!r}; there are {', '.join(known)}, all, "
                'and any path that starts with "/"'
            )
    return list(dict.fromkeys(found))


def _own(fields: dict[str, Any]) -> Workload:
    name, path, beside = fields["name"], fields["path"], fields["beside"]
    return Workload(
        name,
        path,
        title=name.replace("-", " ").capitalize(),
        question=fields["question"] or f"The module's own: {path}",
        method=fields["method"],
        headers=tuple((str(header), str(value)) for header, value in fields["headers"]),
        body=fields["body"],
        rate=fields["rate"],
        beside=Beside(**beside) if beside else None,
    )


def _of_path(path: str) -> Workload:
    try:
        check_path(path)
    except ValueError as error:
        raise WrongUsageError(str(error)) from error
    return Workload(path, path, path, "Asked for from the command line.")


def refusal(port: int, workload: Workload) -> str:
    """Why a server on `port` can't be measured on a workload; "" when it answers 2xx."""
    reason = refused(port, workload.method, workload.path, workload.body, dict(workload.headers))
    if workload.beside is not None and not reason:
        reason = refused(port, "GET", workload.beside.path)
    return reason


def refused(
    port: int,
    method: str,
    path: str,
    body: str = "",
    headers: dict[str, str] | None = None,
    timeout: float = PROBE_TIMEOUT,
) -> str:
    """Why one request has no good answer; "" when it is answered 2xx."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        fields = {**(headers or {}), "connection": "close"}
        connection.request(method, path, body.encode() or None, fields)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"{method} {path} was not answered ({type(error).__name__})"
    finally:
        connection.close()
    if 200 <= answer.status < 300:
        return ""
    return f"{method} {path} was answered {answer.status}, not 2xx"
