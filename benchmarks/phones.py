"""Phones in a room, all in this process: `python -m benchmarks.phones PORT CODE '{"phones": 200, ...}'`.

Each does what the page of a phone does: it joins, fetches the surface of each scene, and is fed the paths. To a
question it answers within `spread` seconds; some lose their line the moment they have answered, come back and answer
again. Prints one JSON object: by scene the moments at which it reached the phones, and at which its paths and its
surface did, on the clock that all processes of a machine share, how many answers were sent, and errors.
"""

import asyncio
import base64
import json
import random
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

SPREAD = 0.25  # as stage/web/lecture/phone.js
SURFACE = "columns=98&rows=98"


@dataclass(frozen=True)
class Hall:
    """How many phones, in how many seconds they answer, and which share of them loses its line."""

    phones: int
    spread: float
    broken: float


@dataclass
class Seen:
    """What reached the phones, and when."""

    scenes: dict[int, list[float]] = field(default_factory=dict)
    paths: dict[int, list[float]] = field(default_factory=dict)
    surfaces: dict[int, list[float]] = field(default_factory=dict)
    answered: int = 0
    broken: int = 0
    errors: list[str] = field(default_factory=list)


class Phone:
    """One of them."""

    def __init__(self, port: int, code: str, hall: Hall, seen: Seen):
        self.port, self.code, self.hall, self.seen = port, code, hall, seen
        self.number = secrets.token_hex(16)
        self.scene: dict[str, Any] = {}
        self.fed: set[int] = set()
        self.question = self.known = 0
        self.breaks = random.random() < hall.broken
        self.moved = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Be in the room until it closes."""
        pictures = asyncio.create_task(self.draw())
        try:
            while True:
                try:
                    async with self.connect("/live/room?code=" + self.code) as room:
                        await room.send(json.dumps({"kind": "join", "phone": self.number}))
                        async for text in room:
                            if not self.hear(json.loads(text), room):
                                return
                except ConnectionClosed:
                    pass
                await asyncio.sleep(0.3)
        except (OSError, WebSocketException) as fault:
            self.seen.errors.append(f"{type(fault).__name__}: {fault}")
        finally:
            pictures.cancel()

    def connect(self, path: str) -> connect:
        """A line of the server's."""
        return connect(f"ws://127.0.0.1:{self.port}{path}", compression=None, max_size=None)

    def hear(self, told: dict[str, Any], room: ClientConnection) -> bool:
        """A word of the room; whether more will come."""
        if told["kind"] == "scene":
            if told["id"] != self.scene.get("id"):
                self.seen.scenes.setdefault(told["id"], []).append(time.monotonic())
            self.scene = told
            self.moved.set()
        elif told["kind"] == "paths":
            if told["id"] not in self.fed:
                self.seen.paths.setdefault(told["id"], []).append(time.monotonic())
            self.fed.add(told["id"])
            base64.b64decode(told["frame"])
        elif told["kind"] == "question" and told["question"] and told["question"]["open"]:
            if told["question"]["id"] != self.known:
                self.question = told["question"]["id"]
                task = asyncio.create_task(self.answer(room))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
        elif told["kind"] == "answered" and told["value"] is not None:
            self.known = told["id"]
        elif told["kind"] == "refused" and told["why"] != "message":  # but for an answer that was counted, sent again
            self.seen.errors.append(told["error"])
            return False
        return told["kind"] != "ended"

    async def answer(self, room: ClientConnection) -> None:
        """Answer after a while, and lose the line if this one does."""
        await asyncio.sleep(random.random() * self.hall.spread)
        value = [random.uniform(-5, 5), random.uniform(-5, 5)]
        try:
            await room.send(json.dumps({"kind": "answer", "id": self.question, "value": value}))
            self.seen.answered += 1
            if self.breaks:
                self.breaks = False
                self.seen.broken += 1
                room.transport.abort()
        except ConnectionClosed:
            pass

    async def draw(self) -> None:
        """Fetch the surface of a scene that is new, within the time over which phones spread."""
        drawn = 0
        while True:
            await self.moved.wait()
            self.moved.clear()
            if self.scene["id"] != drawn:
                drawn = self.scene["id"]
                await asyncio.sleep(random.random() * SPREAD)
                await self.fetch(self.scene["data"]["scene"]["landscape"])
                self.seen.surfaces.setdefault(drawn, []).append(time.monotonic())

    async def fetch(self, landscape: str) -> None:
        """Fetch the surface."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        path = f"/live/surface?landscape={landscape}&window=-5,5,-5,5&{SURFACE}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer[:20]:
            self.seen.errors.append(answer[:80].decode())


async def hall(port: int, code: str, told: Hall) -> Seen:
    """All phones at once."""
    seen = Seen()
    await asyncio.gather(*(Phone(port, code, told, seen).live() for _ in range(told.phones)))
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(hall(int(sys.argv[1]), sys.argv[2], Hall(**json.loads(sys.argv[3])))))))
