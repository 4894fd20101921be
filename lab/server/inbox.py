"""The messages of a WebSocket that wait for the application: in order, and not without end."""

import asyncio
from collections import deque
from collections.abc import Callable

from asgi_adapter.types import Message

OVERHEAD = 64  # bytes that a message counts for besides its content: empty ones are no free ones


class Inbox:
    """Messages to be received, and after the last a disconnect for ever."""

    def __init__(self, most: int, pause: Callable[[bool], None]) -> None:
        self.disconnect: Message | None = None  # the last message, once there is one
        self._messages: deque[Message] = deque([{"type": "websocket.connect"}])
        self._most = most  # bytes
        self._held = 0  # bytes of the messages, and of what is not one yet
        self._pause = pause  # told whether to read no more for now
        self._is_paused = False
        self._changed = asyncio.Event()

    async def receive(self) -> Message:
        """The next message."""
        while not self._messages:
            if self.disconnect is not None:
                return dict(self.disconnect)
            self._changed.clear()
            await self._changed.wait()
        message = self._messages.popleft()
        if message["type"] == "websocket.receive":
            self.hold(-_size_of(message))
        return message

    def put(self, message: Message) -> None:
        """One more."""
        self._messages.append(message)
        self._changed.set()
        self.hold(_size_of(message))

    def end(self, code: int, reason: str) -> None:
        """There will be no more, for this reason, unless there is one already."""
        if self.disconnect is None:
            self.disconnect = {"type": "websocket.disconnect", "code": code, "reason": reason}
            self._changed.set()

    def hold(self, octets: int) -> None:
        """So many bytes more, or less, are kept."""
        self._held += octets
        should_pause = self._held >= self._most
        if should_pause is not self._is_paused:
            self._is_paused = should_pause
            self._pause(should_pause)


def _size_of(message: Message) -> int:
    return OVERHEAD + len(message.get("text") or message.get("bytes") or "")
