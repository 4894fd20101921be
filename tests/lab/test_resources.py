import os

import pytest

from lab.compare.machine import processor_name
from lab.compare.resources import Usage, process_tree, usage
from lab.versions import at_least, tandem_version, version_of

TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def proc(tmp_path):
    """A /proc with process 10, its child 11 (named oddly), grandchild 12, and a stranger."""
    for pid, parent, name in (
        (10, 1, "gunicorn"),
        (11, 10, "a) b (c"),
        (12, 11, "x"),
        (99, 1, "y"),
    ):
        folder = tmp_path / str(pid)
        folder.mkdir()
        times = f"{TICKS} {2 * TICKS} 0 {TICKS}"  # utime, stime, cutime, cstime
        folder.joinpath("stat").write_text(
            f"{pid} ({name}) S {parent} 0 0 0 0 0 0 0 0 0 {times} 20"
        )
        folder.joinpath("smaps_rollup").write_text("00-ff [rollup]\nRss: 9 kB\nPss:   100 kB\n")
    (tmp_path / "77").mkdir()  # a process that has just ended
    return tmp_path


def test_a_tree_is_a_process_with_all_its_descendants(proc):
    assert sorted(process_tree(10, proc)) == [10, 11, 12]


def test_usage_is_summed_over_the_tree(proc):
    assert usage(10, proc) == Usage(cpu_seconds=12.0, memory_bytes=300 * 1024)


def test_a_process_that_ended_meanwhile_is_not_counted(proc):
    (proc / "12" / "stat").unlink()
    (proc / "12" / "smaps_rollup").unlink()
    assert usage(10, proc) == Usage(cpu_seconds=8.0, memory_bytes=200 * 1024)


def test_usage_is_unknown_without_proc(tmp_path):
    assert usage(10, tmp_path / "nowhere") == Usage(None, None)


def test_time_since_is_known_when_both_moments_are():
    assert Usage(5.0, None).cpu_since(Usage(2.0, None)) == 3.0
    assert Usage(5.0, None).cpu_since(Usage(None, None)) is None
    assert Usage(None, None).cpu_since(Usage(2.0, None)) is None


def test_the_processors_name_is_read_where_the_system_gives_it(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor : 0\nmodel name\t: A Processor 3000\n")
    assert processor_name(cpuinfo) == "A Processor 3000"
    cpuinfo.write_text("processor : 0\n")
    assert processor_name(cpuinfo)
    assert processor_name(tmp_path / "nowhere")


def test_versions_are_compared_by_their_numbers(monkeypatch):
    monkeypatch.setattr("lab.versions.version", lambda name: "25.1.2")
    assert at_least("gunicorn", 25, 1)
    assert at_least("gunicorn", 9)
    assert not at_least("gunicorn", 25, 2)
    assert tandem_version() == "25.1.2"


def test_what_is_not_installed_has_no_version():
    assert version_of("no-such-distribution") is None
    assert not at_least("no-such-distribution", 0)
