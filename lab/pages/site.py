"""The routes of the lab: what is asked for, and what is answered.

A handler that waits for a process, or for news of one, is an `async def`. One that reads files is a
`def`: the ASGI side runs it in a thread, so that a slow disk holds up no page that grows live.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import lab.compare
from asgi_adapter import ASGIAdapter
from core import (
    App,
    BadRequest,
    EventStream,
    FileResponse,
    HTMLResponse,
    HTTPError,
    NotFound,
    RedirectResponse,
    Request,
    Response,
    last_event_id,
)
from core.pages import accepts, error_page
from lab.pages.chosen import ChosenComparison, ChosenRequest
from lab.pages.documents import document
from lab.pages.guard import ENTRANCE, Guard, protect
from lab.pages.lessons import lesson_of, picture_of
from lab.pages.modules import targets_in
from lab.pages.runs import Runs
from lab.pages.shown import Shown
from lab.pages.side_by_side import differences, read, rows
from lab.pages.store import Store
from lab.pages.xrays import XRays

STATIC = Path(__file__).with_name("static")
# The live page looks as the report does, whose styles these are.
STYLES = {
    "house.css": Path(lab.compare.__file__).parents[1] / "house.css",
    "report.css": Path(lab.compare.__file__).with_name("page.css"),
}
FILES = {file.name: file for file in STATIC.iterdir()} | STYLES
MAX_BODY = 1_000_000  # bytes of a form


def make_app(folder: Path, store: Store, runs: Runs, guard: Guard) -> ASGIAdapter:
    """The pages for the modules of a folder, for whom the guard lets in."""
    site = App(max_body=MAX_BODY)
    site.middleware(protect)
    site.middleware(guard)
    site.get(ENTRANCE, inline=True)(guard.enter)  # one after the other: a ticket is used once
    shown = Shown(folder)
    _add_comparing(site, folder, runs, shown)
    _add_past_runs(site, store, shown)
    _add_xray(site, folder, XRays(folder), shown)
    _add_dead_ends(site, shown)
    _add_the_rest(site, shown)

    @asynccontextmanager
    async def lifespan(_: App) -> AsyncGenerator[None]:
        yield
        await runs.close()

    return ASGIAdapter(site, lifespan=lifespan)


def _add_comparing(site: App, folder: Path, runs: Runs, shown: Shown) -> None:
    @site.get("/")
    def start() -> Response:
        return HTMLResponse(shown.start(targets_in(folder), is_busy=runs.is_busy))

    @site.post("/live")
    async def begin(request: Request) -> tuple[dict[str, str], int]:
        targets = await asyncio.to_thread(targets_in, folder)
        run = runs.start(ChosenComparison.of(request.form(), targets))
        return {"module": " and ".join(run.chosen.targets)}, 202

    @site.get("/live/events")
    async def follow(request: Request) -> Response:
        run = runs.current
        known = run.known_to(last_event_id(request)) if run else 0
        if run is None or (run.is_over and known):
            return Response(status=204)  # so the browser does not come back
        return EventStream(run.follow(known))

    @site.post("/live/stop", shielded=True)
    async def stop() -> Response:
        await runs.stop()
        return Response(status=204)


def _add_past_runs(site: App, store: Store, shown: Shown) -> None:
    @site.get("/runs")
    def all_runs() -> Response:
        return HTMLResponse(shown.runs(store.all()))

    @site.get("/runs/{number}")
    def one_run(number: int) -> Response:
        return HTMLResponse(shown.run(store.get(number)))

    @site.delete("/runs/{number}")
    def delete_run(number: int) -> Response:
        store.delete(number)
        return Response(status=204)

    @site.get("/runs/{number}/report.html")
    def report_as_page(number: int) -> Response:
        return document(store.page(number))

    @site.get("/runs/{number}/report.json")
    def report_as_json(number: int) -> Response:
        name = f'attachment; filename="run-{number}.json"'
        headers = {"content-disposition": name}
        return Response(store.report(number), headers=headers, content_type="application/json")

    @site.get("/side-by-side")
    def two_runs(request: Request) -> Response:
        chosen = request.query.get_all("run")
        if len(chosen) != 2 or not all(number.isdecimal() for number in chosen):
            raise BadRequest("two runs are set side by side, as in /side-by-side?run=1&run=2")
        numbers = sorted(map(int, chosen))
        left, right = (read(store.report(number), number) for number in numbers)
        first, second = (store.get(number) for number in numbers)
        page = shown.side_by_side(first, second, rows(left, right), differences(left, right))
        return HTMLResponse(page)


def _add_xray(site: App, folder: Path, xrays: XRays, shown: Shown) -> None:
    @site.get("/xray")
    def ask() -> Response:
        return HTMLResponse(shown.ask_xray(targets_in(folder)))

    @site.post("/xray")
    async def look(request: Request) -> Response:
        targets = await asyncio.to_thread(targets_in, folder)
        form = request.form()
        try:
            number = await xrays.make(ChosenRequest.of(form, targets))
        except HTTPError as error:
            page = shown.ask_xray(targets, dict(form.items()), error.detail)
            return HTMLResponse(page, error.status)
        return RedirectResponse(f"/xray/{number}", 303)

    @site.get("/xray/{number}")
    def one_xray(number: int) -> Response:
        return HTMLResponse(shown.xray(number, xrays.get(number).title))

    @site.get("/xray/{number}/view.html")
    def view(number: int) -> Response:
        return document(xrays.get(number).page)


def _add_dead_ends(site: App, shown: Shown) -> None:
    def dead_end(request: Request, error: HTTPError) -> Response:
        """A page with a way on for who looks; what a script asks for is told as ever."""
        if not accepts(request, "html"):
            return error_page(request, error)
        return HTMLResponse(shown.dead_end(error.detail), error.status)

    for status in (400, 404):
        site.error(status)(dead_end)


def _add_the_rest(site: App, shown: Shown) -> None:
    @site.get("/lessons")
    def all_lessons() -> Response:
        return HTMLResponse(shown.lessons())

    @site.get("/lessons/{name}")
    def one_lesson(name: str) -> Response:
        return HTMLResponse(shown.lesson(lesson_of(name)))

    @site.get("/lessons/{name}/{file}")
    def picture(name: str, file: str) -> Any:
        return FileResponse(picture_of(name, file))

    @site.get("/static/{name}")
    def file(name: str) -> Any:
        if name not in FILES:
            raise NotFound()
        return FileResponse(FILES[name])
