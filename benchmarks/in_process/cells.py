"""The other two cells of the 2 x 2: a handler of the one world, served in the other."""

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import SLEEP, TEXT
from benchmarks.contenders import TANDEM, Row
from benchmarks.in_process.comparison import Comparison
from benchmarks.rows import BARE_ASGI, BARE_WSGI
from benchmarks.wsgi_exchange import WSGIWorld

TANDEM_WSGI_ASYNC: Row = (TANDEM, "tandem_wsgi_async", "tandem-web")
TANDEM_ASGI_DEF: Row = (TANDEM, "tandem_asgi_def", "tandem-web")

# The cells as they are called where they stand beside the one that is compared.
DEF, ASYNC, INLINE = "Tandem, def", "Tandem, async def", "Tandem, def, inline"

WSGI_ASYNC = Comparison(
    name="wsgi-async",
    title="async def on WSGI",
    world=WSGIWorld,
    rows=(
        BARE_WSGI,
        TANDEM_WSGI_ASYNC,
        (DEF, "tandem_wsgi", None),
        ("asgiref", "asgiref_wsgi", "asgiref"),
        ("a2wsgi", "a2wsgi_bare_wsgi", "a2wsgi"),
        ("a2wsgi, Starlette", "a2wsgi_starlette_wsgi", "starlette"),
        ("Flask[async]", "flask_wsgi_async", "flask"),
        ("Django", "django_wsgi_async", "django"),
    ),
    cases=(TEXT, SLEEP),
    divisor=10,
    waits=True,
    goals={"Flask[async]": 0.25, "a2wsgi": 0.5, "a2wsgi, Starlette": 0.5},
)
ASGI_DEF = Comparison(
    name="asgi-def",
    title="def on ASGI",
    world=ASGIWorld,
    rows=(
        BARE_ASGI,
        TANDEM_ASGI_DEF,
        (INLINE, "tandem_asgi_inline", None),
        (ASYNC, "tandem_asgi", None),
        ("Starlette", "starlette_asgi_def", "starlette"),
        ("FastAPI", "fastapi_asgi_def", "fastapi"),
        ("a2wsgi", "a2wsgi_bare_asgi", "a2wsgi"),
        ("a2wsgi, Flask", "a2wsgi_flask_asgi", "flask"),
        ("Django", "django_asgi_def", "django"),
    ),
    cases=(TEXT,),
    divisor=10,
    waits=True,
    goals={"Starlette": 0.8},
)
