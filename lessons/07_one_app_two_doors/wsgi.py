"""The WSGI door: it carries out each step by waiting for it in the server's thread."""

import asyncio
import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from life import Answer, App, Call, Life, ReadBody, Step


class WSGIDoor:
    """The callable that gunicorn calls."""

    def __init__(self, site: App) -> None:
        self.site = site

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Drive the life of one request, then answer."""
        life = self.site.life(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        status, text = self.drive(life, environ)
        body = text.encode()
        start_response(
            f"{status} {HTTPStatus(status).phrase}",
            [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))],
        )
        return [body]

    def drive(self, life: Life, environ: dict[str, Any]) -> Answer:
        """Carry out step after step; send in what came of it, or throw in what was raised."""
        try:
            step = next(life)
            while True:
                try:
                    result = self.carry_out(step, environ)
                except Exception as error:
                    step = life.throw(error)
                else:
                    step = life.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a generator's `return`

    def carry_out(self, step: Step, environ: dict[str, Any]) -> Any:
        """What came of a step. Nothing else runs in this thread meanwhile."""
        if isinstance(step, ReadBody):
            return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not isinstance(step, Call):
            raise TypeError(f"a door carries out ReadBody and Call; got {step!r}")
        if inspect.iscoroutinefunction(step.handler):
            return asyncio.run(step.handler(step.body))
        return step.handler(step.body)
