import gc
import io
import runpy
import sys

import pytest

from lab.errors import LabError
from lab.load import __main__ as program
from lab.load.generator import load_generator
from lab.load.job import Job
from lab.load.record import Record
from tests.lab.scripted import serving
from tests.lab.test_drive import polite


def test_one_generator_does_job_after_job():
    with serving(polite) as port, load_generator() as generator:
        for limit in (3, 5):
            record = generator.run(Job(port, "/", connections=1, limit=limit, seconds=30))
            assert record.answered == limit


def test_a_generator_that_has_ended_says_what_it_wrote():
    with load_generator() as generator:
        generator._process.stdin.write("no job\n")
        with pytest.raises(LabError, match=r"(?s)load generator ended; it wrote:.*JSONDecodeError"):
            generator.run(Job(1, "/"))


def test_a_generator_that_was_ended_is_a_clear_error():
    with load_generator() as generator:
        generator.stop()
        with pytest.raises(LabError, match="load generator ended"):
            generator.run(Job(1, "/"))


def test_the_program_reads_jobs_and_writes_records_line_by_line(monkeypatch):
    out = io.StringIO()
    with serving(polite) as port:
        job = Job(port, "/", connections=1, limit=2, seconds=30)
        monkeypatch.setattr(sys, "stdin", io.StringIO(job.to_json() + "\n"))
        monkeypatch.setattr(sys, "stdout", out)
        try:
            program.main()
        finally:
            gc.enable()
    assert Record.from_json(out.getvalue()).answered == 2


def test_the_program_ends_when_nothing_more_is_asked(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    try:
        runpy.run_path(program.__file__, run_name="__main__")
    finally:
        gc.enable()
