"""The two ends of a connection that came to one replica and belongs to a room on another."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from i18n import COOKIE, SOURCE

WAITING = 256
"""Messages that wait for one connection; one that falls behind is closed, and comes back."""


@dataclass
class Near:
    """A connection that came here, and whose room is over there."""

    home: str
    code: str
    inbox: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(WAITING))
    """What is said to it; None ends it."""

    def end(self) -> None:
        """Let it come anew."""
        while self.inbox.full():
            self.inbox.get_nowait()
        self.inbox.put_nowait(None)


class Far:
    """A connection that came to another replica, as the room's code has one of its own."""

    def __init__(self, say: Callable[[str, str], Awaitable[None]], code: str, address: str, language: str = SOURCE):
        self.client = SimpleNamespace(host=address)
        self.query_params = {"code": code}
        self.headers = {"cookie": f"{COOKIE}={language}"}
        self._say = say
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)

    def hear(self, kind: str, text: str) -> None:
        """Something is said by it; one that says more than is read is gone."""
        told = {"type": "websocket.receive", **({"text": text} if kind == "say" else {"bytes": b"\0"})}
        if self._inbox.full():
            self.gone()
        else:
            self._inbox.put_nowait(told)

    def gone(self) -> None:
        """It is no longer there."""
        while self._inbox.full():
            self._inbox.get_nowait()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def accept(self) -> None:
        """It is, over there."""

    async def receive(self) -> dict[str, Any]:
        """What it says next."""
        return await self._inbox.get()

    async def send_text(self, text: str) -> None:
        """Say something to it."""
        await self._say("text", text)

    async def close(self) -> None:
        """Have it end over there."""
        await self._say("end", "")
        self.gone()


async def deliver(socket: WebSocket, inbox: asyncio.Queue[str | None]) -> None:
    """Say to a connection what comes for it, until its end."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while (text := await inbox.get()) is not None:
            await socket.send_text(text)
        await socket.close()
