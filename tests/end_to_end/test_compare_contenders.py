"""Every contender of `tandem compare` serves, and is ended with all its processes."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from lab.compare.contenders import choose
from lab.compare.kinds import KINDS
from lab.compare.measure import starting
from lab.compare.target import Target
from lab.load.generator import load_generator
from lab.load.job import Job
from lab.processes import LOOPBACK, ServerStartError, running
from tests.end_to_end.compare_run import DEADLINE, HERE

pytestmark = pytest.mark.server


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.option)
def test_every_contender_serves_and_is_ended(kind, tmp_path):
    (contender,) = choose([Target("three_routes")], [kind.option], threads=4)
    with starting(contender, HERE, tmp_path / "log", "/hello") as server, load_generator() as load:
        job = Job(server.port, "/hello", connections=2, limit=20, seconds=DEADLINE)
        record = load.run(job)
        assert record.errors == {}
        assert record.answered == 20
    assert server.returncode is not None
    assert not members_of_group(server.pid)


def test_workers_are_processes_and_all_are_ended(tmp_path):
    (contender,) = choose([Target("three_routes")], ["uvicorn:2"], threads=4)
    with starting(contender, HERE, tmp_path / "log", "/hello") as server:
        assert len(members_of_group(server.pid)) >= 3
    assert not members_of_group(server.pid)


def test_a_port_in_use_fails_by_name_and_leaves_no_process(tmp_path):
    (contender,) = choose([Target("three_routes")], ["waitress"], threads=4)
    with socket.create_server((LOOPBACK, 0)) as taken:  # it takes connections, and is silent
        port, log = taken.getsockname()[1], tmp_path / "log"
        options = {"cwd": HERE, "env": contender.environment(), "port": port, "log_file": log}
        started = running(contender.command, **options, ready="/hello", deadline=DEADLINE)
        with pytest.raises(ServerStartError, match=r"(?s)exit code 1 .*in use"):
            started.__enter__()
    assert processes_with(f":{port}") == []


def processes_with(argument: str) -> list[str]:
    """The processes whose command has a part that ends in `argument`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(a.endswith(argument) for a in (folder / "cmdline").read_text().split("\0")):
                found.append(folder.name)
    return found


def members_of_group(pid: int) -> list[str]:
    """The processes of a process group that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if fields[2] == str(pid) and fields[0] != "Z":
                found.append(folder.name)
    return found
