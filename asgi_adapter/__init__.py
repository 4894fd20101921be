"""The ASGI door (ASGI 3.0): `app = ASGIAdapter(site)`, for `uvicorn module:app`.

Read `adapter`, then `driver`; its twin is `wsgi_adapter`, file by file. WebSockets are on this side
only.
"""

import core

if not hasattr(core, "App"):
    raise ImportError(f"Tandem's package `core` is hidden by another one: {core.__path__}")

from asgi_adapter.adapter import ASGIAdapter
from asgi_adapter.websocket import WebSocket
from asgi_adapter.websocket_phases import WebSocketDisconnect, WebSocketStateError, WrongFrame

__all__ = ["ASGIAdapter", "WebSocket", "WebSocketDisconnect", "WebSocketStateError", "WrongFrame"]
