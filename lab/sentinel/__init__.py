"""The sentinel: names the handler, and the line, that holds an event loop.

    app = Sentinel(ASGIAdapter(site))       # or any ASGI application; 50 ms unless told otherwise

    async def report (app.py:12) held the event loop for 132 ms at app.py:14, `time.sleep(0.1)`,
    answering GET /report; it waited there: use `await asyncio.sleep(...)`, or make the handler ...

While a request's coroutine is being run the loop can do nothing else. So each `send` into it is
timed (`slices`), and while one takes long a thread looks at what it is doing (`watchdog`). Of what
was seen `stack` finds the user's code, and `held` makes the sentence. Start at `sentinel`.

It is for development and tests: a request costs some microseconds more for each time that it waits.
It watches ASGI alone. A WSGI worker's thread has nobody to hold up but its own request.
"""

from lab.sentinel.held import EventLoopHeld, Held
from lab.sentinel.sentinel import Sentinel

__all__ = ["EventLoopHeld", "Held", "Sentinel"]
