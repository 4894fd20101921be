"""Exercise 8: a converter for dates, so that `{day:date}` is a day and nothing else.

A day is written as in /log/2026-03-01. Everything else is no date, and neither is a day that is not
in the calendar: then `to_date` raises ValueError, and the router tries its next way, here
`/log/{name}`.
There are two functions to write, each marked `Your turn`.
"""

from datetime import date

from asgi_adapter import ASGIAdapter
from core import App, Converter
from wsgi_adapter import WSGIAdapter


def to_date(text: str) -> date:
    """The day that this text names. Raises ValueError for all that is not like 2026-03-01."""
    # Your turn: `date.fromisoformat` does most of it, but takes more than it should.
    raise ValueError(f"a date is written like 2026-03-01; got {text!r}")


def to_text(day: date) -> str:
    """The way back, for `url_for`: the text that `to_date` reads as this day."""
    # Your turn.
    return ""


site = App(converters=[Converter("date", to_date, to_text)])
application = WSGIAdapter(site)
app = ASGIAdapter(site)


@site.get("/")
def home() -> str:
    """Where to go from here."""
    return "try " + site.url_for("log_of_a_day", day=date(2026, 3, 1)) + "\n"


@site.get("/log/{day:date}")
def log_of_a_day(day: date) -> str:
    """The log of one day."""
    return f"day {day.toordinal() - date(2026, 1, 1).toordinal() + 1} of 2026\n"


@site.get("/log/{name}")
def log_by_name(name: str) -> str:
    """Every other log."""
    return f"the log called {name}\n"


@site.get("/day/{day:date}")
def day_of_the_week(day: date) -> str:
    """What day of the week it was."""
    return f"{day:%A}\n"
