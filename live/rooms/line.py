"""One connection of a room: what is heard from it, at its rate, and what is said to it, bounded, in one task."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.basis.numerals import number
from i18n import language, message, sentence_of, translated
from live.queries.refusal import Refusal
from live.rooms.room import Room
from live.rooms.rooms import Rooms
from live.wire.rates import Allowance
from live.wire.socket import OUR_FAULT

log = logging.getLogger(__name__)

PAUSE = 0.05
"""Seconds after a message in which what changes is gathered into the next."""
STILL_HERE = '{"kind":"beat"}'
"""Said where there is nothing to say: by it a phone knows a line that is there from one that was cut without a word."""


def refused(sentence: str, why: str) -> dict[str, Any]:
    """What is said instead of an answer: `why` is "message" or "slow" where the connection goes on."""
    return {"kind": "refused", "error": sentence, "why": why}


async def received(socket: WebSocket) -> str | bytes:
    """The next message, whatever kind it is. Raises WebSocketDisconnect."""
    heard = await socket.receive()
    if heard["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(heard.get("code", 1005))
    text = heard.get("text")
    return heard.get("bytes") or b"" if text is None else text


class Line:
    """One connection: what is said to it waits for it, bounded, and leaves in one task."""

    def __init__(self, socket: WebSocket, room: Room, rooms: Rooms, per_second: float, counts: bool = False):
        self.socket, self.room, self.rooms = socket, room, rooms
        self.language = language()
        self._counts = counts
        self.news: Callable[[], list[str]] = list
        self._allowance = Allowance(per_second, rooms.clock)
        self._per_second = per_second
        self._slowed = False
        self._replies: deque[str] = deque(maxlen=rooms.bounds.replies)
        self._woken = asyncio.Event()
        self._woken.set()

    def wake(self) -> None:
        """There may be something to say."""
        self._woken.set()

    def reply(self, told: Mapping[str, Any]) -> None:
        """Say something to this one alone."""
        self._replies.append(json.dumps(translated(told, self.language), separators=(",", ":")))
        self._woken.set()

    async def hear(self) -> str | bytes:
        """The next message, not sooner than its rate allows."""
        text = await received(self.socket)
        while (delay := self._allowance.delay()) > 0:
            if not self._slowed:
                self._slowed = True
                most = number(self._per_second)
                said = message("At most {most} messages a second are read here: yours wait.", most=most)
                self.reply(refused(said, "slow"))
            await asyncio.sleep(delay)
        self._allowance.spend(1)
        return text

    async def pass_on(self) -> None:
        """Send what is said to this one and what is new in the room, until the room is over."""
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), self.rooms.bounds.beat)
            except TimeoutError:
                await self.socket.send_text(STILL_HERE)
                continue
            self._woken.clear()
            over = self.room.end is not None
            while self._replies:
                await self.socket.send_text(self._replies.popleft())
            for text in self.news():
                await self.socket.send_text(text)
            if over:
                await self.socket.close()
                return
            await asyncio.sleep(PAUSE)

    async def hold(self, heard: Callable[[str | bytes], Awaitable[None]]) -> None:
        """Talk until one side ends it."""
        deafen = self.room.listen(self.wake, counts=self._counts)
        speaking = asyncio.create_task(self.pass_on())
        try:
            while True:
                text = await self.hear()
                try:
                    await heard(text)
                except Refusal as refusal:
                    self.reply(refused(sentence_of(refusal), "message"))
                except Exception:
                    log.exception("rooms: a message could not be answered")
                    self.reply(refused(OUR_FAULT, "message"))
        except (WebSocketDisconnect, RuntimeError):
            pass  # gone, or closed by us
        finally:
            deafen()
            speaking.cancel()
            with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await speaking
