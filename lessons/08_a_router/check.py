"""The check of exercise 8: a table of cases for the converter, and one for the routes."""

from datetime import date
from types import ModuleType
from typing import Any

from core.worlds import World
from lab.learn.checks import Unmet, expect
from lab.learn.checks.calling import called, told
from lab.testing import Client

DATES = {
    "2026-03-01": date(2026, 3, 1),
    "2024-02-29": date(2024, 2, 29),  # a leap year
    "0033-01-02": date(33, 1, 2),
    "9999-12-31": date(9999, 12, 31),
}
NO_DATES = (  # each with why
    ("latest", "no figures at all"),
    ("", "empty"),
    ("2026-02-30", "no such day"),
    ("2025-02-29", "no leap year"),
    ("0000-01-01", "there is no year 0"),
    ("20260301", "no dashes; `date.fromisoformat` takes it"),
    ("2026-W09-7", "a week, which `date.fromisoformat` takes too"),
    ("2026-3-1", "one figure where two are wanted"),
    ("2026-03-01T10:00", "a time after it"),
    ("2026-03-01\n", 'a line feed after it; in a pattern "$" matches before one'),
    (" 2026-03-01", "a space before it"),
    ("+026-03-01", "a sign"),
    ("２０２６-03-01", "figures that are not ASCII"),  # noqa: RUF001 - that is the case
)
ROUTES = (
    ("/log/2026-03-01", 200, "day 60 of 2026\n"),
    ("/log/latest", 200, "the log called latest\n"),
    ("/log/2026-02-30", 200, "the log called 2026-02-30\n"),
    ("/day/2026-03-01", 200, "Sunday\n"),
    ("/day/2026-02-30", 404, None),
    ("/day/20260301", 404, None),
    ("/", 200, "try /log/2026-03-01\n"),
)
IN_TO_DATE = "`to_date` in exercise.py"
IN_TO_TEXT = "`to_text` in exercise.py"


def check_dates_are_read(exercise: ModuleType) -> None:
    """A text like 2026-03-01 becomes a date."""
    for text, wanted in DATES.items():
        try:
            came = exercise.to_date(text)
        except Exception as error:
            what = f"to_date({text!r})"
            raise Unmet(what, repr(wanted), told(error, exercise), IN_TO_DATE) from error
        expect(came, wanted, what=f"to_date({text!r})", look=IN_TO_DATE)


def check_all_else_is_refused(exercise: ModuleType) -> None:
    """Every other text is a ValueError."""
    for text, why in NO_DATES:
        what, wanted = f"to_date({text!r})", f"a ValueError ({why})"
        try:
            came = repr(exercise.to_date(text))
        except ValueError:
            continue
        except Exception as error:
            came = told(error, exercise)
        raise Unmet(what, wanted, came, IN_TO_DATE)


def check_there_is_a_way_back(exercise: ModuleType) -> None:
    """`to_text` writes what `to_date` reads."""
    for text, day in DATES.items():
        expect(called(exercise, "to_text", day, look=IN_TO_TEXT), text,
               what=f"to_text({day!r})", look=IN_TO_TEXT)  # fmt: skip


def check_the_routes_are_found_in_both_worlds(exercise: ModuleType) -> None:
    """Behind both doors a date goes to its route, all else to the next or to a 404."""
    doors: list[tuple[World, Any]] = [("wsgi", exercise.application), ("asgi", exercise.app)]
    for path, status, text in ROUTES:
        for world, door in doors:
            client = Client(door, world=world)
            try:
                answer = client.get(path)
            finally:
                client.close()
            what = f"GET {path} at the {world.upper()} door"
            look = f"{IN_TO_DATE}; the routes themselves were right"
            expect(answer.status, status, what=f"the status of {what}", look=look)
            if text is not None:
                expect(answer.text, text, what=what, look=look)
