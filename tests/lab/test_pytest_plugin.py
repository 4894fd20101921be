"""The pytest plugin, as a project of a user's has it."""

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

MODULE = """
from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

site = App()
application, app = WSGIAdapter(site), ASGIAdapter(site)
site.get("/")(lambda request: type(request).__name__)
app.on_startup(lambda: print("up"))
app.on_shutdown(lambda: print("down"))
"""

CONFTEST = """
import pytest
import served

@pytest.fixture
def app():
    return served.site
"""

TEST = """
def test_hello(client, world):
    assert client.get("/").text == world.upper() + "Request"
"""

# Not by its entry point, for it is loaded already; and without muffin's, which has a `client` too.
PLUGINS = ("-p", "no:tandem", "-p", "no:muffin_pytest", "-p", "lab.pytest_plugin")


@pytest.fixture
def project(pytester):
    """A project with an application and a conftest; `run` runs its tests, in this process."""
    pytester.makepyfile(served=MODULE)
    pytester.makeconftest(CONFTEST)
    pytester.syspathinsert()

    def run(*arguments, **files):
        pytester.makepyfile(**files)
        return pytester.runpytest_inprocess(*PLUGINS, "--strict-markers", "-v", *arguments)

    pytester.run_plugin = run
    return pytester


def test_a_test_runs_in_both_worlds(project):
    result = project.run_plugin(test_it=TEST)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*test_hello?wsgi? PASSED*", "*test_hello?asgi? PASSED*"])


@pytest.mark.parametrize("world", ["wsgi", "asgi"])
def test_the_option_picks_one_world(project, world):
    result = project.run_plugin("--world", world, test_it=TEST + "\ndef test_other(): pass")
    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines([f"*test_hello?{world}? PASSED*"])


@pytest.mark.parametrize("world", ["wsgi", "asgi"])
def test_the_marker_picks_one_world(project, world):
    marked = f"import pytest\n@pytest.mark.world('{world}')" + TEST
    result = project.run_plugin(test_it=marked)
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines([f"*test_hello?{world}? PASSED*"])


def test_option_and_marker_must_agree(project):
    marked = "import pytest\n@pytest.mark.world('asgi')" + TEST
    project.run_plugin("--world", "wsgi", test_it=marked).assert_outcomes(deselected=2)


@pytest.mark.parametrize("arguments", ["", "'http'", "'wsgi', 'asgi'"])
def test_a_marker_of_no_world_is_a_named_error(project, arguments):
    marked = f"import pytest\n@pytest.mark.world({arguments})" + TEST
    result = project.run_plugin(test_it=marked)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*world('wsgi') or world('asgi'); got *test_it.py::test_hello*"])


def test_the_client_starts_the_application_up_and_shuts_it_down(project):
    project.makeconftest(CONFTEST.replace("served.site", "served"))
    result = project.run_plugin("-s", "--world", "asgi", test_it=TEST)
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*test_hello?asgi? up", "PASSEDdown"])


def test_a_parameter_that_is_called_world_and_is_another_is_left_alone(project):
    test = "import pytest\n@pytest.mark.parametrize('world', ['earth'])\ndef test_it(world): pass"
    project.run_plugin("--world", "wsgi", test_it=test).assert_outcomes(passed=1)


def test_a_projects_own_client_is_the_one_that_is_used(project):
    own = "import pytest\n@pytest.fixture\ndef client(): return 5\n"
    test = own + "def test_it(client): assert client == 5"
    project.run_plugin(test_it=test).assert_outcomes(passed=1)


def test_the_readmes_tests_pass(project):
    root = Path(__file__).parents[2]
    project.syspathinsert(root)
    [source] = re.findall(
        r"```python\n# test_tasks.py\n(.*?)```", (root / "README.md").read_text(), re.S
    )
    project.makeconftest("")
    project.run_plugin(test_it=source).assert_outcomes(passed=3, deselected=1)


@pytest.mark.server
def test_a_live_server_is_started_for_a_module(project):
    test = """
    import pytest
    from urllib.request import urlopen

    pids = set()

    @pytest.fixture(scope="module")
    def live_module():
        return "served"

    @pytest.mark.parametrize("time", [1, 2])
    def test_it(live_server, time):
        pids.add(live_server.pid)
        assert urlopen(live_server.url).read() in (b"WSGIRequest", b"ASGIRequest")

    def test_one_server_of_each_kind():
        assert len(pids) == 2
    """
    result = project.run_plugin(test_it=test)
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*test_it?gunicorn-1? PASSED*", "*test_it?uvicorn-1? PASSED*"])


def test_a_server_that_is_not_installed_is_skipped(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "gunicorn", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    live = "import pytest\n@pytest.fixture(scope='module')\ndef live_module(): return 'served'\n"
    test = live + "def test_it(live_server): pass"
    project.run_plugin(test_it=test).assert_outcomes(skipped=2)


def test_pytest_finds_the_plugin_by_itself(project):
    [entry] = entry_points(group="pytest11", name="tandem")
    assert entry.value == "lab.pytest_plugin"
    project.makepyfile(test_it=TEST)
    result = project.runpytest_subprocess("-p", "no:muffin_pytest")
    result.assert_outcomes(passed=2)


def test_a_run_that_asks_for_nothing_imports_nothing():
    """The plugin is a part of every run, also of projects that have a `core` of their own."""
    script = """
import sys
import lab.pytest_plugin
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"core", "wsgi_adapter", "asgi_adapter", "msgspec"}, loaded
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
