"""The examples as uvicorn serves them in a test, each under a sentinel; /held tells what was told.

`/hold/...` is beside them and holds the loop, so that a sentinel which sees nothing is found out.
"""

import json
import threading

from asgi_adapter import ASGIAdapter
from core import App
from examples import echo, login, pullo, raw, routers, tasks
from lab.sentinel import Sentinel

site = App()


@site.get("/slow")
async def slow():
    threading.Event().wait(0.5)
    return ""


@site.get("/thread")
def in_a_thread():
    threading.Event().wait(0.2)
    return ""


PARTS = {
    "/tasks": tasks.app,
    "/login": login.app,
    "/pullo": pullo.app,
    "/raw": raw.app,
    "/routers": routers.app,
    "/echo": echo.app,
    "/hold": ASGIAdapter(site),
}
SENTINELS = {name: Sentinel(part) for name, part in PARTS.items()}


async def app(scope, receive, send):
    """Each example below its name."""
    if scope["type"] == "lifespan":
        raise ValueError("this application has none")
    first = "/" + scope["path"].split("/")[1]
    if first in SENTINELS:
        return await SENTINELS[first]({**scope, "root_path": first}, receive, send)
    held = {name: [str(it) for it in one.held] for name, one in SENTINELS.items()}
    body = json.dumps(held).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
    return None
