import re

import pytest

from lab.module import applications
from lab.xray import Script, Tape
from lab.xray.drive import record
from lab.xray.page import page
from tests.lab.xray.browser import browsing, needs_chromium

pytestmark = needs_chromium

WIDTHS = (390, 1440)
SCRIPT = Script(
    target="/caf%C3%A9?q=%C3%A9",
    headers=[("Host", "localhost:8000"), ("X-A", "1"), ("X-A", "2"), ("X-Long", "word" * 60)],
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page of one request, as a file."""
    served = applications("tests.lab.xray.served")
    sides = {world: record(served[world], world, SCRIPT) for world in ("wsgi", "asgi")}
    path = tmp_path_factory.mktemp("xray") / "page.html"
    path.write_text(page(Tape("served", SCRIPT, sides), []), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser(address):
    """Opened after the page is made: while Playwright runs, this thread can run no other loop."""
    with browsing() as browser:
        yield browser


@pytest.fixture
def opened(browser, address):
    """Open the page; what goes wrong in it, or is asked of another host, fails the test."""
    pages, faults = [], []

    def open_page(width=1440, scheme="light", at=""):
        tab = browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",  # else a click may miss what is being scrolled
        )
        tab.on("console", lambda message: faults.append(message.text))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("request", lambda asked: faults.append(asked.url) if is_foreign(asked.url) else 0)
        tab.goto(address + at)
        pages.append(tab)
        return tab

    def is_foreign(url):
        return url.partition("#")[0] != address and not url.startswith("data:")

    yield open_page
    for tab in pages:
        tab.close()
    assert faults == []


def step(tab):
    """The number of the current step, as the page tells it to a screen reader."""
    return int(re.match(r"Step (\d+) of 8: ", tab.locator("#status").inner_text())[1])


def open_steps(tab):
    return tab.locator(".step .content:visible").count()


def test_the_slider_steps_by_keys(opened):
    tab = opened()
    assert (step(tab), open_steps(tab)) == (1, 1)
    tab.locator("#slider").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert (step(tab), open_steps(tab)) == (3, 3)
    tab.keyboard.press("ArrowLeft")
    assert (step(tab), open_steps(tab)) == (2, 2)
    tab.keyboard.press("End")
    assert (step(tab), open_steps(tab)) == (8, 8)
    tab.keyboard.press("Home")
    assert (step(tab), open_steps(tab)) == (1, 1)
    label = tab.locator("#slider").get_attribute("aria-valuetext")
    assert label == "Step 1 of 8: The request, as the server reads it"


def test_arrow_keys_step_wherever_the_focus_is(opened):
    tab = opened()
    tab.keyboard.press("ArrowRight")
    assert step(tab) == 2
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    assert step(tab) == 1
    tab.keyboard.press("Control+ArrowRight")
    assert step(tab) == 1


def test_the_buttons_step_and_stop_at_either_end(opened):
    tab = opened()
    previous, following = tab.locator("#previous"), tab.locator("#next")
    assert previous.get_attribute("aria-disabled") == "true"
    following.click()
    assert step(tab) == 2
    assert previous.get_attribute("aria-disabled") == "false"
    previous.click()
    assert step(tab) == 1
    tab.locator("#all").click()
    assert open_steps(tab) == 8
    assert following.get_attribute("aria-disabled") == "true"


def test_a_step_is_opened_by_its_title_and_by_the_address(opened):
    tab = opened()
    tab.get_by_role("button", name="The response starts").click()
    assert step(tab) == 3
    assert tab.locator("[aria-current=step]").get_attribute("id") == "step-3"
    assert step(opened(at="#step-5")) == 5


def lit(tab):
    return tab.locator(".lit").evaluate_all("found => found.map(it => it.textContent)")


def test_twins_light_up_for_the_mouse_the_keyboard_and_a_press(opened):
    tab = opened()
    tab.locator("#all").click()
    name = tab.get_by_role("button", name="HTTP_HOST")
    name.hover()
    assert any(text.startswith("Host: localhost") for text in lit(tab))
    tab.mouse.move(0, 0)
    assert lit(tab) == []
    name.focus()
    assert len(lit(tab)) == 2
    name.press("Enter")
    assert name.get_attribute("aria-pressed") == "true"
    tab.get_by_role("button", name="REQUEST_METHOD").focus()
    assert any("GET /caf" in text for text in lit(tab))
    assert any("HTTP_HOST" in text for text in lit(tab))
    name.press("Enter")
    assert name.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_runs_out_of_the_page(opened, width, scheme):
    tab = opened(width, scheme)
    tab.locator("#all").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # what is wider than its box, beside what is hidden from all but screen readers
    wide = tab.evaluate(
        """[...document.querySelectorAll("main *:not(.unseen)")]
        .filter(it => getComputedStyle(it).display !== "inline")
        .filter(it => it.scrollWidth > it.clientWidth + 1)
        .map(it => it.outerHTML.slice(0, 80))"""
    )
    assert wide == []


@pytest.mark.parametrize(("width", "beside"), [(390, False), (1440, True)])
def test_the_columns_are_beside_each_other_where_there_is_room(opened, width, beside):
    tab = opened(width)
    tab.locator("#all").click()
    pair = tab.locator("[data-twin=path].pair")
    wsgi, asgi = (pair.locator(f".field.{world}").bounding_box() for world in ("wsgi", "asgi"))
    assert (wsgi["y"] == asgi["y"]) is beside


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_aa(opened, scheme):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    tab = opened(scheme=scheme)
    tab.locator("#all").click()
    tab.get_by_role("button", name="PATH_INFO").click()
    pale = tab.evaluate(CONTRAST)
    assert pale == []


# The texts whose contrast with what is behind them is too low.
CONTRAST = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const colour = getComputedStyle(it).backgroundColor;
      if (numbers(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.querySelectorAll("main *")) {
    const says = [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
    if (!says || !element.checkVisibility()) continue;
    const two = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.textContent.slice(0, 40)}`);
  }
  return found;
})()"""


def test_it_is_read_and_printed_whole_without_the_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    assert open_steps(tab) == 8
    context.close()


def test_what_can_only_be_done_on_a_screen_is_not_printed(opened):
    tab = opened()
    assert tab.get_by_text("Step through it with the slider").is_visible()
    tab.emulate_media(media="print")
    assert not tab.get_by_text("Step through it with the slider").is_visible()


def test_what_is_still_to_come_is_printed_too(opened):
    tab = opened()
    tab.emulate_media(media="print")
    assert open_steps(tab) == 8


def test_a_step_taller_than_the_window_begins_with_its_heading_from_either_side(opened):
    tab = opened(width=390)
    tab.emulate_media(reduced_motion="reduce")  # it is there at once
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.keyboard.press(key)
    heading = tab.locator(".current h2").bounding_box()
    controls = tab.locator(".controls").bounding_box()
    assert controls["y"] + controls["height"] <= heading["y"] < 844
