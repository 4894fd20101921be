"""Credentials are masked in what is shown and saved: Authorization, Cookie, Set-Cookie.

What is no secret stays readable: the scheme, the cookies' names and attributes. The word MASK has
no space or ";" in it, so that a masked request is still one that can be sent.
"""

import re
from dataclasses import replace
from typing import Any

from lab.xray.recording import Event, Recording
from lab.xray.response import as_text
from lab.xray.script import Script

MASK = "masked"

_SCHEMES = ("authorization", "proxy-authorization")
_COOKIES = ("cookie",)
_SETTING = ("set-cookie", "set-cookie2")
_WRONG = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]|\s+$")


def masked_script(script: Script) -> Script:
    """The script without its secrets."""
    headers = [(name, masked_value(name, value)) for name, value in script.headers]
    return replace(script, headers=headers)


def masked_recording(recording: Recording) -> Recording:
    """A recording without its secrets; the first is left as it is."""
    return Recording(recording.world, [_masked_event(event) for event in recording.events])


def masked_value(name: str, value: str) -> str:
    """A header field's value without its secret."""
    name = name.lower().replace("_", "-").removeprefix("http-")
    if name in _SCHEMES:
        return re.sub(r"^([\w-]+\s+)?(\S.*)$", _hidden, value, flags=re.S)
    if name in _COOKIES:
        return re.sub(r"((?:^|;)\s*(?:[^;=]*=)?)([^;]*)", _hidden, value) if value else ""
    if name in _SETTING:
        return re.sub(r"^([^=;]*=)?([^;]*)", _hidden, value)
    return value


def _hidden(found: re.Match[str]) -> str:
    """The mask, and of the secret only what no field may have: a check is to find it still."""
    return (found[1] or "") + MASK + "".join(_WRONG.findall(found[2]))


def _masked_event(event: Event) -> Event:
    details = {name: _masked(name, held) for name, held in event.details.items()}
    return replace(event, details=details)


def _masked(name: str, value: Any) -> Any:
    """An environ, scope, message or list of fields without secrets; all else as it is."""
    if isinstance(value, dict):
        return {key: _masked(str(key), held) for key, held in value.items()}
    if name == "headers" and isinstance(value, (list, tuple)):
        fields = [_masked_field(field) for field in value]
        return fields if isinstance(value, list) else tuple(fields)
    if isinstance(value, str):
        return masked_value(name, value)
    return value


def _masked_field(field: Any) -> Any:
    """A pair of texts or bytes, mixed too; what is no pair is a mistake, and shown as it is."""
    if not isinstance(field, (list, tuple)) or len(field) != 2:
        return field
    name, value = field
    text = masked_value(as_text(name), as_text(value))
    if isinstance(value, bytes):
        value = text.encode("latin-1", "backslashreplace")
    elif isinstance(value, str):
        value = text
    return (name, value) if isinstance(field, tuple) else [name, value]
