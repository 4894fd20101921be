"""A program: uvicorn on a socket that another process has bound, and hands over.

    python -m lab.run.uvicorn_served module:app DESCRIPTOR

uvicorn's own `--fd` takes every socket for one of Unix, so that small packets would be held back.
"""

import sys

import uvicorn

from lab.server.listener import inherited


def main() -> None:
    """Serve until SIGTERM; exit code 3, as uvicorn's, where the application does not start."""
    door, descriptor = sys.argv[1:]
    server = uvicorn.Server(uvicorn.Config(door))
    server.run(sockets=[inherited(int(descriptor))])
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main()
