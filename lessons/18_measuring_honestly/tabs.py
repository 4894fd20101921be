"""Two requests for /flight, one after the other and at the same time: how many are in flight."""

import os
import urllib.request
from concurrent.futures import ThreadPoolExecutor

URL = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/flight"


def ask(_: int = 0) -> str:
    """The server's answer, once it is there."""
    with urllib.request.urlopen(URL) as answer:
        text: str = answer.read().decode()
    return text.strip()


print("as two tabs of one URL send them:", ask(), "and", ask())
with ThreadPoolExecutor(2) as pool:
    print("as two programs send them:", " and ".join(pool.map(ask, range(2))))
