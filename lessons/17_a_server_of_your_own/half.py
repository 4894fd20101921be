"""Half a request, and then silence: what the server says to that, and when."""

import os
import socket
import time

ADDRESS = "127.0.0.1", int(os.environ.get("PORT", "8000"))

began = time.monotonic()
with socket.create_connection(ADDRESS) as client:
    client.sendall(b"GET /tea HTTP/1.1\r\nHo")
    answer = client.recv(65_536)
print(f"after {time.monotonic() - began:.1f} s:")
print(answer.decode())
