"""Five clients, one after the other: each asks for /report, and hangs up after 0.35 s."""

import os
import socket
import time

ADDRESS = "127.0.0.1", int(os.environ.get("PORT", "8000"))

for _ in range(5):
    with socket.create_connection(ADDRESS) as client:
        client.sendall(b"GET /report HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.35)
