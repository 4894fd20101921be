"""Runs to be kept, with real reports of made-up figures."""

from dataclasses import replace

from lab.compare.page import page
from lab.compare.report_json import report
from lab.pages.store import Ended
from tests.lab.made import comparison, five


def ended(*rates, title="shop"):
    """A run whose contenders had these rates on hello."""
    made = comparison(*rates, module=title)
    return Ended(
        "2026-01-02T03:04:05+00:00", title, "3 servers", "finished", "", report(made), page(made)
    )


ENDED = ended(five(400, 440), five(90, 110), five(100, 120))
FAILED = replace(ENDED, state="failed", log="no <b>server</b>", report="", page="")
