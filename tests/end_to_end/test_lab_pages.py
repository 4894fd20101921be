"""`tandem lab` in a real browser: real servers compared, stopped half-way, requests x-rayed."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from lab.pages.store import Store
from lab.processes import running
from tests.end_to_end.test_compare_page import CONTRAST
from tests.lab.pages.kept import ENDED
from tests.lab.xray.browser import browsing, needs_chromium

ROOT = Path(__file__).parents[2]
DEADLINE = 20.0  # seconds
WIDTHS = (390, 1440)
MODULE = """
import asyncio
from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)

@site.get("/hello")
def hello() -> str:
    return "Hello!"

@site.get("/wait")
async def wait() -> str:
    await asyncio.sleep(0.05)
    return "waited"
"""
PICKY = "import sys\nif 'gunicorn' in sys.modules: raise RuntimeError('not <b>here</b>')\n"

pytestmark = pytest.mark.server


class Lab:
    """A `tandem lab` in a process of its own, all of whose processes can be found."""

    def __init__(self, folder, *options):
        self.marker = f"lab-{os.getpid()}-{time.monotonic_ns()}"
        places = (str(ROOT), os.environ.get("PYTHONPATH", ""))
        variables = {"PYTHONPATH": os.pathsep.join(filter(None, places)), "MARKER": self.marker}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab", "lab", "--no-browser", *options, str(folder)],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        told = ""
        while "/enter?token=" not in told:
            told = self.process.stdout.readline()
            assert told or self.process.poll() is None, self.process.stdout.read()
        self.address = told.strip()
        self.home = self.address.partition("/enter")[0]
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def asked(self, path, form=None):
        """The answer to a request without a browser; let in by the cookie that a first one gets."""
        self._opener.open(self.address, timeout=DEADLINE).close()
        request = urllib.request.Request(self.home + path, form, {"Origin": self.home})
        return self._opener.open(request, timeout=DEADLINE)

    def others(self):
        """The ids of its processes that are alive, without the first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"MARKER={self.marker}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return [pid for pid in found if pid != self.process.pid]

    def end(self, number=signal.SIGINT):
        """Its exit code, and what it wrote."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, said


@contextmanager
def lab_for(folder, *options):
    lab = Lab(folder, "--port", "0", *options)
    try:
        yield lab
    finally:
        if lab.process.poll() is None:
            lab.end(signal.SIGTERM)


def until(condition):
    limit = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a module, and one that gunicorn can't import."""
    place = tmp_path_factory.mktemp("shop")
    (place / "shop.py").write_text(MODULE)
    (place / "picky.py").write_text(PICKY + MODULE.replace('"/wait"', '"/other"'))
    return place


