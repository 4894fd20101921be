"""The presets: what a client does where the command line says nothing else."""

from dataclasses import dataclass

from lab.xray.script import Frame, Kind


@dataclass(frozen=True)
class Preset:
    """One of them."""

    about: str
    method: str = "GET"
    kind: Kind = "http"
    chunks: tuple[bytes, ...] = ()
    leaves_after: int | None = None
    breaks: bool = False
    frames: tuple[Frame, ...] = ()


PRESETS = {
    "get": Preset("one GET"),
    "head": Preset("a HEAD: what a GET has but the body", method="HEAD"),
    "post-in-chunks": Preset(
        "a POST whose body comes in three chunks, its length unknown",
        method="POST",
        chunks=(b'{"title": ', b'"in three ', b'chunks"}'),
    ),
    "streaming": Preset(
        "a GET whose answer is read until its end, 1,000 chunks at most", leaves_after=1000
    ),
    "hang-up": Preset("a GET whose client leaves after the first chunk", leaves_after=1),
    "exception-after-start": Preset(
        "a GET, and an exception that is planted after the first chunk", breaks=True
    ),
    "websocket": Preset(
        "a WebSocket: a text, some bytes, a close", kind="websocket", frames=("hello", b"\x00\xff")
    ),
    "lifespan": Preset("startup and shutdown", kind="lifespan"),
}
