"""Maps over the wire: how often a live map answers, and what a large one costs somebody else's drag."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from benchmarks.drags import Drag
from benchmarks.live import two_cores, warm
from benchmarks.row import Row
from engine.frame import opened
from tests.server import ROOT, UVICORN, running

TOPIC = "Maps over the wire"
RUN = {"landscape": "himmelblau", "optimizer": "momentum", "rate": 0.01, "steps": 500}
LIVE_SECONDS = 5.0
SIDE, BAND = 1_024, 64
DRAG = Drag(clients=1, moves_per_second=30, seconds=12, optimizers=("adam",), steps=500)


def rows() -> Iterator[Row]:
    """The live map's pace; a map of a million starts; a drag beside it."""
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")}
        with running(Path(folder) / "log.txt", UVICORN, environment=private) as server:
            warm(server.port)
            with connect(f"ws://127.0.0.1:{server.port}/live", compression=None, max_size=None) as socket:
                yield from _measured(socket, server.port)


def _measured(socket: ClientConnection, port: int) -> Iterator[Row]:
    _ask(socket, {**RUN}, resolution=64)
    begun, delays = time.perf_counter(), []
    while time.perf_counter() - begun < LIVE_SECONDS:
        asked = time.perf_counter()
        _ask(socket, {**RUN, "rate": 0.01 + 1e-5 * (len(delays) % 50)}, resolution=64)
        delays.append(time.perf_counter() - asked)
    pace = len(delays) / (time.perf_counter() - begun)
    yield Row(TOPIC, "a live map of 64 x 64 starts, a second", pace, "", at_least=15)
    yield Row.median(TOPIC, "one such answer", delays)
    command = [sys.executable, "-m", "benchmarks.drags", str(port), DRAG.text]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hand:
        time.sleep(2)
        whole = []
        for _ in range(2):
            asked = time.perf_counter()
            for first in range(0, SIDE, BAND):
                _ask(socket, RUN, columns=SIDE, rows=SIDE, band=[first, first + BAND])
            whole.append(time.perf_counter() - asked)
        told = json.loads(hand.communicate(timeout=60)[0])
    dragged = sorted(told["delays"])
    yield Row.median(TOPIC, "a map of 1,024 x 1,024 starts, beside a drag", whole)
    yield Row(TOPIC, "the drag beside it, p95", dragged[len(dragged) * 95 // 100], at_most=0.06)


def _ask(socket: ClientConnection, run: dict[str, Any], **more: Any) -> None:
    socket.send(json.dumps({"seq": 1, "kind": "basin", "run": run, **more}))
    header, _ = opened(socket.recv(timeout=30, decode=False))
    if "error" in header:
        raise AssertionError(header["error"])
