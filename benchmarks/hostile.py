"""Strangers who mean harm, beside one who drags: `python -m benchmarks.hostile --number 100000`.

They send malformed, oversized, half and meaningless messages, come from other sites' pages, break the protocol, say
nothing, say it slowly, close one half of a connection and break the other off; all from 127.0.0.66, while a visitor
from 127.0.0.1 drags the opening picture. The server must not crash, must hold no more memory and no more open files
afterwards, and must go on answering the visitor. On loopback alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.drags import Drag, header_of
from benchmarks.live import FIVE, READY
from benchmarks.load import Watched, percentile, watching
from live.work.memory import BETWEEN
from tests.server import ROOT, UVICORN, Server, running

PEER = "127.0.0.66"
AT_ONCE = 64
PATIENCE = 60.0
GLANCE = 0.1
"""Seconds in which a connection that goes wrong looks for an answer."""
PER_CONNECTION = 60
"""Messages that one connection sends before it is left: half of what it may send in a second."""
MESSAGES = 0.8
"""The share of messages; the rest are connections that go wrong themselves."""
SETTLES = 60.0
"""Seconds within which all that strangers opened must be closed: a silent one is after 15 to 30."""
KEPT_SESSIONS, FILES_OF_SESSION = 128, 3
"""Streamlit keeps so many sessions whose browsers have gone for two minutes, each with an event loop of its own."""
GROWTH_MB = 24.0
"""What memory may have grown by: an allocator's arenas, of which a leak of 1 kB each in 100,000 would be 100 MB."""
WARM_UP = 2_000
"""Of them before memory is first looked at: caches fill once."""
SITE = "http://evil.example"
RUN = '{"landscape": "himmelblau", "optimizer": "adam", "steps": 50}'


def _nonsense(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randrange(1, 400))


def _run_of(formula: str) -> str:
    return json.dumps({"seq": 1, "runs": [{"landscape": f"formula:{formula}"}]})


MESSAGES_SENT: dict[str, Callable[[random.Random], str | bytes]] = {
    "no JSON": lambda draw: _nonsense(draw).decode("latin-1"),
    "half JSON": lambda draw: f'{{"seq": 1, "runs": [{RUN}]}}'[: draw.randrange(1, 70)],
    "binary": _nonsense,
    "empty": lambda draw: "",
    "too long": lambda draw: '{"seq": 1, "x": "' + "a" * draw.randrange(100_000, 140_000) + '"}',
    "too deep": lambda draw: "[" * draw.randrange(513, 20_000),
    "not finite": lambda draw: '{"seq": 1, "runs": [{"landscape": "bowl", "rate": 1e999}]}',
    "NaN": lambda draw: '{"seq": NaN, "runs": []}',
    "huge number": lambda draw: '{"seq": ' + "9" * draw.randrange(20, 5_000) + "}",
    "wrong types": lambda draw: json.dumps({"seq": 1, "runs": draw.choice([{}, 7, None, [[]], [None], "x"])}),
    "too many": lambda draw: json.dumps({"seq": 1, "runs": [{}] * draw.randrange(17, 400)}),
    "unknown keys": lambda draw: json.dumps({"seq": 1, f"k{draw.random()}": 1, "runs": []}),
    "unknown kind": lambda draw: json.dumps({"seq": 1, "kind": f"k{draw.random()}"}),
    "no object": lambda draw: draw.choice(["[]", "7", '"x"', "null", "true"]),
    "hostile formula": lambda draw: _run_of(f"__import__('os').system('{draw.random()}')"),
    "endless formula": lambda draw: _run_of("x**" * 300 + str(draw.random())),
    "surrogates": lambda draw: '{"seq": 1, "runs": [{"landscape": "\\ud800\\u0000\\u202e' + str(draw.random()) + '"}]}',
    "map too large": lambda draw: json.dumps(
        {"seq": 1, "kind": "basin", "run": json.loads(RUN), "resolution": 10 ** draw.randrange(4, 12)}
    ),
}


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open(port: int) -> Line:
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(PEER, 0))