@pytest.fixture(scope="module")
def lab(folder):
    with lab_for(folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with browsing() as found:
        yield found


@pytest.fixture
def opened(browser, lab):
    """Enter, and open a page; what goes wrong, or is asked of another host, fails the test."""
    contexts, faults = [], []

    def open_page(path="/", address=lab.address, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        home = address.partition("/enter")[0]
        tab.on("console", lambda message: faults.append(message.text))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on(
            "request",
            lambda asked: None if asked.url.startswith(home + "/") else faults.append(asked.url),
        )
        tab.goto(address)
        tab.wait_for_url(home + "/")
        if path != "/":
            tab.goto(home + path)
        return tab

    open_page.refusals = 0  # that a test asks for; the browser writes each into its console
    yield open_page
    for context in contexts:
        context.close()
    refused = [fault for fault in faults if "status of 422" in fault]
    assert len(refused) == open_page.refusals
    assert [fault for fault in faults if fault not in refused] == []


def choose(tab, module="shop", rounds=1, seconds="0.05"):
    """A short comparison."""
    tab.select_option("#module", module)
    for name in ("gunicorn-gthread", "hello", "cpu"):
        tab.uncheck(f"input[value={name}]")
    for name, value in {"seconds": seconds, "connections": "2", "rounds": str(rounds)}.items():
        tab.fill(f"#{name}", value)


def measured(tab):
    """Wait for the first figure; where the run fails before it, say why."""
    tab.wait_for_selector(".score rect, #outcome *", timeout=40_000)
    assert tab.locator("#outcome pre").all_inner_texts() == []


def over(tab, title):
    """Wait until the run is over, and see that it ended in this way."""
    tab.wait_for_selector("#outcome *", timeout=90_000)
    said = tab.locator("#outcome").inner_text()
    assert tab.locator("#live-title").inner_text() == title, said


@needs_chromium
@pytest.mark.timeout(120)  # six servers are started, one after the other
def test_a_run_is_started_watched_and_opened_as_a_report(opened, lab):
    tab = opened()
    choose(tab)
    # What was shown is written down as it changes: a look now and then would miss some.
    tab.evaluate("""() => {
        window.shares = [];
        const [share, run] = ["share", "run"].map(id => document.getElementById(id));
        const look = () => shares.push([share.value, run.disabled]);
        new MutationObserver(look).observe(share, {attributes: true});
    }""")
    tab.get_by_role("button", name="Run").press("Enter")
    over(tab, "Finished")
    shares = tab.evaluate("shares")
    assert len({share for share, _ in shares if 0 < share < 1}) >= 2
    assert all(is_disabled for _, is_disabled in shares)
    assert tab.locator("#figures tbody tr:not(.group)").count() == 2
    assert tab.locator("#figures .verdict").inner_text().startswith("No winner is named")
    sides = tab.locator(".pair .side")
    assert sides.nth(0).locator("strong").first.inner_text() == "gunicorn sync"
    assert sides.nth(1).locator("strong").first.inner_text() == "uvicorn"
    tab.wait_for_function("""() => [...document.querySelectorAll(".curtain")].every(
        curtain => curtain.getAttribute("x") === "360")""")
    assert sides.nth(1).locator("svg:visible").count() == 1
    tab.get_by_label("4", exact=True).check()  # recorded too: the picture of four workers
    assert "4 workers" in sides.nth(1).locator("figcaption:visible").inner_text()
    tab.get_by_label("1", exact=True).check()
    last = sides.nth(0).locator(".row:visible").last
    last.focus()
    tab.keyboard.press("Enter")
    assert last.get_attribute("aria-pressed") == "true"
    assert "in thread 1 at shop.py:" in sides.nth(0).locator(".said:visible").inner_text()
    assert sides.nth(0).locator(".row.lit").count() > 0
    tab.get_by_role("link", name="Open the report").click()
    report = tab.frame_locator("iframe")
    assert report.locator("h1").inner_text() == "One app, two servers"
    guess = report.locator("form.guess").first
    guess.get_by_label("Your guess, in milliseconds").fill("1")
    guess.get_by_role("button", name="Check").click()
    assert "times too short" in guess.locator(".told").inner_text()
    assert lab.others() == []


@needs_chromium
def test_a_run_is_stopped_half_way_and_leaves_no_process(opened, lab):
    tab = opened()
    choose(tab, rounds=20, seconds="0.5")
    tab.click("#run")
    measured(tab)
    assert lab.others() != []
    second = opened()  # a page that comes later sees the same run
    measured(second)
    tab.get_by_role("button", name="Stop").click()
    over(tab, "Stopped early")
    over(second, "Stopped early")
    assert lab.others() == []
    assert tab.get_by_role("button", name="Run").is_enabled()
    tab.get_by_role("link", name="Open the report").click()
    shown = tab.frame_locator("iframe").get_by_text("This run was cut short")
    assert shown.is_visible()


@needs_chromium
def test_a_run_that_is_stopped_before_anything_was_measured_says_so(opened, lab):
    tab = opened()
    choose(tab, rounds=20, seconds="0.5")
    tab.click("#run")
    tab.get_by_role("button", name="Stop").click()
    over(tab, "Stopped early")
    said = tab.locator("#outcome").inner_text()
    assert said == "Nothing was measured yet, so there is no report."
    assert lab.others() == []


@needs_chromium
def test_a_server_that_does_not_start_is_shown_with_its_log(opened):
    tab = opened()
    choose(tab, module="picky")
    tab.check("input[value=hello]")
    tab.click("#run")
    failed = tab.locator(".failure")
    failed.wait_for()
    assert failed.locator("h3").inner_text() == "gunicorn sync failed"
    assert "RuntimeError: not <b>here</b>" in failed.locator("pre").inner_text()
    over(tab, "Finished")


@needs_chromium
def test_what_is_left_out_is_said_within_a_narrow_screen(opened):
    tab = opened(viewport={"width": 390, "height": 900})
    choose(tab)
    tab.uncheck("input[value=gunicorn-sync]")
    tab.select_option("[name=against]", "picky")
    tab.click("#run")
    over(tab, "Finished")
    assert "left out: GET /wait was answered 404" in tab.locator("#figures").inner_text()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@needs_chromium
def test_what_can_not_be_is_said_on_the_page(opened):
    opened.refusals = 1
    tab = opened()
    for name in ("gunicorn-sync", "gunicorn-gthread", "uvicorn"):
        tab.uncheck(f"input[value={name}]")
    tab.click("#run")
    tab.get_by_role("alert").get_by_text("choose at least one server").wait_for()
    assert tab.get_by_role("button", name="Run").is_enabled()


@needs_chromium
def test_a_request_is_typed_in_and_stepped_through(opened):
    tab = opened("/xray")
    tab.get_by_label("Module").select_option("shop")
    tab.get_by_label("Path").fill("/hello?q=<i>")
    tab.get_by_label("Header fields").fill("X-Asked: yes\nAccept: text/plain")
    tab.get_by_role("button", name="Look through it").click()
    tab.wait_for_selector("iframe, [role=alert]")
    assert tab.locator("[role=alert]").all_inner_texts() == []
    view = tab.frame_locator("iframe")
    assert view.locator("h1").inner_text() == "GET /hello?q=%3Ci%3E"
    assert view.locator("#status").inner_text().startswith("Step 1 of")
    assert "X-Asked: yes" in view.locator(".step.current").inner_text()
    view.get_by_role("button", name="Next").click()
    assert view.locator("#status").inner_text().startswith("Step 2 of")
    assert "HTTP_X_ASKED" in view.locator(".step.current").inner_text()
    view.locator("#slider").focus()
    tab.keyboard.press("End")
    assert "200" in view.locator(".step.current").inner_text()


@needs_chromium
def test_a_request_that_can_not_be_is_given_back(opened):
    opened.refusals = 1
    tab = opened("/xray")
    tab.get_by_label("Method").fill("get")
    tab.get_by_role("button", name="Look through it").click()
    assert "written in capitals" in tab.get_by_role("alert").inner_text()
    assert tab.get_by_label("Method").input_value() == "get"


@pytest.fixture(scope="module")
def with_runs(folder, tmp_path_factory):
    """A lab that has measured something before."""
    file = tmp_path_factory.mktemp("runs") / "lab.sqlite3"
    store = Store(file)
    for _ in range(4):
        store.add(ENDED)
    with lab_for(folder, "--database", str(file)) as found:
        yield found


@needs_chromium
def test_past_runs_are_compared_and_deleted(opened, with_runs):
    tab = opened("/runs", with_runs.address)
    tab.get_by_role("button", name="Set two side by side").click()
    tab.get_by_role("alert").get_by_text("Choose two runs; 0 are chosen").wait_for()
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Delete run 4").click()
    tab.wait_for_function("() => document.querySelectorAll('tbody tr').length === 3")
    tab.get_by_label("Choose run 1").check()
    tab.get_by_label("Choose run 3").check()
    tab.get_by_role("button", name="Set two side by side").click()
    assert tab.locator("h1").inner_text() == "Two runs side by side"
    assert "no verdict: the ranges overlap" in tab.locator("tbody").inner_text()
    tab.goto(with_runs.home + "/runs")
    assert tab.locator("tbody tr").count() == 3


PAGES = ("/", "/runs", "/runs/1", "/side-by-side?run=1&run=2", "/xray")
NAMELESS = """[...document.querySelectorAll("input, select, textarea, button, iframe, a")].filter(
    element => !(element.labels?.length || element.ariaLabel || element.title ||
                 element.textContent.trim())).length"""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_each_page_fits_stands_out_and_is_named(opened, with_runs, width, scheme):
    view = {"width": width, "height": 900}
    tab = opened(address=with_runs.address, viewport=view, color_scheme=scheme)
    for path in PAGES:
        tab.goto(with_runs.home + path)
        tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        assert tab.evaluate(CONTRAST) == [], path  # WCAG 2.2, 1.4.3
        assert tab.evaluate(NAMELESS) == 0, path


@needs_chromium
def test_a_page_of_another_server_gets_nothing(browser, lab, tmp_path):
    """Another port is the same site: the cookie comes along, and Origin must not."""
    (tmp_path / "index.html").write_text("<h1>Elsewhere</h1>")
    command = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"]
    with (
        running(command, cwd=tmp_path, ready="/") as other,
        closing(browser.new_context()) as context,
    ):
        tab = context.new_page()
        tab.goto(lab.address)
        tab.wait_for_url(lab.home + "/")
        tab.goto(other.url)
        tab.evaluate(
            """address => {
                const form = Object.assign(document.createElement("form"),
                                           {method: "post", action: address});
                document.body.append(form);
                form.submit();
            }""",
            lab.home + "/live/stop",
        )
        tab.get_by_text("only the lab's own pages may ask for this (Origin)").wait_for()
        assert tab.url == lab.home + "/live/stop"
        tab.goto(other.url)
        tab.evaluate("address => { location.href = address; }", lab.home + "/runs")
        tab.get_by_text("ask for this (Sec-Fetch-Site)").wait_for()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_lab_during_a_run_leaves_no_process(folder, number):
    with lab_for(folder) as lab:
        begin(lab)
        with lab.asked("/live/events"):  # a page that follows it
            until(lambda: len(lab.others()) > 3)  # the comparison, its load, and servers
            code, said = lab.end(number)
        assert (code, lab.others()) == (0, [])
        if number != signal.SIGTERM:  # which cuts the page off, and says so
            assert said.strip() == ""


def test_a_lab_that_is_killed_is_followed_by_what_it_started(folder):
    with lab_for(folder) as lab:
        begin(lab)
        until(lambda: len(lab.others()) > 3)
        lab.end(signal.SIGKILL)
        until(lambda: lab.others() == [])


def test_a_port_in_use_is_told(folder, lab):
    port = lab.home.rpartition(":")[2]
    command = [sys.executable, "-m", "lab", "lab", "--no-browser", "--port", port, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1 is in use" in done.stderr


def begin(lab):
    """Have a long comparison started, without a browser."""
    form = b"module=shop&contender=uvicorn&contender=gunicorn-sync&workload=hello"
    form += b"&seconds=5&connections=2&rounds=20"
    with lab.asked("/live", form) as answer:
        assert answer.status == 202
