"""What in an x-rayed exchange a real server would not let pass so: a sentence for each.

x-ray reads no socket, so a request that no server would answer has an answer here.
"""

from core.worlds import World
from lab.xray.response import Response, declared_length
from lab.xray.script import Script


def doubts(script: Script) -> list[str]:
    """What is wrong with the framing and the Host of a request."""
    if script.kind == "lifespan":
        return []
    return [sentence for sentence in (_host(script), _framing(script)) if sentence]


def lengths_doubt(world: World, response: Response) -> str:
    """What a server does with a body that is longer than was declared; "" where it is not."""
    length = declared_length(response)
    if length is None or len(response.body) <= length:
        return ""
    declared = f"{length:,} bytes were declared, and {len(response.body):,} came"
    if world == "wsgi":
        return f"WSGI: {declared}; gunicorn sends no more than was declared."
    return f"ASGI: {declared}; uvicorn does not send the chunk that is too much, and hangs up."


def _host(script: Script) -> str:
    hosts = _values(script, "host")
    if len(hosts) < 2:
        return ""
    return f"It has {len(hosts)} Host fields: a server answers 400 to that (RFC 9112, 3.2)."


def _framing(script: Script) -> str:
    lengths, sent = _values(script, "content-length"), sum(map(len, script.chunks))
    if lengths and script.is_chunked:
        return (
            "It has a Content-Length and a Transfer-Encoding: servers refuse that or go by the "
            "second, for it is how requests are smuggled (RFC 9112, 6.1)."
        )
    if len(set(lengths)) > 1 or not all(_is_number(value) for value in lengths):
        return "Its Content-Length is no number: a server answers 400 to that (RFC 9112, 6.3)."
    declared = int(lengths[0]) if lengths else sent
    if declared > sent and not script.is_chunked:
        return (
            f"{declared:,} bytes of body are declared and {sent:,} are sent: a real server would "
            f"wait for {declared - sent:,} more."
        )
    if declared < sent and not script.is_chunked:
        return (
            f"{declared:,} bytes of body are declared and {sent:,} are sent: a real server would "
            "take the rest for the next request."
        )
    return ""


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def _values(script: Script, name: str) -> list[str]:
    return [value for key, value in script.headers if key.lower() == name]
