"""What a recording has that a specification forbids.

It looks at what happened, no more: that nothing was found says nothing of other requests.
"""

from lab.xray.check_asgi import check_asgi
from lab.xray.check_wsgi import check_wsgi
from lab.xray.findings import Finding
from lab.xray.recording import Recording


def check(recording: Recording) -> list[Finding]:
    """Everything that is wrong in a recording of either world, in the order it happened."""
    return (check_wsgi if recording.world == "wsgi" else check_asgi)(recording.events)
