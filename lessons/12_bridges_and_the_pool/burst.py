"""A burst: 120 requests at once, and when they are answered. `python burst.py URL`."""

import asyncio
import sys
from collections import Counter
from time import perf_counter
from urllib.parse import urlsplit

CLIENTS = 120
STEP = 0.1  # seconds


async def main(url: str) -> None:
    """Connect them all, send all requests, and count the answers by tenths of a second."""
    host, port, path = urlsplit(url).hostname, urlsplit(url).port, urlsplit(url).path
    clients = [await asyncio.open_connection(host, port) for _ in range(CLIENTS)]
    began = perf_counter()
    for _, writer in clients:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())

    async def answered(reader: asyncio.StreamReader) -> int:
        await reader.read()
        return int((perf_counter() - began) / STEP)

    answers = Counter(await asyncio.gather(*(answered(reader) for reader, _ in clients)))
    for step in sorted(answers):
        print(f"{step * STEP:3.1f} to {(step + 1) * STEP:3.1f} s: {answers[step]:3} answers")


asyncio.run(main(sys.argv[1]))
