"""An App with something of everything, for `explain` and `routes`; no handler of it may be run."""

import functools
import gc

from asgi_adapter import ASGIAdapter
from core import App
from core.converters import Converter
from wsgi_adapter import WSGIAdapter


def even(text):
    if int(text) % 2:
        raise ValueError(f"an even number is wanted; got {text!r}")
    return int(text)


def broken(text):
    raise KeyError(text)


def never():
    raise AssertionError("nothing of the user's is called")


site = App(converters=[Converter("even", even, rank=0), Converter("broken", broken, rank=9)])
admin = App(redirect_slashes=True)


@site.middleware
def outer(request):
    yield never()


@admin.middleware
def inner(request):
    yield never()


@site.error(404)
def nothing_there(request, error):
    never()


@admin.error(ValueError)
async def wrong_value(request, error):
    never()


@site.get("/")
def home():
    never()


@site.get("/tasks/new")
def new():
    never()


@site.get("/tasks/{task_id}")
async def show(task_id: int):
    never()


@site.route("/tasks/{name}", ["PUT", "PATCH"], name="rename", max_body=1_000)
def change(request, name):
    never()


@site.get("/tasks/{number:even}")
def even_task(number):
    never()


@site.get("/files/{rest:path}")
def file(rest):
    yield never()


@site.get("/files/v{major:int}")
def version(major):
    never()


@site.post("/upload", stream=True, shielded=True)
async def upload(request):
    never()


@site.get("/fast", inline=True)
def fast():
    never()


@site.route("/fast", ["HEAD"])
def fast_head():
    never()


@site.get("/rows")
async def rows():
    yield never()


@site.get("/broken/{x:broken}")
def break_it(x):
    never()


def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments, **options):
        return function(*arguments, **options)

    return wrapper


@admin.get("/users/{user_id:int}")
@decorated
def user(user_id):
    never()


class Callable:
    def __call__(self, request):
        never()


admin.get("/list/", name="list")(functools.partial(never))
admin.get("/object")(Callable())
admin.get("/builtin")(gc.get_count)  # not written in Python
site.mount("/admin", admin)
site.mount("/admin/deep", App())
site.get("/admin/status")(never)


class Native:
    def __init__(self, application, **options):
        self.application = application


def other(environ, start_response):
    never()


async def foreign(scope, receive, send):
    never()


application = WSGIAdapter(site)
app = ASGIAdapter(site, threads=3)
application.add_middleware(Native)
application.on_startup(never)
application.mount("/other/é", other)
app.mount("/foreign", foreign)
app.mount("/bridged", other)
shared = WSGIAdapter(admin, loop="shared")


@app.websocket("/ws/{room}")
async def chat(websocket, room):
    never()


@app.websocket("/broken/{x:broken}")
async def broken_chat(websocket, x):
    never()
