"""A program that takes bodies: large ones at one path, at most 1,000 bytes at another; and streams.

Of each stream there are two, read by a `def` and by an `async def`.
"""

import re
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from asgi_adapter import ASGIAdapter
from core import App, Request
from wsgi_adapter import WSGIAdapter

LARGEST = 2_000_000_000  # bytes

site = App(max_body=1_000)  # bytes
lengths: list[int] = []  # of the bodies that /small has taken


@site.post("/large", max_body=1_000_000)
def digest(request: Request) -> str:
    return sha256(request.body).hexdigest()


@site.post("/small")
async def length(request: Request) -> str:
    lengths.append(len(request.body))
    return str(lengths[-1])


@site.get("/lengths")
async def taken() -> list[int]:
    return lengths


# Streams.


@site.post("/def/sum", stream=True, max_body=LARGEST)
def sum_of_stream(request: Request) -> list[int]:
    length = checksum = 0
    for chunk in request.stream:
        length, checksum = length + len(chunk), crc32(chunk, checksum)
    return [length, checksum]


@site.post("/async/sum", stream=True, max_body=LARGEST)
async def async_sum_of_stream(request: Request) -> list[int]:
    length = checksum = 0
    async for chunk in request.stream:
        length, checksum = length + len(chunk), crc32(chunk, checksum)
    return [length, checksum]


@site.post("/def/small", stream=True)
def length_of_stream(request: Request) -> str:
    lengths.append(sum(map(len, request.stream)))
    return str(lengths[-1])


@site.post("/async/small", stream=True)
async def async_length_of_stream(request: Request) -> str:
    lengths.append(sum([len(chunk) async for chunk in request.stream]))
    return str(lengths[-1])


@site.post("/def/first", stream=True, max_body=LARGEST)
def first_byte(request: Request) -> bytes:
    for chunk in request.stream:
        return chunk[:1]
    return b""


@site.post("/async/first", stream=True, max_body=LARGEST)
async def async_first_byte(request: Request) -> bytes:
    async for chunk in request.stream:
        return chunk[:1]
    return b""


@site.post("/def/upper", stream=True, max_body=LARGEST)
def upper(request: Request) -> Iterator[bytes]:
    for chunk in request.stream:
        yield chunk.upper()


@site.post("/async/upper", stream=True, max_body=LARGEST)
async def async_upper(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream:
        yield chunk.upper()


@site.get("/memory")
def memory() -> str:
    """The most that this process has had in memory, in bytes: proc(5), VmHWM."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return str(int(found[1]) * 1_024) if found else "not told"


application = WSGIAdapter(site)
app = ASGIAdapter(site)