@asynccontextmanager
async def _line(port: int) -> AsyncIterator[Line]:
    """A TCP connection from a stranger's address, for the length of a block."""
    reader, writer = await _open(port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _send(line: Line, text: bytes) -> None:
    line[1].write(text)
    await line[1].drain()


async def _glance(line: Line) -> None:
    """Read what comes at once, if anything does."""
    with suppress(TimeoutError):
        await asyncio.wait_for(line[0].read(4096), GLANCE)


async def _said(port: int, text: bytes, *, half_close: bool = False, abort: bool = False) -> None:
    """Send bytes, read what comes, and leave: politely, by one half first, or without a word."""
    async with _line(port) as line:
        await _send(line, text)
        if half_close:
            line[1].write_eof()
        if abort:
            end = line[1].get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        await _glance(line)


def _get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _handshake(path: str, origin: str = "", key: str = "dGhlIHNhbXBsZSBub25jZQ==") -> bytes:
    named = f"Origin: {origin}\r\n" if origin else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{named}"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


async def _frames(port: int, frames: bytes, path: str = "/live") -> None:
    """Open a WebSocket by hand, and send frames that no client sends."""
    async with _line(port) as line:
        await _send(line, _handshake(path))
        await asyncio.wait_for(line[0].readuntil(b"\r\n\r\n"), PATIENCE)
        await _send(line, frames)
        await _glance(line)


def _masked(first: int, payload: bytes, length: bytes | None = None) -> bytes:
    size = length if length is not None else bytes([0x80 | len(payload)])
    return bytes([first]) + size + b"\0\0\0\0" + payload


CONNECTIONS_MADE: dict[str, Callable[[int, random.Random], Awaitable[None]]] = {
    "noise": lambda port, draw: _said(port, _nonsense(draw)),
    "half a request": lambda port, draw: _said(port, b"GET /live HTTP/1.1\r\nHost: x", half_close=True),
    "cut off": lambda port, draw: _said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", abort=True),
    "endless headers": lambda port, draw: _said(port, b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 90_000),
    "long address": lambda port, draw: _said(port, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "foreign page": lambda port, draw: _said(port, _handshake("/live", SITE)),
    "foreign page's session": lambda port, draw: _said(port, _handshake("/_stcore/stream", SITE)),
    "half closed": lambda port, draw: _said(port, _handshake("/live"), half_close=True),
    "handshake cut off": lambda port, draw: _said(port, _handshake("/live"), abort=True),
    "bad key": lambda port, draw: _said(port, _handshake("/live", key="?")),
    "frame without mask": lambda port, draw: _frames(port, b"\x81\x05hello"),
    "frame of 2^62 bytes": lambda port, draw: _frames(port, _masked(0x81, b"", b"\xff" + struct.pack(">Q", 2**62))),
    "reserved bits": lambda port, draw: _frames(port, _masked(0xF1, b"x")),
    "no UTF-8": lambda port, draw: _frames(port, _masked(0x81, b"\xff\xfe")),
    "never finished": lambda port, draw: _frames(port, _masked(0x01, b"half of")),
    "a question, and gone": lambda port, draw: _frames(port, _masked(0x81, b'{"seq": 1, "kind": "sweep", "run": {}}')),
    "session nonsense": lambda port, draw: _frames(port, _masked(0x82, b"\xff\xff\xff"), "/_stcore/stream"),
    "room without a word": lambda port, draw: _frames(port, b"", "/live/room?code=ABCDE"),
    "room nonsense": lambda port, draw: _frames(port, _masked(0x81, b'{"kind": "lead", "token": []}'), "/live/room"),
    "surface nonsense": lambda port, draw: _said(port, _get(f"/live/surface?window={draw.random()}&rows=-1")),
    "formula nonsense": lambda port, draw: _said(port, _get(f"/live/formula?text=%00%ff{draw.random()}((((")),
}


@dataclass
class Done:
    """What was done, and what came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    errors: list[str] = field(default_factory=list)


async def _talk(socket: ClientConnection, number: int, draw: random.Random, done: Done) -> None:
    """Send messages; each must be answered with a sentence."""
    for _ in range(number):
        kind = draw.choice(list(MESSAGES_SENT))
        await socket.send(MESSAGES_SENT[kind](draw))
        header = header_of(await asyncio.wait_for(socket.recv(decode=False), PATIENCE))
        done.counts[kind] += 1
        if "error" in header:
            done.refused += 1
        else:
            done.errors.append(f"{kind}: answered")


async def _stranger(port: int, number: int, draw: random.Random, done: Done) -> None:
    while number > 0:
        try:
            if draw.random() < MESSAGES:
                several = min(number, PER_CONNECTION)
                number -= several
                url = f"ws://127.0.0.1:{port}/live"
                async with connect(url, compression=None, max_size=None, local_addr=(PEER, 0)) as line:
                    await _talk(line, several, draw, done)
            several = min(number, PER_CONNECTION // 4)
            number -= several
            for _ in range(several):
                kind = draw.choice(list(CONNECTIONS_MADE))
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    await CONNECTIONS_MADE[kind](port, draw)
                done.counts[kind] += 1
        except (OSError, TimeoutError, WebSocketException) as fault:
            done.errors.append(f"{type(fault).__name__}: {fault}")


async def attack(port: int, number: int, at_once: int = AT_ONCE, seed: int = 0) -> Done:
    """So many hostile messages and connections, `at_once` of them at the same time."""
    done = Done()
    share = [number // at_once + (k < number % at_once) for k in range(at_once)]
    await asyncio.gather(*(_stranger(port, n, random.Random(seed * 1_000 + k), done) for k, n in enumerate(share)))
    return done


async def say_nothing(port: int, number: int) -> list[asyncio.StreamWriter]:
    """Connections that are opened, begin a request, and never end it; to be closed by who asked for them."""
    lines = [await _open(port) for _ in range(number)]
    for k, (_, writer) in enumerate(lines):
        if k % 2:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    return [writer for _, writer in lines]


@dataclass
class Report:
    """What the server was like, and what the visitor saw."""

    done: Done
    watched: Watched
    seconds: float
    visitor: dict
    crashed: bool

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        found = [*self.done.errors[:5], *self.visitor["errors"][:5]]
        if self.crashed:
            found.append("the server has ended")
        if self.watched.after - self.watched.before > GROWTH_MB:
            found.append(f"memory grew from {self.watched.before:.0f} to {self.watched.after:.0f} MB")
        if self.watched.files_after - self.watched.files_before > self.watched.spare:
            found.append(f"open files grew from {self.watched.files_before} to {self.watched.files_after}")
        return found

    def __str__(self) -> str:
        total = sum(self.done.counts.values())
        delays = self.visitor["delays"]
        fewest = min(self.done.counts.values())
        seen, fewest = self.watched, min(self.done.counts.values())
        told = [
            f"{total:,} hostile messages and connections, {len(self.done.counts)} kinds ({fewest:,} of the rarest) in "
            f"{self.seconds:.0f} s; {self.done.refused:,} answered with a sentence",
            f"the visitor beside them: {len(delays):,} answers, p50 {percentile(delays, 50):.1f}, p95 "
            f"{percentile(delays, 95):.1f}, p99 {percentile(delays, 99):.1f} ms; {len(self.visitor['errors'])} errors",
            f"memory: {seen.before:,.0f} MB before, at most {seen.highest:,.0f}, {seen.after:,.0f} after",
            f"open files: {seen.files_before} before, at most {seen.most_files}, {seen.files_after} after",
            f"server: {seen.cores:.2f} of {os.cpu_count()} cores",
        ]
        return "\n".join([*told, *self.faults])


def besiege(server: Server, number: int, silent: int, at_once: int = AT_ONCE, settles: float = 3.0) -> Report:
    """Attack, with a visitor beside it who drags for as long as it lasts."""
    asyncio.run(attack(server.port, min(number, WARM_UP), at_once, seed=1))
    hand = Drag(clients=1, moves_per_second=30, seconds=5, optimizers=FIVE, steps=200, focus=1)
    command = [sys.executable, "-m", "benchmarks.drags", str(server.port), hand.text]
    visitor: dict = {"delays": [], "errors": []}
    with watching(server.process.pid, settle=(settles, SETTLES)) as watched:
        begun = time.monotonic()

        async def whole() -> Done:
            lines = await say_nothing(server.port, silent)
            attacking = asyncio.create_task(attack(server.port, number, at_once, seed=2))
            while not attacking.done() or not visitor["delays"]:
                dragging = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
                told = json.loads((await dragging.communicate())[0])
                for name, seen in visitor.items():
                    seen += told[name]
            for line in lines:
                line.close()
            return attacking.result()

        done = asyncio.run(whole())
        seconds = time.monotonic() - begun
        watched.spare += FILES_OF_SESSION * min(KEPT_SESSIONS, done.counts["session nonsense"])
    return Report(done, watched, seconds, visitor, server.process.poll() is not None)


def main() -> int:
    """Attack a server of its own, print what came of it; 1 where anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--number", type=int, default=100_000, help="messages and connections; usually 100,000")
    parser.add_argument("--silent", type=int, default=200, help="connections that say nothing meanwhile; usually 200")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")} | READY
        with running(Path(folder) / "log.txt", UVICORN, environment=private) as server:
            report = besiege(server, asked.number, asked.silent, settles=BETWEEN + 5)  # it has tidied up by then
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
