"""So many clients ask at once, and each line shows how long one of them waited for its answer.

    python burst.py 16      sixteen clients ask the server on port 8000 for /wait

A mark of a bar stands for 25 ms.
"""

import http.client
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MARK = 0.025  # seconds


def connected(port: int) -> http.client.HTTPConnection:
    """A client that has a connection, and has asked for nothing yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.connect()
    except ConnectionRefusedError:
        raise SystemExit(f"nothing listens on port {port}: start a server first") from None
    return connection


def ask(client: http.client.HTTPConnection) -> float:
    """Ask; the seconds until the answer is there."""
    began = time.perf_counter()
    client.request("GET", "/wait", headers={"Connection": "close"})
    client.getresponse().read()
    return time.perf_counter() - began


def main(count: int) -> None:
    """Let all ask at once, and print their waits, the shortest first."""
    clients = [connected(int(os.environ.get("PORT", "8000"))) for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:  # a thread for each, so that none waits for another
        waits = sorted(pool.map(ask, clients))
    for number, seconds in enumerate(waits, 1):
        print(f"{number:3} {1000 * seconds:6.0f} ms {'#' * round(seconds / MARK)}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
