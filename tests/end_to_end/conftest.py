"""The servers that a module's tests share, each started once for it; and runs of `compare`."""

import pytest

from tests.end_to_end.compare_run import runs
from tests.end_to_end.servers import EVERY_SERVER, serving


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request):
    """A server that runs the module's EXAMPLE."""
    with serving(request.param, request.module.EXAMPLE) as running:
        yield running


@pytest.fixture
def compare(tmp_path):
    """Start a `tandem compare` in a folder, that of `three_routes` unless a source is given."""
    with runs(tmp_path) as start:
        yield start
