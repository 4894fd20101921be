"""What a server's log may hold: what the application is meant to log, and nothing that alarms."""

import re

ALARMS = re.compile(r".*(?:Traceback|WARNING|ERROR|CRITICAL|Warning:|Exception|Error:).*")

# A bug of the application's own making, as `core.app` logs it: a line, and a traceback.
MEANT = re.compile(
    r".*[A-Z] ['\"]/.*['\"] failed: (?:"
    r"ZeroDivisionError\('a secret'\)"
    r"|ValueError\(.*got 999.*\)"
    r"|TypeError\(.*got None from none.*\)"
    r"|RuntimeError\(.*under gevent many requests share a thread.*\)"
    r")\n(?:Traceback .*\n(?:[ ].*\n)+[\w.]+: .*\n(?:\nDuring handling of .*\n\n)?)+"
)

# How they tell of a request that they have refused, or failed at, themselves.
OWN = {
    "gunicorn": re.compile(r".*\[WARNING\] Invalid request from ip=127\.0\.0\.1: .*\n"),
    "uvicorn": re.compile(r"WARNING:  Invalid HTTP request received\.\n"),
    "a2wsgi": re.compile(
        r".*\[ERROR\] Error handling request .*\nTraceback .*\n(?:[ ].*\n)+UnicodeDecodeError: .*\n"
    ),
}


def alarms(server: str, log: str) -> list[str]:
    """The lines of a server's log that nobody meant to be there."""
    log = MEANT.sub("", log)
    for name, pattern in OWN.items():
        if name in server:
            log = pattern.sub("", log)
    return ALARMS.findall(log)
