"""An app whose routes are made in other modules: `examples/pages/home.py` and `about.py`.

In the directory that holds `examples`:

    gunicorn examples.routers:application
    uvicorn examples.routers:app
    python examples/routers.py

    curl 'localhost:8000/about/careers?role=teacher' -d '{"name": "Ada", "years": 3}'
"""

from asgi_adapter import ASGIAdapter
from core import App
from examples.pages.about import about
from examples.pages.home import home
from lab.server import serve
from wsgi_adapter import WSGIAdapter

site = App()
site.include(home)
site.include(about)

application = WSGIAdapter(site)
app = ASGIAdapter(site)

if __name__ == "__main__":
    serve(app)
