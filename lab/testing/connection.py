"""The server's end of one ASGI connection: what the application sends, taken message by message.

A `send` for HTTP returns when the test asks for what comes next. So an application never runs
ahead: a status is there while the first chunk is not yet made, and a stream may be endless.
For a WebSocket it may run ahead by some messages, as a server keeps what is not yet written: one
handler may send to several clients, and a test receives from them in whatever order.
"""

import asyncio
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Receive, Scope
from lab.testing.errors import ClientError

_AHEAD = {"http": 0, "websocket": 16, "lifespan": 0}  # messages that nobody has asked for


class Connection:
    """An application that serves this scope, as a task, from the first `take` on."""

    def __init__(
        self, application: ASGIApplication, scope: Scope, receive: Receive, timeout: float | None
    ) -> None:
        self._timeout = timeout  # seconds; None: for ever
        self._sent: asyncio.Queue[Message | None] = asyncio.Queue()  # None: it has ended
        self._ahead = asyncio.Semaphore(_AHEAD[scope["type"]])  # a `send` returns for each of it
        self._is_taken = False  # the message whose `send` is to return
        self._error: BaseException | None = None  # what the application raised
        self._is_left = False
        # ASGI, "Disconnected Client - send exception", is new in 2.4; before, nothing was told
        self._tells = str(scope["asgi"].get("spec_version", "2.0")) >= "2.4"
        self._served = application, scope, receive
        self._task: asyncio.Task[None] | None = None
        self._is_over = False

    async def _serve(self) -> None:
        application, scope, receive = self._served
        try:
            await application(scope, receive, self._send)
        except BaseException as error:
            self._error = error
        self._sent.put_nowait(None)

    async def _send(self, message: Message) -> None:
        if self._is_left:
            await asyncio.sleep(0)  # others must have their turn, or it could go on for ever
            if self._tells:
                raise OSError("the client has gone")
            return
        self._sent.put_nowait(message)
        await self._ahead.acquire()

    async def take(self) -> Message | None:
        """The next message, None where the application has ended; raises what it raised.

        Raises ClientError where it does neither within the timeout; it is cancelled then.
        """
        if self._is_over:
            return None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._serve())
        self._let_go()
        try:
            async with asyncio.timeout(self._timeout):
                message = await self._sent.get()
        except TimeoutError:
            await self._give_up(self._task)
            raise ClientError(f"the application sent nothing for {self._timeout} s") from None
        self._is_taken = True
        if message is None:
            self._finish()
        return message

    async def end(self) -> None:
        """Go away and wait until the application has ended; raises what it raised.

        Raises ClientError where it does not end within the timeout; it is cancelled then.
        """
        if self._is_over or self._task is None:
            return
        self._is_left = True
        self._let_go()
        while not self._sent.empty():
            self._sent.get_nowait()
            self._ahead.release()
        _, running = await asyncio.wait({self._task}, timeout=self._timeout)
        if running:
            await self._give_up(self._task)
            raise ClientError(
                f"the application did not end within {self._timeout} s after the client had gone"
            )
        self._finish()

    async def _give_up(self, task: asyncio.Task[None]) -> None:
        """Cancel the application; it gets as long again to end."""
        self._is_over = True
        task.cancel()
        await asyncio.wait({task}, timeout=self._timeout)

    def _let_go(self) -> None:
        if self._is_taken:
            self._is_taken = False
            self._ahead.release()

    def _finish(self) -> None:
        self._is_over = True
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback holds this frame, which would hold it


def scope_headers(fields: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Header fields as a scope has them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]


def headers_of(message: Message) -> list[tuple[str, str]]:
    """The header fields of a message that the application sent."""
    pairs: Any = message.get("headers", ())
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
