"""People who have maps made, all in this process: `python -m benchmarks.map_makers PORT '{"makers": 2, ...}'`.

Each asks for one map after the other, as the Playground, Tuning and Race do, with a rate that nobody has asked for.
Prints one JSON object: delays in seconds, from the question to the whole map, and errors.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.drags import header_of

PATIENCE = 60.0
KINDS = 3
"""Of maps; each maker has at least one of each made, however slow the machine is."""


@dataclass(frozen=True)
class Makers:
    """How many, for how long in seconds, and how many starts a side a map has."""

    makers: int
    seconds: float
    resolution: int = 128


@dataclass
class Seen:
    """What all of them saw."""

    delays: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def question(makers: Makers, turn: int) -> dict:
    """Maps of starts, of rates, and of two knobs, in turn."""
    run = {"landscape": "himmelblau", "optimizer": "momentum", "steps": 200, "rate": 0.002 + 0.01 * random.random()}
    axes = {"x": ["rate", 1e-4, 1, True], "y": ["momentum", 0, 0.99, False]}
    return (
        {"kind": "basin", "run": run, "resolution": makers.resolution},
        {"kind": "sweep", "run": run},
        {"kind": "knobs", "run": run, **axes, "columns": makers.resolution // 2, "rows": makers.resolution // 2},
    )[turn % KINDS]


async def make(port: int, makers: Makers, number: int, seen: Seen) -> None:
    """One maker's visit."""
    try:
        async with connect(f"ws://127.0.0.1:{port}/live", compression=None, max_size=None) as socket:
            begun, turn = time.perf_counter(), 0
            while turn < KINDS or time.perf_counter() - begun < makers.seconds:
                asked = time.perf_counter()
                await socket.send(json.dumps({"seq": turn, **question(makers, number + turn)}))
                header = header_of(await asyncio.wait_for(socket.recv(decode=False), PATIENCE))
                seen.delays.append(time.perf_counter() - asked)
                if "error" in header:
                    seen.errors.append(header["error"])
                turn += 1
    except (OSError, TimeoutError, WebSocketException) as fault:
        seen.errors.append(f"{type(fault).__name__}: {fault}")


async def all_of(port: int, makers: Makers) -> Seen:
    """All at once."""
    seen = Seen()
    await asyncio.gather(*(make(port, makers, number, seen) for number in range(makers.makers)))
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(all_of(int(sys.argv[1]), Makers(**json.loads(sys.argv[2])))))))
