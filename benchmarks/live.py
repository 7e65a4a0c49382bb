"""/live on the real server, asked by visitors in another process, all on two cores."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from websockets.sync.client import connect

from benchmarks.drags import Drag
from benchmarks.row import Row
from engine.frame import opened
from landscapes import LANDSCAPES
from tests.server import ROOT, UVICORN, running

TOPIC = "/live, server and visitors on 2 cores"
ROUNDS = 3
FIVE = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
ONE_HAND = Drag(clients=1, moves_per_second=60, seconds=4, optimizers=FIVE, steps=500)
CLASS_OF_ONE_METHOD = Drag(clients=50, moves_per_second=30, seconds=4, optimizers=("adam",), steps=500)
CLASS_AS_IT_OPENS = Drag(clients=50, moves_per_second=30, seconds=4, optimizers=FIVE, steps=200, focus=1)
"""What the app's opening picture asks at each move: 1,500 answers of five runs a second are more than two cores hold
beside their own clients. The row promises nothing and shows how it degrades: the newest move wins, without errors."""


READY = {"DESCENT_LAB_WARM_UP": "opening"}
"""Nothing is compiled in the background: what a measurement needs has been asked for before."""


def rows() -> Iterator[Row]:
    """Delays of one visitor and of fifty, and what went wrong."""
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")}
        with running(Path(folder) / "log.txt", UVICORN, environment=private | READY) as server:
            warm(server.port)
            yield from _drag(server.port, "1 visitor, 5 x 500 steps, 60 moves/s", ONE_HAND, 50, 0.005)
            yield from _drag(server.port, "50 visitors, Adam x 500, 30 moves/s", CLASS_OF_ONE_METHOD, 95, 0.050)
            yield from _drag(server.port, "50 visitors, opening 5 x 200, 30 moves/s", CLASS_AS_IT_OPENS, 95, None)
        with running(Path(folder) / "again.txt", UVICORN, environment=private) as server:
            # The minutes after a start, when the other surfaces and their maps are compiled behind the visitors.
            yield from _drag(server.port, "50 visitors, Adam x 500, while it compiles", CLASS_OF_ONE_METHOD, 95, None)


def _drag(port: int, what: str, drag: Drag, percentile: int, at_most: float | None) -> Iterator[Row]:
    seen = [_visitors(port, drag) for _ in range(ROUNDS)]
    delays = [_percentile(one["delays"], percentile) for one in seen]
    answered = sum(len(one["delays"]) for one in seen)
    overtaken, errors = sum(one["overtaken"] for one in seen), [error for one in seen for error in one["errors"]]
    share = f"{answered / (answered + overtaken):.0%}" if answered else "none"
    other = 145 - percentile
    note = (
        f"p{other} {statistics.median(_percentile(one['delays'], other) for one in seen) * 1e3:.1f} ms; "
        f"{answered:,} answers, {share} of the moves shown"
    )
    yield Row.median(TOPIC, f"{what}: p{percentile}", delays, at_most=at_most, note=note)
    note = f"the first: {errors[0]}" if errors else ""
    yield Row(TOPIC, f"{what}: errors", len(errors), "", at_most=0, note=note)


def _visitors(port: int, drag: Drag) -> dict:
    command = [sys.executable, "-m", "benchmarks.drags", str(port), drag.text]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(told.stdout)


def _percentile(delays: Sequence[float], percent: int) -> float:
    """Infinite where nobody was answered: then no promise may hold."""
    ordered = sorted(delays)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")


def warm(port: int) -> None:
    """Ask the server everything it compiles in the background, so that none of it falls into a measurement."""
    with connect(f"ws://127.0.0.1:{port}/live", compression=None, max_size=None) as socket:
        for key in LANDSCAPES:
            run = {"landscape": key, "gradient_tolerance": 1e300}
            for steps in (500, 10_000):
                for asked in ({"runs": [run | {"steps": steps}], "focus": 0}, {"kind": "fastest", "run": run}):
                    socket.send(json.dumps({"seq": 1, **asked}))
                    header, _ = opened(socket.recv(timeout=60, decode=False))
                    if "error" in header:
                        raise AssertionError(f"The server refused to warm up: {header['error']}")
            grid = f"landscape={key}&window=-1,1,-1,1&columns=2&rows=2"
            urlopen(f"http://127.0.0.1:{port}/live/surface?{grid}", timeout=60).close()
    time.sleep(2)  # it then sets the compiled programs' objects aside, once


@contextmanager
def two_cores() -> Iterator[None]:
    """What is started within has two cores, as promised; a machine without the means to say so gives what it has."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
