"""The shapes of PEP 3333, for type annotations; and of ASGI, for what is mounted here."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]
ASGIApplication = Callable[[Any, Any, Any], Awaitable[None]]  # scope, receive, send
