"""Who takes part in either world: a name, a file in `peers/`, and whose version is shown."""

from benchmarks.contenders import BARE, TANDEM, Row

BARE_WSGI: Row = (BARE, "bare_wsgi", None)
BARE_ASGI: Row = (BARE, "bare_asgi", None)
TANDEM_WSGI: Row = (TANDEM, "tandem_wsgi", "tandem-web")
TANDEM_ASGI: Row = (TANDEM, "tandem_asgi", "tandem-web")

WSGI_ROWS: tuple[Row, ...] = (
    BARE_WSGI,
    TANDEM_WSGI,
    ("Falcon", "falcon_wsgi", "falcon"),
    ("Bottle", "bottle_wsgi", "bottle"),
    ("Flask", "flask_wsgi", "flask"),
    ("Django", "django_wsgi", "django"),
    ("Pyramid", "pyramid_wsgi", "pyramid"),
    ("microdot", "microdot_wsgi", "microdot"),
)
ASGI_ROWS: tuple[Row, ...] = (
    BARE_ASGI,
    TANDEM_ASGI,
    ("BlackSheep", "blacksheep_asgi", "blacksheep"),
    ("Muffin", "muffin_asgi", "muffin"),
    ("Falcon", "falcon_asgi", "falcon"),
    ("Starlette", "starlette_asgi", "starlette"),
    ("Litestar", "litestar_asgi", "litestar"),
    ("FastAPI", "fastapi_asgi", "fastapi"),
    ("Quart", "quart_asgi", "quart"),
    ("microdot", "microdot_asgi", "microdot"),
)
PEERS = tuple(dict.fromkeys(name for name, _, _ in WSGI_ROWS[2:] + ASGI_ROWS[2:]))


def rows_of(rows: tuple[Row, ...], peers: list[str] | None) -> tuple[Row, ...]:
    """The bare callable, Tandem, and of the peers those that are named; None is all."""
    return tuple(row for row in rows if not peers or row[0] not in PEERS or row[0] in peers)
