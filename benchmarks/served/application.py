"""The application of one contender, for a server that calls a factory without arguments."""

import os
from importlib import import_module
from typing import Any

from benchmarks.other_routes import other_routes

PEER = "TANDEM_BENCHMARKS_PEER"  # the variable that names a file of benchmarks/peers
FACTORY = "benchmarks.served.application:make"


def make() -> Any:
    """What the file's `build` gives, amid the usual other routes."""
    return import_module(f"benchmarks.peers.{os.environ[PEER]}").build(other_routes(), ())
