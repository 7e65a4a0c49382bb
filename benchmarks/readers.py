"""People who read the app's pages, all in this process: `python -m benchmarks.readers PORT '{"readers": 50, ...}'`.

Each is a real session of Streamlit, spoken to over its own WebSocket: it opens a page, thinks, changes one setting of
its address, and goes to the next page after a while. What is timed is a rerun, from the question to the end of the
script. Prints one JSON object: delays in seconds, and errors (a fault on the page, a page without end, a line cut).
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

PATIENCE = 60.0
PAGES = ("playground", "learn", "race", "schedules", "tuning", "terrain", "two_weights")
STAYS = 5
"""Reruns on a page before the next one."""
ENDED_WELL = {
    ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY,
    ForwardMsg.ScriptFinishedStatus.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}
OUR_FAULT = "Something went wrong"


@dataclass(frozen=True)
class Readers:
    """How many, for how long, and how long each thinks between two changes, in seconds."""

    readers: int
    seconds: float
    think: float = 1.0


@dataclass
class Seen:
    """What all of them saw."""

    delays: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def rerun(socket: ClientConnection, page: str, query: str) -> str | None:
    """Have a page run, and wait until it has; what went wrong, if anything did."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.query_string = query
    await socket.send(ask.SerializeToString())
    fault = None
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(decode=False), PATIENCE))
        element = message.delta.new_element
        if element.HasField("exception"):
            fault = element.exception.message
        elif element.HasField("alert") and element.alert.body.startswith(OUR_FAULT):
            fault = element.alert.body
        if message.WhichOneof("type") == "script_finished":
            ended = message.script_finished in ENDED_WELL
            return fault or (None if ended else f"{page} ended with {message.script_finished}")


async def read(port: int, readers: Readers, number: int, seen: Seen) -> None:
    """One reader's visit."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    try:
        async with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
            begun, turn = time.perf_counter(), 0
            await asyncio.sleep(random.random() * readers.think)  # nobody begins in step with the others
            while time.perf_counter() - begun < readers.seconds:
                page = PAGES[(number + turn // STAYS) % len(PAGES)]
                query = urlencode({"steps": 100 + 7 * (turn % 20)})
                asked = time.perf_counter()
                fault = await rerun(socket, page, query)
                seen.delays.append(time.perf_counter() - asked)
                if fault:
                    seen.errors.append(f"{page}?{query}: {fault}")
                turn += 1
                await asyncio.sleep(readers.think * (0.5 + random.random()))
    except (OSError, TimeoutError, WebSocketException) as fault:
        seen.errors.append(f"{type(fault).__name__}: {fault}")


async def class_of(port: int, readers: Readers) -> Seen:
    """All at once."""
    seen = Seen()
    await asyncio.gather(*(read(port, readers, number, seen) for number in range(readers.readers)))
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(class_of(int(sys.argv[1]), Readers(**json.loads(sys.argv[2])))))))
