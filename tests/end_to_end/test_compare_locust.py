"""`tandem compare --engine locust`: locust's own master and two workers, on loopback."""

import asyncio
import signal
from itertools import count

import pytest

from lab.compare.settings import CLOSED_MODEL
from lab.load.job import Job
from lab.load.locustfile import locustfile
from lab.load.swarm import Swarm
from lab.versions import version_of
from tests.lab.scripted import OK, request_on, serving

SLOW = 1.2  # seconds of an answer: more than locust gives its workers for their last report
WRONG = b"HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno"
MOVED = b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"
LOCUST = ("--engine", "locust", "--no-trace", "--connections", "4", "--contender", "gunicorn-sync")

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not version_of("locust"), reason="locust is not installed"),
]


def swarm_of(folder, job):
    """A swarm of two workers whose users are of the class `Asking`."""
    file = folder / "locustfile.py"
    file.write_text(locustfile({"Asking": job}), encoding="utf-8")
    return Swarm(file, 2, folder)


def test_two_workers_load_a_server_and_the_report_says_that_it_was_locust(compare):
    options = ("--duration", "1", "--rounds", "1", "--workload", "hello")
    run = compare("three_routes", *LOCUST, *options).ended()
    assert run.code == 0, run.output
    (cell,) = run.document["cells"]
    assert cell["errors"] == {}
    assert cell["rate"]["median"] > 0
    assert cell["requests"] == cell["rounds"][0]["answered"]
    assert cell["p99"] == cell["p99_since_sent"]
    assert cell["rounds"][0]["cpu_seconds"] > 0
    assert cell["generator_busy"] > 0
    assert run.document["settings"]["engine"] == "locust"
    assert f"Measured with {CLOSED_MODEL}." in run.output
    assert f"Measured with {CLOSED_MODEL}." in (run.out / "report.html").read_text()
    assert "class Hello(Asks):" in (run.out / "locustfile.py").read_text()
    for worker in (1, 2):
        assert "of the time" in (run.out / "logs" / f"locust-{worker}.log").read_text()
    assert run.members() == []


def test_a_job_is_sent_as_it_is_and_every_request_is_counted_to_the_last(tmp_path):
    """Of requests in turn, one is answered, one is answered 500, one 302, and one not at all."""
    begun, heads, answered, text = count(), [], [], "a \N{POUND SIGN}"

    async def script(reader, writer):
        while head := await request_on(reader):
            heads.append(head.decode().lower().splitlines())
            assert await reader.readexactly(len(text.encode())) == text.encode()
            answer = (OK, WRONG, MOVED, b"")[next(begun) % 4]
            await asyncio.sleep(SLOW)
            answered.append(answer)
            if not answer:
                return
            writer.write(answer)

    headers = (("content-type", "text/plain"), ("x-mark", 'it\'s "quoted"'))
    with serving(script) as port:
        job = Job(port, "/a?b=7", 8, 1, method="POST", headers=headers, body=text)
        tally = swarm_of(tmp_path, job).run(job, "Asking")
    assert heads[0][0] == "post /a?b=7 http/1.1"
    fixed = {"accept: */*", "accept-encoding: identity"}
    assert {"content-type: text/plain", 'x-mark: it\'s "quoted"', *fixed} <= set(heads[0])
    found = [answered.count(answer) for answer in (OK, WRONG, MOVED, b"")]
    assert min(found) > 0
    wrong = ("answered 500", "answered 302", "no answer (HTTPConnectionClosed)")
    assert [tally.answered, *(tally.errors[reason] for reason in wrong)] == found
    assert tally.requests == len(answered)
    assert len(tally.latencies()) == tally.answered
    assert min(tally.latencies()) >= SLOW
    assert tally.seconds >= SLOW


def test_a_request_that_is_not_answered_in_time_is_an_error(tmp_path):
    async def script(reader, writer):
        await request_on(reader)
        await reader.read()  # until the client has had enough

    with serving(script) as port:
        job = Job(port, "/", connections=2, seconds=1, timeout=1)
        tally = swarm_of(tmp_path, job).run(job, "Asking")
    assert tally.answered == 0
    assert tally.seconds == 0
    assert tally.errors == {"no answer (TimeoutError)": tally.requests}
    assert tally.requests >= 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_locusts_processes_as_well(compare, number):
    run = compare("three_routes", *LOCUST, "--duration", "60", "--workload", "hello")
    worker = run.out / "logs" / "locust-2.log"
    run.wait_until(lambda: worker.exists() and "Starting Locust" in worker.read_text())
    assert len(run.members()) >= 6  # tandem, our load, gunicorn, a master and two workers
    run.process.send_signal(number)
    run.ended()
    assert run.code == 128 + number, run.output
    assert "Traceback" not in run.output
    assert run.members() == []
