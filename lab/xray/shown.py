"""Values and times as the views show them, in the terminal and on the page alike."""

from typing import Any

from lab.xray.marks import marked, unmarked

MOST = 400  # characters of a value


def shown(value: Any) -> str:
    """A value as Python writes it, cut where it is long; an object by its type's name."""
    if isinstance(value, (str, bytes)):
        more = len(value) - MOST
        unit = "bytes" if isinstance(value, bytes) else "characters"
        return repr(value) if more <= 0 else f"{value[:MOST]!r} and {more:,} {unit} more"
    if isinstance(value, (bytearray, memoryview)):
        return f"{type(value).__name__}({shown(bytes(value))})"
    return _cut(repr(unmarked(marked(value))))


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]} and {len(text) - MOST:,} characters more"


def printable(text: str) -> str:
    """A text that is not ours, in which no control character steers the terminal."""
    return "".join(it if it.isprintable() or it == "\n" else repr(it)[1:-1] for it in text)


def milliseconds(nanoseconds: int) -> str:
    """A time with its unit: "0.42 ms"."""
    return f"{nanoseconds / 1e6:,.2f} ms"


def lines(data: bytes) -> list[str]:
    """Bytes of the wire as text: line ends and what can't be printed written as escapes."""
    cut = data[: 10 * MOST]
    texts = [repr(line)[2:-1].replace("\\'", "'") for line in cut.split(b"\n")]
    ended = [f"{text}\\n" for text in texts[:-1]] + ([texts[-1]] if texts[-1] else [])
    return ended if len(cut) == len(data) else [*ended, f"... {len(data) - len(cut):,} bytes more"]
