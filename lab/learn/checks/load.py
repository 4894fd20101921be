"""Requests that are sent at once, and all that came back.

answers = at_once(server.port, "/wait", clients=10)
assert [answer.status for answer in answers] == [200] * 10
"""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

PATIENCE = 8.0  # seconds, for one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What one client got."""

    status: int  # 0 where there was no answer
    body: bytes = b""
    sent: float = 0.0  # `perf_counter` when its request was sent
    done: float = 0.0  # and when the answer was whole
    error: str = ""  # why there was none


def at_once(port: int, path: str = "/", *, clients: int, timeout: float = PATIENCE) -> list[Answer]:
    """What each of so many clients got: all are connected before the first sends."""
    start = threading.Barrier(clients)
    with ThreadPoolExecutor(clients) as pool:
        asked = [pool.submit(_ask, port, path, start, timeout) for _ in range(clients)]
        return [future.result() for future in asked]


def seconds_in_all(answers: list[Answer]) -> float:
    """From the first request that was sent to the last answer that was whole."""
    return max(answer.done for answer in answers) - min(answer.sent for answer in answers)


def _ask(port: int, path: str, start: threading.Barrier, timeout: float) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    sent = 0.0
    try:
        connection.connect()
        start.wait(timeout)
        sent = time.perf_counter()
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        return Answer(response.status, response.read(), sent, time.perf_counter())
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
        start.abort()  # who waits for this one waits no longer
        return Answer(0, b"", sent, time.perf_counter(), f"{type(error).__name__}: {error}")
    finally:
        connection.close()
