"""The pages, as HTML: what a template needs, and nothing that decides anything."""

from datetime import datetime
from pathlib import Path

from lab.compare.kinds import DEFAULT_KINDS, KINDS, Kind
from lab.compare.settings import QUICK
from lab.compare.workloads import QUICK_WORKLOADS, WORKLOADS, Workload
from lab.learn.course import Lesson
from lab.pages import lessons
from lab.pages.chosen import CONNECTIONS, ROUNDS, SECONDS
from lab.pages.filling import Markup, fill, joined
from lab.pages.side_by_side import Row
from lab.pages.store import Past
from lab.xray.presets import PRESETS

PLACES = {"/": "Compare", "/runs": "Past runs", "/xray": "X-ray", "/lessons": "Lessons"}
NONE = Markup("")
STATES = {"finished": "finished", "stopped": "stopped early", "failed": "failed"}
KINDS_OF_BODY = {"text": "text", "form": "a form (urlencoded)", "json": "JSON"}


class Shown:
    """The pages of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self, targets: list[str], *, is_busy: bool) -> Markup:
        """Choose, run, watch."""
        if not targets:
            return self._page("nothing", "Compare", "/", folder=self._folder.name)
        return self._page(
            "start",
            "Compare",
            "/",
            modules=_options(targets, targets[0]),
            against=_options(targets, ""),
            contenders=joined(_contender(kind) for kind in KINDS if kind.name in DEFAULT_KINDS),
            more_contenders=joined(
                _contender(kind) for kind in KINDS if kind.name not in DEFAULT_KINDS
            ),
            workloads=joined(map(_workload, QUICK_WORKLOADS)),
            more_workloads=joined(_workload(it) for it in WORKLOADS if it not in QUICK_WORKLOADS),
            seconds=_number("seconds", "Seconds of each stretch of load", QUICK.duration, SECONDS),
            connections=_number("connections", "Clients at a time", QUICK.connections, CONNECTIONS),
            rounds=_number("rounds", "Rounds", QUICK.rounds, ROUNDS),
            busy="yes" if is_busy else "no",
        )

    def runs(self, past: list[Past]) -> Markup:
        """The list."""
        if not past:
            return self._page("no_runs", "Past runs", "/runs")
        return self._page("runs", "Past runs", "/runs", rows=joined(map(_run, past)))

    def run(self, past: Past) -> Markup:
        """One run: its report, or why there is none."""
        return self._page(
            "run" if past.has_report else "failed_run",
            f"Run {past.number}",
            "/runs",
            number=past.number,
            name=past.title,
            detail=past.detail,
            began=_began(past),
            state=STATES[past.state],
            log=past.log,
        )

    def side_by_side(
        self, left: Past, right: Past, rows: list[Row], differences: list[str]
    ) -> Markup:
        """Two runs."""
        return self._page(
            "side_by_side",
            f"Runs {left.number} and {right.number}",
            "/runs",
            left=fill("which_run", number=left.number, name=left.title, began=_began(left)),
            right=fill("which_run", number=right.number, name=right.title, began=_began(right)),
            left_number=left.number,
            right_number=right.number,
            rows=joined(_row(row) for row in rows) if rows else fill("no_rows"),
            differences=joined(fill("item", text=text) for text in differences)
            or fill("item", text="Nothing else: the same settings, versions and machine."),
        )

    def ask_xray(
        self, targets: list[str], given: dict[str, str] | None = None, problem: str = ""
    ) -> Markup:
        """The form of a request; again with what was given, where there was a problem with it."""
        if not targets:
            return self._page("nothing", "X-ray", "/xray", folder=self._folder.name)
        asked = {"method": "GET", "path": "/hello", "headers": "", "body": ""} | (given or {})
        return self._page(
            "ask_xray",
            "X-ray",
            "/xray",
            problem=fill("problem", text=problem) if problem else NONE,
            modules=_options(targets, asked.get("module", targets[0])),
            presets=_choices(
                {name: preset.about for name, preset in PRESETS.items()}, asked.get("preset", "get")
            ),
            kinds=_choices(KINDS_OF_BODY, asked.get("kind", "text")),
            **{name: asked[name] for name in ("method", "path", "headers", "body")},
        )

    def xray(self, number: int, title: str) -> Markup:
        """One x-ray."""
        return self._page("xray", title, "/xray", number=number, name=title)

    def dead_end(self, detail: str) -> Markup:
        """What was asked for is not there, or not asked for as it should be."""
        return self._page("dead_end", "Not here", "", detail=detail)

    def lessons(self) -> Markup:
        """What there is to learn."""
        return self._page("lessons", "Lessons", "/lessons", items=lessons.the_list())

    def lesson(self, lesson: Lesson) -> Markup:
        """One lesson, to be read."""
        title = lesson.title.replace("`", "")
        return self._page("lesson", title, "/lessons", text=lessons.text_of(lesson))

    def _page(self, template: str, title: str, at: str, /, **values: object) -> Markup:
        links = [
            fill("link_here" if place == at else "link", place=place, text=text)
            for place, text in PLACES.items()
        ]
        return fill("layout", title=title, links=joined(links), content=fill(template, **values))


def _contender(kind: Kind) -> Markup:
    about = f"{kind.interface}, {kind.about.format(threads='many').replace('`', '')}"
    if kind.missing:
        return fill("missing_choice", name=kind.name, about=f"pip install {kind.missing}")
    is_on = kind.name in DEFAULT_KINDS
    return _choice("contender", kind.option, kind.name, about, is_on=is_on)


def _workload(workload: Workload) -> Markup:
    is_on = workload in QUICK_WORKLOADS
    return _choice("workload", workload.name, workload.title, workload.shown, is_on=is_on)


def _choice(field: str, value: str, name: str, about: str, *, is_on: bool) -> Markup:
    checked = Markup(" checked") if is_on else NONE
    return fill("choice", field=field, value=value, name=name, about=about, checked=checked)


def _number(field: str, name: str, value: float, bounds: tuple[float, float]) -> Markup:
    low, high = bounds
    step = "1" if isinstance(low, int) else "any"
    return fill("number", field=field, name=name, value=value, low=low, high=high, step=step)


def _options(names: list[str], chosen: str) -> Markup:
    return _choices({name: name for name in names}, chosen)


def _choices(names: dict[str, str], chosen: str) -> Markup:
    return joined(
        fill("option", value=value, text=text, selected=Markup(" selected" * (value == chosen)))
        for value, text in names.items()
    )


def _run(past: Past) -> Markup:
    return fill(
        "run_row",
        number=past.number,
        name=past.title,
        detail=past.detail,
        began=_began(past),
        state=STATES[past.state],
        disabled=NONE if past.has_report else Markup(" disabled"),
    )


def _row(row: Row) -> Markup:
    state = "clear" if row.is_clear else "unclear"
    return fill("side_by_side_row", state=state, **{k: getattr(row, k) for k in Row.__slots__})


def _began(past: Past) -> str:
    return datetime.fromisoformat(past.began).strftime("%Y-%m-%d %H:%M UTC")
