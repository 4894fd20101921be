import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console

from lab.compare.charts import bars, curves, timelines
from lab.compare.contenders import Contender
from lab.compare.page import page
from lab.compare.report_json import FORMAT, report
from lab.compare.terminal import show
from lab.compare.workloads import WORKLOADS, choose
from lab.compare.yardsticks import HALF, RATE
from tests.lab.made import SAMPLE, comparison, five

RATES = (five(100, 120), five(200, 220), five(410, 430))
HOSTILE = "<script>alert('x')</script>&\"shop"


@pytest.fixture
def made():
    return comparison(*RATES)


def shown(comparison):
    console = Console(file=StringIO(), width=80)
    show(comparison, console)
    return console.file.getvalue()


class Outline(HTMLParser):
    """Checks that elements nest, and collects their names and attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.attributes = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_one_file_that_loads_nothing(made):
    outline = Outline(page(made))
    assert not {"link", "img", "iframe"} & set(outline.names)
    assert outline.names.count("script") == 1
    assert not {"src", "style", "onclick"} & {name for name, _ in outline.attributes}
    places = [value for name, value in outline.attributes if name == "href"]
    assert all(("id", place.removeprefix("#")) in outline.attributes for place in places)
    assert not re.search(r"https?://|url\(|@import", page(made))


def test_the_page_says_what_came_out_before_the_charts(made):
    text = page(made)
    assert text.index("uvicorn answered the most, 2 times gunicorn gthread") < text.index("<svg")
    assert text.index("<svg") < text.rindex("How to read it")
    assert "420 (410 to 430)" in text
    assert "One app, three servers" in text


def test_an_option_in_a_note_is_not_broken_at_the_end_of_a_line():
    text = page(comparison(five(100, 310), five(100, 110)))
    assert '<p class="note">gunicorn sync: the best round' in text
    assert "or longer (<code>--duration</code>)." in text


def test_the_pages_script_is_the_one_that_its_policy_names(made):
    text = page(made)
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_failures_are_said_at_the_top_of_the_page(made):
    made.failures["uvicorn"] = "<it fell over>"
    assert '<p class="alert" role="note">uvicorn failed: &lt;it fell over&gt;</p>' in page(made)
    assert "uvicorn failed: <it fell over>" in shown(made)


def test_times_since_due_and_since_sent_are_both_in_the_table(made):
    assert '<span class="of-due">50 ms</span><span class="of-sent">25 ms</span>' in page(made)


def test_a_workload_that_nobody_has_is_said_once(made):
    for cell in made.of(WORKLOADS[1]):
        cell.left_out = "GET /wait was answered 404, not 2xx"
    assert "GET  /wait" not in shown(made)
    assert page(made).count("50 ms of waiting") == 1


def test_the_page_suits_light_and_dark_and_narrow_screens(made):
    text = page(made)
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text
    assert "@media (max-width" in text


def test_every_chart_says_in_words_what_it_shows(made):
    charts = re.findall(r'<svg class="chart"[^>]*>', page(made))
    assert len(charts) == len(WORKLOADS) + 2  # bars for each; two more where there are answers
    assert all('role="img" aria-label="' in chart for chart in charts)
    assert "gunicorn sync half within 50 ms, 99 % within 99 ms" in charts[1]
    assert "Latency over time, Hello: gunicorn sync at most 100 ms" in charts[2]


def test_the_page_holds_commands_versions_machine_and_seed(made):
    text = page(made)
    assert "python -m gunicorn --workers 1 --worker-class sync" in text
    assert "gunicorn 23" in text
    assert "A processor, 2 cores" in text
    assert "seed 0" in text


def test_a_page_that_was_cut_short_says_so(made):
    assert "cut short" not in page(made)
    made.cut_short = True
    assert "This run was cut short" in page(made)
    assert "cut short" in shown(made)


def test_a_page_without_any_results_is_still_a_page():
    made = comparison()
    assert "Not measured." in page(made)
    assert "not measured" in shown(made)
    assert Outline(page(made)).names.count("svg") == len(WORKLOADS)


def test_hostile_words_are_escaped_in_the_page():
    made = comparison(*RATES, module=HOSTILE)
    made.contenders[0] = Contender(HOSTILE, "WSGI", HOSTILE, (HOSTILE,))
    made.cell("gunicorn sync", "hello").contender = made.contenders[0]
    made.cell("uvicorn", "wait").left_out = HOSTILE
    made.cell("uvicorn", "hello").samples[0].errors[HOSTILE] = 1
    made.machine.versions[HOSTILE] = HOSTILE
    text = page(made)
    Outline(text)
    assert text.count("<script>") == 1
    assert "&lt;script&gt;" in text


def test_hostile_words_do_not_break_the_table(made):
    made.cell("uvicorn", "hello").left_out = "[/bold] [red]"
    assert "[/bold] [red]" in shown(made)


def test_what_is_left_out_is_named_in_page_and_table(made):
    made.cell("uvicorn", "wait").left_out = "GET /wait was answered 404, not 2xx"
    said = "left out for uvicorn: GET /wait was answered 404"
    assert said in page(made)
    assert said in " ".join(shown(made).split())


def test_the_table_fits_a_terminal_of_80_columns(made):
    lines = shown(made).splitlines()
    assert any(
        re.search(r"^uvicorn +420 +410 +430 +50 ms +99 ms +1\.\d+ ms +25\.0 +0", x) for x in lines
    )
    assert max(map(len, lines)) <= 80


def test_a_machine_without_proc_leaves_the_columns_empty(made):
    for cell in made.cells:
        cell.samples = [replace(s, cpu_seconds=None, memory_bytes=None) for s in cell.samples]
    assert "n/a" in page(made)
    assert re.search(r"^uvicorn +420.* n/a +n/a", shown(made), re.M)


def test_the_json_report_is_versioned_and_whole(made):
    document = json.loads(report(made))
    assert document["format"] == FORMAT == "tandem-compare/2"
    assert document["cut_short"] is False
    assert document["settings"]["seed"] == 0
    assert len(document["contenders"]) == 3
    assert len(document["cells"]) == 3 * len(WORKLOADS)
    cell = document["cells"][2]
    assert (cell["contender"], cell["workload"]) == ("uvicorn", "hello")
    assert cell["rate"] == {"median": 420, "low": 410, "high": 430}
    assert [one["rate"] for one in cell["rounds"]] == [410, 410, 420, 430, 430]
    assert cell["rounds"][0]["p99"] == 0.099
    assert document["cells"][3]["rate"] is None


def test_a_round_without_answers_has_no_percentiles(made):
    cell = made.cell("uvicorn", "hello")
    cell.samples = [replace(SAMPLE, answered=0, seconds=0.0, latencies=[], errors={"timed out": 9})]
    found = json.loads(report(made))["cells"][2]
    assert found["rate"]["median"] == 0
    assert found["rounds"][0]["p50"] is None
    assert found["latency_curve"] == []
    assert "timed out: 9" in page(made)


def test_a_bar_is_as_long_as_its_share_of_the_highest_round(made):
    widths = re.findall(
        r'class="bar c\d" x="0" y="\d+" width="([\d.]+)"', bars(made.cells[:3], RATE, "x")
    )
    assert [round(float(width) / 358 * 430) for width in widths] == [110, 210, 420]


def test_curves_of_equal_times_are_still_drawn(made):
    for cell in made.cells:
        cell.samples = [replace(sample, latencies=[0.05] * 100) for sample in cell.samples]
    assert curves(made.of(WORKLOADS[0]), "x").count('class="curve') == 3


@pytest.mark.parametrize("slowest", [0.0004, 0.3, 900.0])
def test_the_curves_axis_holds_every_time(made, slowest):
    for cell in made.cells:
        cell.samples = [
            replace(sample, latencies=[0.0001] * 99 + [slowest]) for sample in cell.samples
        ]
    heights = re.findall(r"[ML][\d.]+ (-?[\d.]+)", curves(made.of(WORKLOADS[0]), "x"))
    assert all(0 <= float(height) <= 230 for height in heights)


def test_a_path_from_the_command_line_is_its_own_title():
    made = comparison(*RATES)
    (workload,) = choose(["/search"], [])
    for cell in made.of(WORKLOADS[0]):
        cell.workload = workload
    made.workloads[0] = workload
    assert "<h3>/search</h3>" in page(made)


def test_a_bar_may_stand_for_a_time(made):
    made.cells[1].samples = [replace(sample, latencies=[]) for sample in made.cells[1].samples]
    drawn = bars(made.cells[:2], HALF, "x")
    assert "50 ms" in drawn
    assert "no answer" in drawn


def test_latency_over_time_shows_each_servers_worst_round(made):
    drawn = timelines(made.of(WORKLOADS[0]), "x")
    assert drawn.count('class="curve') == 3
    assert "300 ms" in drawn  # as long as requests were due
    assert timelines(made.of(WORKLOADS[1]), "x") == ""


def test_a_server_without_answers_has_no_line_over_time(made):
    made.cells[0].samples = [replace(sample, timeline=[]) for sample in made.cells[0].samples]
    assert timelines(made.of(WORKLOADS[0]), "x").count('class="curve') == 2


@pytest.mark.parametrize(
    ("rate", "beside", "columns"),
    [
        (None, False, "answers/s +lowest +highest +p50 +p99"),
        (50.0, False, "p99 +lowest +highest +p50 +answers/s"),
        (None, True, "p50 +lowest +highest +p99 +answers/s"),
    ],
)
def test_the_tables_first_figure_is_the_one_that_judges(made, rate, beside, columns):
    made.settings = replace(made.settings, rate=rate)
    if beside:
        for cell in made.of(WORKLOADS[4]):
            cell.samples = [SAMPLE]
        made.workloads = [WORKLOADS[4]]
    assert re.search(columns, shown(made))


def test_a_server_that_answered_nothing_has_no_times_in_the_table(made):
    for cell in made.of(WORKLOADS[4]):
        cell.samples = [replace(SAMPLE, latencies=[], since_sent=[], answered=0)]
    assert re.search(r"^uvicorn +n/a +n/a +n/a", shown(made), re.M)
