"""A free port for each test of a lesson."""

import pytest

from lab.processes import free_port


@pytest.fixture
def unused_port():
    return free_port()
