"""A client of 25 lines: it sends a request, and prints each line that comes back as it is.

    python ask.py             asks the server on port 8000
    python ask.py exercise    asks exercise.py, without a port: two sockets of one process, joined

It looks at no length: it reads until the server closes.
"""

import importlib
import os
import socket
import sys
from threading import Thread

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def connected() -> socket.socket:
    """A socket whose other end is a server."""
    if len(sys.argv) == 1:
        return socket.create_connection(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    ours, theirs = socket.socketpair()
    Thread(target=importlib.import_module(sys.argv[1]).converse, args=(theirs,)).start()
    return ours


def main() -> None:
    """Ask, and show what comes."""
    with connected() as server, server.makefile("rb") as lines:
        server.sendall(REQUEST)
        for line in lines:
            print("<", line)
        print("(closed)")


if __name__ == "__main__":
    main()
