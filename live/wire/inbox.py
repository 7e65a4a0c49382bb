"""What one connection has asked and not been answered."""

import asyncio
import re
from collections import deque

from starlette.websockets import WebSocket

from live.queries.limits import LIMITS

# A question of another kind than the picture's says so, and the hand that moves must not cancel it. Inside a text, such
# as a formula, JSON escapes the quotes, so there this matches nothing.
KIND = re.compile(r'"kind"\s*:\s*"(\w+)"')


class Inbox:
    """Messages in order of arrival, with room for `room` of them, and for `most_bytes` in all.

    While there is no room `fill` stops reading, so that TCP slows a sender who will not wait.
    """

    def __init__(self, room: int, most_bytes: int = LIMITS.waiting_bytes):
        self._messages: deque[str | bytes] = deque()
        self._room = room
        self._most_bytes = most_bytes
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._closed = False

    async def fill(self, socket: WebSocket) -> None:
        """Read the socket until it closes."""
        try:
            while (message := await socket.receive())["type"] != "websocket.disconnect":
                text = message.get("text")
                self._keep(message.get("bytes") or b"" if text is None else text)
                self._arrived.set()
                while len(self._messages) >= self._room or self._bytes >= self._most_bytes:
                    self._taken.clear()
                    await self._taken.wait()
        finally:
            self._closed = True
            self._arrived.set()

    async def ready(self) -> bool:
        """Wait for a message; False once the other side is gone, for then nobody waits for an answer."""
        while not self._messages and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        return not self._closed

    def take(self) -> str | bytes:
        """The oldest message. Raises IndexError where there is none."""
        taken = self._messages.popleft()
        self._bytes -= len(taken)
        self._taken.set()
        return taken

    def keep_newest(self) -> None:
        """Drop every message that a newer one of its kind has overtaken."""
        newest = {_kind(message): message for message in self._messages}
        kept = [message for message in self._messages if any(message is one for one in newest.values())]
        self._messages = deque(kept)
        self._bytes = sum(map(len, kept))
        self._taken.set()

    def _keep(self, message: str | bytes) -> None:
        self._messages.append(message)
        self._bytes += len(message)


def _kind(message: str | bytes) -> str:
    named = KIND.search(message) if isinstance(message, str) else None
    return named[1] if named else "runs"
