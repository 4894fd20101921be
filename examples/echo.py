"""The smallest program that reads a request: a query parameter, as text and as JSON.

In the directory that holds `examples`:

    gunicorn examples.echo:application
    uvicorn examples.echo:app                   also with --workers 4
    daphne examples.echo:app
    python examples/echo.py

    curl 'localhost:8000/echo?message=Hello'
"""

from asgi_adapter import ASGIAdapter
from core import App, Request
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()


@site.get("/")
def home() -> str:
    return "Hello, ASGI!"


@site.get("/echo")
def echo(request: Request) -> str:
    return f"You said: {request.query.get('message', '')}"


@site.get("/json")
async def greet_in_json() -> dict[str, str]:
    return {"message": "Hello, JSON!"}


application = WSGIAdapter(site)
app = ASGIAdapter(site)

if __name__ == "__main__":
    serve(app)
