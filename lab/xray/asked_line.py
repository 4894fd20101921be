"""From the words of the command line to a script: METHOD, PATH, options and a preset."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from core.headers import TOKEN
from lab.errors import WrongUsageError
from lab.testing.asked import Asked, asked_for
from lab.xray.presets import PRESETS, Preset
from lab.xray.script import Frame, Script

BASE_URL = "http://localhost:8000"
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Options:
    """What the command line says of a request, beside METHOD and PATH."""

    headers: Sequence[str] = ()  # "Name: value"
    data: Sequence[str] = ()
    json: str | None = None
    chunked: bool = False
    hang_up_after: int | None = None
    send: Sequence[str] = ()  # what a WebSocket's client says
    subprotocols: Sequence[str] = ()


def script_of(
    method: str | None, path: str | None, options: Options, preset_name: str | None
) -> Script:
    """The script of one command line. Raises WrongUsageError for what can't be asked."""
    preset = PRESETS[preset_name or ("websocket" if _is_talk(options) else "get")]
    if _is_talk(options) and preset.kind != "websocket":
        raise WrongUsageError(
            f"--send and --subprotocol are for a WebSocket, and the preset {preset_name} is none"
        )
    body, media_type = _body(options)
    usual = "POST" if body and preset.method == "GET" else preset.method
    method = _method(method or usual, preset)
    if preset.kind == "lifespan":
        if path or options.headers or body:
            raise WrongUsageError("a lifespan is no request: it takes no PATH, header or body")
        return Script(kind="lifespan", headers=[])
    chunks = body or list(preset.chunks)
    is_chunked = options.chunked or (bool(preset.chunks) and not body)
    headers = _headers(options.headers)
    if media_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(media_type)
    asked = _asked(method, _path(path or "/", method), headers, chunks, is_chunked=is_chunked)
    script = Script(
        preset.kind,
        method,
        asked.path + (f"?{asked.query}" if asked.query else ""),
        list(asked.headers),
        chunks if is_chunked else [b"".join(chunks)] if chunks else [],
        breaks=preset.breaks,
        frames=[_frame(text) for text in options.send] or list(preset.frames),
        subprotocols=_subprotocols(options.subprotocols),
    )
    most = options.hang_up_after or preset.leaves_after
    return script if most is None else replace(script, leaves_after=most)


def _is_talk(options: Options) -> bool:
    return bool(options.send or options.subprotocols)


def _frame(text: str) -> Frame:
    """A text; of "@name" what the file holds, as bytes."""
    return _given(text) if text.startswith("@") else text


def _subprotocols(given: Sequence[str]) -> list[str]:
    for name in given:
        if not TOKEN.fullmatch(name):
            raise WrongUsageError(f"a subprotocol is a word such as chat.v1; got {name!r}")
    return list(given)


def _asked(
    method: str, path: str, headers: list[tuple[str, str]], chunks: list[bytes], *, is_chunked: bool
) -> Asked:
    body: Any = chunks if is_chunked else b"".join(chunks)
    return asked_for(method, path, {"headers": headers, "body": body}, BASE_URL, "", [])


def _method(method: str, preset: Preset) -> str:
    if not TOKEN.fullmatch(method) or method.startswith("/"):
        raise WrongUsageError(f"METHOD is a word such as GET or POST; got {method!r}")
    if method != method.upper():
        raise WrongUsageError(f"a method is written in capitals: {method.upper()}, not {method}")
    if preset.kind == "websocket" and method != "GET":
        raise WrongUsageError(f"a WebSocket is asked for by GET; got {method}")
    return method


def _path(path: str, method: str) -> str:
    if path == "*" and method == "OPTIONS":  # RFC 9112, 3.2.4: of the whole server
        return path
    if not path.startswith("/"):
        raise WrongUsageError(f'PATH begins with "/", as in /tasks?done=true; got {path!r}')
    # What no request line holds is percent-encoded; a "#" would be for the browser alone.
    head, question, query = path.partition("?")
    kept = "/%:@!$&'()*+,;=-._~"
    return quote(head, safe=kept) + question + quote(query, safe=kept + "?[]")


def _headers(given: Sequence[str]) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise WrongUsageError(f"a header is written 'Name: value'; got {line!r}")
        if not _is_one_latin_1_line(value):
            raise WrongUsageError(f"a header's value is one line of latin-1 text; got {line!r}")
        headers.append((name, value.strip()))
    return headers


def _is_one_latin_1_line(text: str) -> bool:
    return all(character <= "\xff" and character not in "\r\n\0" for character in text)


def _body(options: Options) -> tuple[list[bytes], tuple[str, str] | None]:
    """The body's parts, and the field that says what it is."""
    if options.json is not None:
        if options.data:
            raise WrongUsageError("a request has one body: --data or --json, not both")
        text = _given(options.json)
        try:
            json.loads(text)
        except ValueError as error:
            raise WrongUsageError(f"--json takes JSON; got {options.json!r} ({error})") from error
        return [text], ("Content-Type", "application/json")
    parts = [_given(part) for part in options.data]
    if not options.chunked and len(parts) > 1:
        parts = [b"&".join(parts)]  # as curl has it
    return parts, _FORM if parts else None


def _given(text: str) -> bytes:
    """The text as UTF-8; of "@name" what the file holds, as with curl."""
    if not text.startswith("@"):
        return text.encode("utf-8", "surrogateescape")
    try:
        return Path(text[1:]).read_bytes()
    except OSError as error:
        raise WrongUsageError(f"{text[1:]} can't be read: {error.strerror}") from error
