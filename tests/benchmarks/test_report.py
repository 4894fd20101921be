"""What is shown of a run: tables, the chart, results.json."""

import io
import json
from xml.etree import ElementTree

import pytest
from rich.console import Console

from benchmarks.cases import CASES
from benchmarks.contenders import BARE, TANDEM, Contender
from benchmarks.in_process.comparisons import WSGI
from benchmarks.in_process.figures import figures_of
from benchmarks.in_process.standing import standings
from benchmarks.report.chart import chart
from benchmarks.report.costs import costs_tables, ratios_table
from benchmarks.report.growth import growth_table
from benchmarks.report.numbers import three
from benchmarks.report.results import read_results, write_results
from benchmarks.report.scale import Scale, scale_of
from benchmarks.report.servers import servers_table, starts_table
from benchmarks.report.standing import standing_table
from tests.benchmarks.made import everything, in_process

SVG = "{http://www.w3.org/2000/svg}"


def shown(*tables):
    """The tables as text, with the codes of their colours."""
    console = Console(file=io.StringIO(), width=130, force_terminal=True, color_system="standard")
    console.print(*tables)
    return console.file.getvalue()


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_chart_is_well_formed_and_names_everyone():
    found = texts(chart(everything()))

    assert "A & <B>" in found
    assert {"WSGI", "some server", "routes, WSGI"} <= set(found)
    assert "0.40 of A & <B>" in found


def test_the_chart_says_that_a_machine_was_busy():
    assert any("busy" in text for text in texts(chart(everything())))


def test_the_chart_has_colours_for_the_dark():
    assert "prefers-color-scheme: dark" in chart(everything())


@pytest.mark.parametrize("part", ["in process", "servers", "starts", "growth"])
def test_a_chart_can_be_drawn_of_each_part_alone(part):
    results = everything()
    alone = {"machine": results["machine"], part: results[part]}

    assert len(texts(chart(alone))) > 3


def test_a_chart_can_be_drawn_of_a_run_that_was_stopped_at_once():
    assert texts(chart({"machine": everything()["machine"], "in process": {}, "growth": {}}))


def test_nothing_of_the_chart_lies_outside_it():
    root = ElementTree.fromstring(chart(everything()))

    lines = [float(element.attrib["y"]) for element in root.iter(f"{SVG}text")]
    assert max(lines) < float(root.attrib["height"])


def test_a_position_on_an_axis_goes_by_the_logarithm():
    scale = Scale(low=0, high=2, start=0, end=200)

    assert [scale.at(value) for value in (1, 10, 100)] == [0, 100, 200]
    assert [mark for _, mark in scale.marks] == ["1", "10", "100"]


@pytest.mark.parametrize("value", [0, -5, 0.001])
def test_what_is_below_an_axis_is_at_its_beginning(value):
    assert Scale(low=0, high=2, start=10, end=200).at(value) == 10


@pytest.mark.parametrize("values", [[], [5.0], [0.3, 40_000.0]])
def test_an_axis_holds_all_its_values(values):
    scale = scale_of(values, 0, 100)

    assert scale.high > scale.low
    assert all(0 <= scale.at(value) <= 100 for value in values)


def test_results_are_read_as_they_were_written(tmp_path):
    write_results(tmp_path / "results.json", everything())

    found = read_results(tmp_path / "results.json")
    assert found.items() >= json.loads(json.dumps(everything())).items()
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


def test_results_of_another_form_are_refused(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"form": 1}')

    with pytest.raises(ValueError, match="of form 2; got 1"):
        read_results(path)


def test_a_goal_that_is_missed_is_red():
    text = shown(
        standing_table(list(standings(in_process("wsgi", {"text": {TANDEM: 6.0, "Falcon": 10.0}}))))
    )

    assert "\x1b[31m0.60" in text


def test_cases_that_do_not_fit_are_in_a_further_table():
    contender = Contender(BARE, "bare_wsgi", None)
    figures = figures_of({(case.name, BARE): [1.0, 2.0] for case in WSGI[0].cases})

    narrow = list(costs_tables(WSGI[0], [contender], figures, width=100))
    wide = list(costs_tables(WSGI[0], [contender], figures, width=400))

    assert (len(narrow), len(wide)) == (2, 1)
    assert all(case.title in shown(*narrow) for case in CASES)


def test_who_was_wrong_has_no_ratio():
    figures = figures_of({("text", BARE): [1.0, 2.0], ("text", TANDEM): [3.0, 4.0]})
    contenders = [Contender(name, "", None) for name in (BARE, TANDEM, "Falcon")]

    assert "Falcon" in shown(ratios_table(WSGI[0], contenders, figures))


def test_the_tables_of_servers_and_growth_show_what_was_kept():
    results = everything()

    text = shown(
        servers_table("some server", results["servers"]["some server"]),
        starts_table(results["starts"]),
        growth_table(results["growth"]["routes-wsgi"]),
    )

    assert all(part in text for part in ("A & <B>", "12.0", "50", "1,000", "0.04"))


@pytest.mark.parametrize(
    ("value", "told"), [(0.01234, "0.0123"), (12.34, "12.3"), (123.4, "123"), (12_345.6, "12,346")]
)
def test_a_number_is_told_with_three_digits(value, told):
    assert three(value) == told
