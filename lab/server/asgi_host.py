"""Calls an ASGI application (ASGI 3.0, "HTTP & WebSocket ASGI Message Format")."""

import asyncio
from typing import Any

import h11

from asgi_adapter.types import ASGIApplication, Message, Receive, Scope, Send
from lab.server.errors import ClientDisconnected
from lab.server.exchange import Exchange
from lab.server.hosts import Face
from lab.server.lifespan import LifespanTask
from lab.server.messages import checked_body, checked_fields
from lab.server.scope import http_scope, websocket_scope


class ASGIHost:
    """An ASGI application."""

    face: Face = "asgi"
    has_websockets = True

    def __init__(self, application: ASGIApplication) -> None:
        self.application = application
        self._lifespan = LifespanTask(application)

    async def start(self) -> None:
        """Begin the lifespan."""
        await self._lifespan.start()

    async def stop(self) -> None:
        """End it."""
        await self._lifespan.stop()

    def serve(self, exchange: Exchange) -> "asyncio.Future[None]":
        """Answer one request, in a task of its own."""
        return asyncio.get_running_loop().create_task(self._serve(exchange))

    async def _serve(self, exchange: Exchange) -> None:
        scope = http_scope(exchange, self._lifespan.state)
        exchange.line.step("scope", scope)
        messages = _Messages(exchange)
        await self._call(scope, messages.receive, messages.send)
        if exchange.gone.is_set():  # or complete; who is told that the client left need not answer
            exchange.give_up()
        elif not exchange.is_complete:
            raise RuntimeError("the ASGI application returned, and its response is not complete")

    async def converse(self, conversation: Any) -> None:
        """Take part in one WebSocket."""
        scope = websocket_scope(conversation.exchange, self._lifespan.state)
        conversation.exchange.line.step("scope", scope)
        await self._call(scope, conversation.receive, conversation.send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An exit would end the loop, and with it the server; it is one request's failure."""
        try:
            await self.application(scope, receive, send)
        except SystemExit as error:
            raise RuntimeError(f"the application raised {error!r}") from error


class _Messages:
    """`receive` and `send` of one request."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._has_body = True  # some of it, or its end, is still to be received

    async def receive(self) -> Message:
        """ASGI, "Request" and "Disconnect"."""
        message = await self._next()
        self._exchange.line.step("receive", message)
        return message

    async def _next(self) -> Message:
        exchange = self._exchange
        if self._has_body and not exchange.is_complete:
            try:
                octets = await exchange.body.read()
            except ClientDisconnected:
                return {"type": "http.disconnect"}
            self._has_body = not exchange.body.is_complete or exchange.body.size > 0
            return {"type": "http.request", "body": octets, "more_body": self._has_body}
        await exchange.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """ASGI, "Response Start" and "Response Body"; raises RuntimeError out of their order."""
        exchange = self._exchange
        exchange.line.step("send", message)
        kind = message["type"]
        if kind == "http.response.start" and not exchange.is_started:
            exchange.start(message["status"], checked_fields(message))
        elif kind == "http.response.body" and exchange.is_started and not exchange.is_complete:
            await self._send_body(message)
        else:
            raise RuntimeError(f"{kind!r} has no place here: the response is {exchange.phase}")

    async def _send_body(self, message: Message) -> None:
        try:
            await self._exchange.send(checked_body(message), message.get("more_body", False))
        except h11.LocalProtocolError as error:
            raise RuntimeError(f"the body is not what its header fields say: {error}") from error
