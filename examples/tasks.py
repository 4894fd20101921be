"""A list of tasks: JSON, a WebSocket, startup and shutdown, a logging middleware.

In the directory that holds `examples`:

    gunicorn examples.tasks:application
    uvicorn examples.tasks:app
    python examples/tasks.py

    curl localhost:8000/tasks -d '{"title": "Read the code"}'

The tasks are kept in memory, so each worker process has a list of its own. The WebSocket, the
startup and the shutdown are on the ASGI side only.

The last routes are workloads: `tandem compare examples.tasks` asks for them on real servers.
The middleware's line is a part of what it measures, at both doors the same: about a microsecond.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from asgi_adapter import ASGIAdapter, WebSocket
from core import App, BadRequest, HTMLResponse, HTTPError, NotFound, Request, Response
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)


@dataclass
class Task:
    """What is to be done."""

    id: UUID
    title: str
    done: bool = False


tasks: dict[UUID, Task] = {}


@site.get("/")
def home() -> Response:
    return HTMLResponse("<h1>Bare Framework</h1><p>It's just callables.</p>")


@site.get("/tasks")
def list_tasks(request: Request) -> list[Task]:
    done = {"true": True, "false": False}.get(request.query.get("done", ""))
    # A copy: another thread may add a task while this one looks through them.
    return [task for task in list(tasks.values()) if done is None or task.done is done]


@site.post("/tasks")
def create_task(request: Request) -> tuple[Task, int]:
    title = json_object(request).get("title")
    if title is None:
        raise BadRequest("title is required")
    task = Task(uuid4(), str(title))
    tasks[task.id] = task
    return task, 201


@site.get("/tasks/{task_id}")
def show_task(task_id: UUID) -> Task:
    if task_id not in tasks:
        raise NotFound()
    return tasks[task_id]


@site.patch("/tasks/{task_id}")
def change_task(request: Request, task_id: UUID) -> Task:
    changes = json_object(request)
    task = show_task(task_id)
    if "title" in changes:
        task.title = str(changes["title"])
    if "done" in changes:
        task.done = bool(changes["done"])
    return task


@site.delete("/tasks/{task_id}")
def delete_task(task_id: UUID) -> Task:
    task = tasks.pop(task_id, None)  # of two that delete it at once only one gets it
    if task is None:
        raise NotFound()
    return task


def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; all else is answered 400."""
    fields = request.json()
    if not isinstance(fields, dict):
        raise BadRequest("a JSON object is wanted")
    return fields


@site.error(400)
def tell_what_is_wrong(request: Request, error: HTTPError) -> dict[str, str]:
    return {"error": error.detail}


@site.error(404)
def tell_that_nothing_is_there(request: Request, error: HTTPError) -> dict[str, str]:
    return {"error": "not found"}


@site.middleware
def log_requests(request: Request) -> Generator[None, Response, Response]:
    began = perf_counter()
    status = 500  # for a bug, which passes through here before it becomes a response
    try:
        response = yield
        status = response.status
        return response
    finally:
        milliseconds = (perf_counter() - began) * 1000
        # Quoted again: a line feed in a path would else begin a line of the client's own.
        write_line(f"{request.method} {quote(request.path)} → {status} ({milliseconds:.1f}ms)")


def write_line(line: str) -> None:
    """Write to stderr, in one piece, so that the lines of two threads never mix."""
    sys.stderr.write(line + "\n")


@app.on_startup
def say_ready() -> None:
    write_line("App started. Ready to serve.")


@app.on_shutdown
def say_goodbye() -> None:
    write_line("App stopping. Cleaning up.")


@app.websocket("/ws")
async def echo(websocket: WebSocket) -> None:
    async with websocket:
        await websocket.send_text("Welcome! Type messages to see them echoed.")
        async for message in websocket:
            if isinstance(message, str):
                answer = {"type": "echo", "original": message, "upper": message.upper()}
            else:
                answer = {"type": "error", "error": "send text, please"}
            await websocket.send_json(answer)


# The workloads of `tandem compare`.


@site.get("/hello", inline=True)  # it never blocks: uvicorn calls it without a thread
def hello() -> str:
    return "Hello, world!"


@site.get("/wait")
async def wait() -> str:
    await asyncio.sleep(0.05)  # as for a database
    return "waited"


@site.get("/cpu")  # in a thread, so that uvicorn's event loop gets its turn meanwhile
def compute() -> str:
    return str(sum(number * number for number in range(200_000)))


@site.get("/fan-out")
async def fan_out() -> str:
    await asyncio.gather(*(asyncio.sleep(0.05) for _ in range(10)))  # ten calls, side by side
    return "ten answers"


@site.get("/stream")
async def stream() -> AsyncIterator[bytes]:
    for number in range(10):
        await asyncio.sleep(0.05)
        yield f"line {number}\n".encode()


@site.get("/sleep")
async def sleep() -> str:
    time.sleep(0.05)  # noqa: ASYNC251 - a mistake on purpose: what /wait is without its `await`
    return "slept"


@site.get("/blocked")
async def blocked() -> str:
    time.sleep(0.1)  # noqa: ASYNC251 - a mistake on purpose: nothing else runs on the event loop
    return "slept"


if __name__ == "__main__":
    serve(app)
