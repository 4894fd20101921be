"""The report in a real browser: made by a real run, read, clicked, at two widths, in print."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.xray.browser import browsing, needs_chromium

ROOT = Path(__file__).parents[2]
SIZE_LIMIT = 1_000_000  # bytes
WIDTHS = (390, 1440)

# For the report six servers are started, two of them at a time.
pytestmark = [pytest.mark.server, needs_chromium, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report of the example: waiting, and a blocked loop."""
    out = tmp_path_factory.mktemp("report")
    options = ["--quick", "--duration", "0.1", "--rounds", "1", "--connections", "4"]
    workloads = ["--workload", "wait", "--workload", "blocked"]
    contenders = ["--contender", "gunicorn-sync", "--contender", "uvicorn"]
    command = ["-m", "lab", "compare", "examples.tasks", *options, *workloads, *contenders]
    subprocess.run([sys.executable, *command, "--out", str(out)], cwd=ROOT, check=True, timeout=100)
    return out / "report.html"


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


@pytest.fixture
def opened(browser, report):
    """Open the report; what goes wrong in the page, or leaves it, is collected and must be none."""
    contexts, wrong = [], []

    def open_(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url))
        page.goto(report.as_uri())
        wrong.remove(report.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def test_the_report_is_one_file_below_a_megabyte(report):
    assert report.stat().st_size < SIZE_LIMIT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(opened, width, scheme):
    page = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_guess_is_answered(opened):
    page = opened()
    card = page.locator("form.guess").first
    card.get_by_label("Your guess, in milliseconds").fill("1")
    card.get_by_role("button", name="Check").press("Enter")
    assert "times too short" in card.locator(".told").inner_text()
    assert card.locator("details").get_attribute("open") is not None
    card.get_by_label("Your guess, in milliseconds").fill("-1")
    card.get_by_role("button", name="Check").click()
    assert card.locator(".told").inner_text() == ""  # nothing that an earlier guess was told
    card.get_by_label("Your guess, in milliseconds").fill(card.get_attribute("data-answer"))
    card.get_by_role("button", name="Check").click()
    assert card.locator(".told").inner_text().endswith("right.")


def test_a_click_on_a_request_lights_up_what_it_waited_for(opened):
    page = opened()
    figure = page.locator("figure.waterfall").first
    assert figure.locator("strong").inner_text() == "gunicorn sync"
    last = figure.get_by_role("button", name="#8 (/wait) had its answer after")
    last.click()
    assert last.get_attribute("aria-pressed") == "true"
    assert figure.locator(".row.lit").count() == 7
    assert "in thread 1 at tasks.py:" in figure.locator(".said").inner_text()
    last.click()
    assert figure.locator(".row.lit").count() == 0
    assert figure.locator(".said").inner_text() == ""


def test_the_blocked_loop_is_red_and_named_by_the_keyboard_too(opened):
    page = opened()
    figure = page.locator("figure.waterfall", has_text="uvicorn").last
    assert figure.locator(".held").count() > 0
    waiting = figure.locator('.row:not(.beside):not([data-by=""])').first
    waiting.focus()
    page.keyboard.press("Enter")
    assert waiting.get_attribute("aria-pressed") == "true"
    assert "on the loop at tasks.py:" in figure.locator(".said").inner_text()
    assert "blocked" in figure.locator(".said").inner_text()


def test_the_table_counts_from_due_or_from_sent(opened):
    page = opened()
    page.get_by_label("sent").check()
    assert page.locator(".of-due").first.is_hidden()
    assert page.locator(".of-sent").first.is_visible()
    page.get_by_label("due").check()
    assert page.locator(".of-due").first.is_visible()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_replay_draws_all_of_a_pair_again(opened, motion):
    page = opened(reduced_motion=motion)
    curtains = page.locator("details.pair").first.locator(".curtain")
    assert curtains.count() == 8  # two servers, in four ways each
    last = curtains.last.element_handle()
    page.get_by_role("button", name="Replay").first.click()
    if motion == "no-preference":
        page.wait_for_function("curtain => Number(curtain.getAttribute('x')) < 360", arg=last)
    page.wait_for_function("curtain => curtain.getAttribute('x') === '360'", arg=last)


def test_a_switch_shows_what_was_recorded_of_time_sleep_and_of_four_workers(opened):
    page = opened()
    pair = page.locator("details.pair").first
    right = pair.locator(".side").last
    assert pair.locator("svg:visible").count() == 2
    assert right.locator(".held:visible").count() == 0
    pair.get_by_label("GET /sleep waits with time.sleep").focus()
    page.keyboard.press("Space")
    assert right.locator(".held:visible").count() == 16  # eight requests, and their loop
    assert "stands still" in right.locator(".shortly:visible").inner_text()
    pair.get_by_label("4", exact=True).check()
    assert pair.locator("figcaption:visible", has_text="WSGI, 4 workers").count() == 1
    assert pair.locator("svg:visible").count() == 2


def test_every_field_button_and_picture_has_a_name(opened):
    nameless = """[...document.querySelectorAll("input, button, svg, .row")].filter(element =>
        !(element.labels?.length || element.ariaLabel || element.textContent.trim() ||
          element.getAttribute("aria-hidden"))).length"""
    assert opened().evaluate(nameless) == 0


CONTRAST = r"""() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const rgb = text => text.match(/[\d.]+/g).map(Number);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const found = rgb(getComputedStyle(e).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll(
      "h1, h2, h3, h4, p, li, td, th, code, text, label, summary")) {
    const style = getComputedStyle(element);
    const ink = rgb(element.tagName === "text" ? style.fill : style.color);
    const [a, b] = [luminance(ink), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push([element.tagName, element.textContent.slice(0, 30), ratio]);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_as_aa_wants(opened, scheme):
    page = opened(color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []  # WCAG 2.2, 1.4.3: 4.5 to 1


def test_it_prints_without_what_only_a_screen_can_do(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator(".replay").first.is_hidden()
    assert page.locator("form.guess .field").first.is_hidden()
    assert page.locator("figure.waterfall svg").first.is_visible()


def test_without_a_script_all_can_still_be_read(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".replay").first.is_hidden()
    page.get_by_text("Show the answer").first.click()
    assert page.locator("form.guess details strong").first.is_visible()
    page.get_by_text("The same in words").first.click()
    assert page.locator("ol.rows li").first.is_visible()
