"""10,000 routes behind two routers: one tries them in turn, one walks along the path."""

from collections.abc import Awaitable, Callable
from typing import Any

from router import RegexRouter, TreeRouter

from lab.compare import workload
from lab.server import serve

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Router = RegexRouter | TreeRouter


def show(item: str) -> str:
    """The handler of every route."""
    return f"item {item}\n"


def filled(router: Router) -> Router:
    """The router with the home page and 10,000 routes, in this order."""
    router.add("/", lambda: "try /shop0/7 or /shop9999/7\n")
    for number in range(10_000):
        router.add(f"/shop{number}/{{item}}", show)
    return router


def answer(router: Router, path: str) -> tuple[int, bytes]:
    """Status and body."""
    found = router.match(path)
    if found is None:
        return 404, b"nothing here\n"
    handler, values = found
    return 200, handler(**values).encode()


def served_by(router: Router) -> Application:
    """An ASGI application that is nothing but this router."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        status, body = answer(router, scope["path"])
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


regex, tree = filled(RegexRouter()), filled(TreeRouter())
regex_app, app = served_by(regex), served_by(tree)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The tree for gunicorn."""
    status, body = answer(tree, environ["PATH_INFO"])
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK" if status == 200 else "404 Not Found", headers)
    return [body]


workload("shop-9", "/shop9/7")(show)  # the 11th route of the list
workload("shop-9999", "/shop9999/7")(show)  # the last

if __name__ == "__main__":
    serve(app)
