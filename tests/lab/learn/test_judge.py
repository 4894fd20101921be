"""The judge as a process: when it has ended, nothing holds what it has written to."""

import subprocess
import sys

CHECK = '''
def check_the_answer(exercise):
    """There is an answer."""
    assert exercise.pool.submit(abs, -2).result() == 2
'''
EXERCISE = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

pool = ProcessPoolExecutor(2, mp_context=get_context("fork"))
"""
PATIENCE = 40.0  # seconds


def test_the_processes_of_a_pool_end_with_it(tmp_path):
    check, exercise = tmp_path / "check.py", tmp_path / "exercise.py"
    check.write_text(CHECK)
    exercise.write_text(EXERCISE)

    done = subprocess.run(  # returns when nobody has its stdout open any more
        [sys.executable, "-m", "lab.learn.judge", check, exercise],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert done.stdout.endswith('{"event": "solved"}\n')
