"""A report that blocks the event loop, and the same that does not; /health is asked meanwhile."""

import asyncio
import time

from asgi_adapter import ASGIAdapter
from core import App
from lab.compare import Ask, Beside, workload
from lab.server import serve
from wsgi_adapter import WSGIAdapter

blocking, site = App(), App()


async def health() -> str:
    """Answer at once; a load balancer asks this to see whether the server lives."""
    return "well\n"


async def blocked() -> str:
    """Wait 100 ms, and hold the loop."""
    time.sleep(0.1)
    return "report\n"


async def awaiting() -> str:
    """Wait 100 ms, and let the loop run others."""
    await asyncio.sleep(0.1)
    return "report\n"


for each, report in ((blocking, blocked), (site, awaiting)):
    each.get("/")(health)
    each.get("/health")(health)
    each.get("/report")(report)

blocking_application, blocking_app = WSGIAdapter(blocking), ASGIAdapter(blocking)
application, app = WSGIAdapter(site), ASGIAdapter(site)


@workload("health")
def health_beside_reports() -> Ask:
    """Four clients ask for the report, over and over, while /health is asked 23 times a second."""
    return Ask("/health", rate=23.0, beside=Beside("/report", 4))


if __name__ == "__main__":
    serve(app)
