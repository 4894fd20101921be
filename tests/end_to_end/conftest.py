"""The servers that a module's tests share; each is started once for the module."""

import pytest

from tests.end_to_end.servers import EVERY_SERVER, serving


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request):
    """A server that runs the module's EXAMPLE."""
    with serving(request.param, request.module.EXAMPLE) as running:
        yield running
