"""Handlers that take nothing and return a `str`: as short as a program can be.

In the directory that holds `examples`; what these two doors hide is in `examples/raw.py`:

    gunicorn examples.pullo:application
    uvicorn examples.pullo:app
    python examples/pullo.py

    python -c 'from examples.pullo import site; print(site.routes)'
"""

from asgi_adapter import ASGIAdapter
from core import App, NotFound, Request
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()


@site.get("/")
def home() -> str:
    return "Saying hi from home."


@site.get("/hello")
async def hello() -> str:
    return "Saying hi from hello."


@site.error(404)
def not_found(request: Request, error: NotFound) -> str:
    return "Not Found!"


application = WSGIAdapter(site)
app = ASGIAdapter(site)

if __name__ == "__main__":
    serve(app)
