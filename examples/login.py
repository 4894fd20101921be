"""A form, and what it sends: urlencoded by a browser, or the same fields as JSON.

In the directory that holds `examples`:

    gunicorn examples.login:application
    uvicorn examples.login:app
    python examples/login.py                    then open localhost:8000/login

    curl localhost:8000/login -d 'name=a&password=b'
    curl localhost:8000/login --json '{"name": "a", "password": "b"}'
"""

from asgi_adapter import ASGIAdapter
from core import App, BadRequest, HTMLResponse, Request, Response
from lab.server import serve
from wsgi_adapter import WSGIAdapter

HOME = '<!doctype html><title>Home</title><h1>Home</h1><p><a href="/login">Log in</a></p>'
FORM = """<!doctype html>
<title>Log in</title>
<form method="post" action="/login">
  <label>Name <input name="name" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Log in</button>
</form>
"""

site = App()


@site.get("/")
def home() -> Response:
    return HTMLResponse(HOME)


@site.get("/welcome/{name}")
def welcome(name: str) -> str:
    return f"Welcome {name}"  # a str is text/plain: in HTML the name would have to be escaped


@site.get("/login")
def show_form() -> Response:
    return HTMLResponse(FORM)


@site.post("/login")
def log_in(request: Request) -> str:
    if request.content_type == "application/json":
        name, password = credentials(request.json())
    else:
        form = request.form()
        name, password = form["name"], form["password"]  # a missing one is answered 400
    return f"{name}:{password}"  # to see what came; a real program never sends a password back


def credentials(value: object) -> tuple[str, str]:
    """The two fields of a JSON object; all else is answered 400."""
    match value:
        case {"name": str(name), "password": str(password)}:
            return name, password
        case _:
            raise BadRequest("a JSON object with the texts 'name' and 'password' is wanted")


application = WSGIAdapter(site)
app = ASGIAdapter(site)

if __name__ == "__main__":
    serve(app)
