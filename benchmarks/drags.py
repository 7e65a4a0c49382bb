"""Visitors who drag the start point, all in this process: `python -m benchmarks.drags PORT '{"clients": 50, ...}'`.

A visitor's pointer moves at a steady rate; like the stage it keeps one question in flight, and the newest place of the
pointer is asked for next. What is timed is the picture's delay: from a move of the pointer to the answer that shows it,
waiting included. Prints one JSON object: delays in seconds, moves that a newer one overtook, and errors.
"""

import asyncio
import json
import math
import random
import sys
import time
from dataclasses import asdict, dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

PATIENCE = 10.0


@dataclass(frozen=True)
class Drag:
    """Who drags, how fast, for how long, and what is asked at each place."""

    clients: int
    moves_per_second: float
    seconds: float
    optimizers: tuple[str, ...]
    steps: int
    focus: int | None = None

    @classmethod
    def read(cls, text: str) -> "Drag":
        """From what `text` wrote."""
        told = json.loads(text)
        return cls(**told | {"optimizers": tuple(told["optimizers"])})

    @property
    def text(self) -> str:
        """As one argument of a command."""
        return json.dumps(asdict(self))


@dataclass
class Seen:
    """What all visitors saw."""

    delays: list[float] = field(default_factory=list)
    overtaken: int = 0
    errors: list[str] = field(default_factory=list)


def question(drag: Drag, seq: int, angle: float) -> str:
    """The pointer on a circle around the middle of the surface."""
    start = [4 * math.cos(angle), 4 * math.sin(angle)]
    shared = {"landscape": "himmelblau", "start": start, "rate": 0.01, "steps": drag.steps}
    runs = [{**shared, "optimizer": optimizer} for optimizer in drag.optimizers]
    return json.dumps({"seq": seq, "runs": runs} | ({} if drag.focus is None else {"focus": drag.focus}))


def header_of(frame: bytes) -> dict:
    """The header of an answer.

    Read here, because the engine's reader would bring JAX along, whose objects hold this process up at each garbage
    collection: a delay that no browser has.
    """
    end = 4 + int.from_bytes(frame[:4], "little")
    return json.loads(frame[4:end])


async def visit(port: int, drag: Drag, number: int, seen: Seen) -> None:
    """One visitor's drag."""
    period, phase = 1 / drag.moves_per_second, 2 * math.pi * number / drag.clients
    try:
        async with connect(f"ws://127.0.0.1:{port}/live", compression=None, max_size=None) as socket:
            await asyncio.sleep(1 + random.random() * period)  # nobody begins in step with the others
            begun, move = time.perf_counter(), 0
            while move * period < drag.seconds:
                early = begun + move * period - time.perf_counter()
                if early > 0:
                    await asyncio.sleep(early)
                # The newest place of the pointer: where it is now, however many moves the last answer took.
                now = time.perf_counter()
                newest = max(move, int((now - begun) / period))
                # A timer that woke this process late is not the server's delay; a place that had to wait is.
                moved = now if early > 0 else begun + newest * period
                seen.overtaken += newest - move
                await socket.send(question(drag, newest, phase + newest * 0.02))
                header = header_of(await asyncio.wait_for(socket.recv(decode=False), PATIENCE))
                if "error" in header or header["seq"] != newest:
                    seen.errors.append(str(header.get("error", f"answer {header['seq']} to question {newest}")))
                seen.delays.append(time.perf_counter() - moved)
                move = newest + 1
    except (OSError, TimeoutError, WebSocketException) as fault:
        seen.errors.append(f"{type(fault).__name__}: {fault}")


async def crowd(port: int, drag: Drag) -> Seen:
    """All visitors at once."""
    seen = Seen()
    await asyncio.gather(*(visit(port, drag, number, seen) for number in range(drag.clients)))
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(crowd(int(sys.argv[1]), Drag.read(sys.argv[2]))))))
