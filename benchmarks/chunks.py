"""The bodies of the streaming cases: everyone sends what these two generators give."""

from collections.abc import AsyncIterator, Iterator

LARGE = (64, 16 * 1024)  # how many chunks, and the bytes of each
SMALL = (256, 16)


def chunks(count: int, size: int) -> Iterator[bytes]:
    """So many chunks of that size, as a `def` makes them; nothing in it blocks."""
    chunk = bytes(size)
    for _ in range(count):
        yield chunk


async def async_chunks(count: int, size: int) -> AsyncIterator[bytes]:
    """The same as an `async def` makes them; nothing in it waits."""
    chunk = bytes(size)
    for _ in range(count):
        yield chunk
