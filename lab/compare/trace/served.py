"""The application inside a recorder, for a real server of either interface.

    TANDEM_TRACES=here TANDEM_TRACED=shop:app uvicorn lab.compare.trace.served:app
    TANDEM_TRACES=here TANDEM_TRACED=shop:site gunicorn lab.compare.trace.served:application

A server takes one of the two names; which, the trace pass knows. Both are there from the start, for
some servers look into the module's dictionary (hypercorn).
"""

import os

from lab.compare.bridged import load
from lab.compare.trace.recorder import TracedASGI, TracedWSGI

TARGET = "TANDEM_TRACED"  # the environment variable: "module:name"

_inside = load(os.environ[TARGET]) if TARGET in os.environ else None
application = TracedWSGI(_inside)
app = TracedASGI(_inside)
