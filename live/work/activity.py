"""When visitors last asked for something: what nobody waits for is done while they look."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET = 1.5
"""Seconds without a word from anybody after which all are taken to be looking: longer than a page takes to load."""
PATIENCE = 60.0
"""Seconds after which whoever waits for a quiet moment goes on without one: in a class there may be none."""


class Activity:
    """When the last request or message came."""

    def __init__(self) -> None:
        self._last = -QUIET

    def note(self) -> None:
        """Somebody asks for something now."""
        self._last = time.monotonic()

    async def quiet(self) -> None:
        """Return in a moment in which nobody is at work, or when patience ends."""
        end = time.monotonic() + PATIENCE
        while True:
            left = min(self._last + QUIET, end) - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)


class ActivityMiddleware:
    """ASGI middleware: notes every request, and every message that comes through a socket."""

    def __init__(self, app: ASGIApp, activity: Activity) -> None:
        self.app = app
        self.activity = activity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        self.activity.note()

        async def noticed() -> Message:
            message = await receive()
            self.activity.note()
            return message

        await self.app(scope, noticed, send)
