"""The course as a site: every page is built, every link holds, nothing comes from elsewhere."""

import re
import subprocess
import sys

import pytest

from lab.learn.site import write_pages
from tests.lessons.course import LESSONS


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, as `make site` builds it; a link that leads nowhere is an error."""
    folder = tmp_path_factory.mktemp("course")
    write_pages(folder)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_each_lesson_is_a_page_with_its_whole_program(site):
    for lesson in LESSONS:
        page = (site / lesson.name / "index.html").read_text("utf-8")
        assert "The whole program" in page
        assert (site / lesson.name / "app.py").exists()


def test_no_check_and_no_solution_is_part_of_it(site):
    names = {path.name for path in site.rglob("*")}
    assert not names & {"check.py", "lesson.toml", "why.md", "solutions"}


def test_nothing_is_fetched_from_another_host(site):
    for page in site.rglob("*.html"):
        fetched = re.findall(r'(?:src=|<link[^>]+href=)"(https?://[^"]+)"', page.read_text("utf-8"))
        assert [address for address in fetched if "canonical" not in address] == []
