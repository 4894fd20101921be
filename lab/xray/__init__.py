"""X-ray: what passes between a server and an application, recorded, shown, checked and replayed.

    recordings = []
    application = WSGIRecorder(application, recordings.append)  # or ASGIRecorder(app, ...)

records each request, behind whatever server; `tandem xray MODULE GET /hello` does it for one
request in process. Start at `recording`; then the two recorders, which are meant to be read side by
side.
"""

from lab.xray.recorder_asgi import ASGIRecorder
from lab.xray.recorder_wsgi import WSGIRecorder
from lab.xray.recording import Event, Recording
from lab.xray.script import Script
from lab.xray.tape import Tape, TapeError

__all__ = ["ASGIRecorder", "Event", "Recording", "Script", "Tape", "TapeError", "WSGIRecorder"]
