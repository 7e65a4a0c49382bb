"""What a server holds in memory once everything has been asked of it, and how soon a surface answers the first time."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from websockets.sync.client import connect

from benchmarks.live import FIVE, READY, two_cores
from benchmarks.row import Row
from engine import OPTIMIZERS
from engine.frame import opened
from landscapes import LANDSCAPES, formula
from live.work.memory import BETWEEN
from tests.server import UVICORN, Server, running

TOPIC = "Memory of a server that everything is asked of"
FORMULAS = 200
MOST = 700.0
"""Megabytes, of a host that has 1 GB."""
GROWN = 0.05
"""What a second round of the same questions may add, as a share: what is flat still wobbles with what is evicted."""
PATIENCE = 120
"""Seconds for one answer."""
PAUSE = 1.0
"""Seconds between two first questions: what is compiled behind one answer is no part of the next one's time."""
MAPS = ("gradient_descent", "momentum", "newton")
CURVED = ("newton", "bfgs")


def rows() -> Iterator[Row]:
    """First answers without and with kept programs, then what the server holds after each stage."""
    if sys.platform != "linux":
        yield Row(TOPIC, "resident memory", None, note="read from /proc, which only Linux has")
        return
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        kept = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")}
        with running(Path(folder) / "log.txt", UVICORN, environment=kept | READY) as server:
            yield _times("a built-in surface's first answer, nothing kept", _first_answers(server), 0.4)
        with running(Path(folder) / "again.txt", UVICORN, environment=kept | READY) as server:
            yield _times("the same, programs kept on disk", _first_answers(server), 0.15)
            yield Row(TOPIC, "resident with all surfaces dragged", _resident(server), "MB")
        with running(Path(folder) / "whole.txt", UVICORN, environment=kept) as server:
            # It compiles all surfaces and the networks ahead, and is asked meanwhile.
            everything = _everything(server)
            after = _resident(server)
            yield Row(
                TOPIC, f"resident with all {len(LANDSCAPES)} surfaces asked everything", after, "MB", at_most=MOST
            )
            typed = _typed(server)
            full = _resident(server)
            yield Row(TOPIC, f"and with {FORMULAS} formulas typed", full, "MB", at_most=MOST)
            yield _times("a formula's first answer among them", typed, None)
            again = [*_everything(server), *_typed(server)]
            grown = _resident(server) / full - 1
            note = f"{_resident(server):,.0f} MB; the highest on the way was {_highest(server):,.0f} MB"
            yield Row(TOPIC, "grown by the same questions once more", grown, "", at_most=GROWN, note=note)
            yield _times("an answer of the first round", everything, None)
            yield _times("an answer of the second", again, None)


def _times(what: str, seconds: list[float], at_most: float | None) -> Row:
    return Row.median(TOPIC, what, seconds, at_most=at_most)


def _first_answers(server: Server) -> list[float]:
    """Of each built-in but the opening one: five methods and the slopes of one, as the Playground asks."""
    told = []
    for key in [key for key in LANDSCAPES if key != "himmelblau"]:
        told.append(_ask(server, _opening(key)))
        time.sleep(PAUSE)
    return told


def _opening(landscape: str) -> dict:
    return {"runs": [{"landscape": landscape, "optimizer": key, "steps": 200} for key in FIVE], "focus": 0}


def _everything(server: Server) -> list[float]:
    """Every kind of question of every built-in surface."""
    return [_ask(server, one) for key in LANDSCAPES for one in _questions(key)] + [
        _surface(server, key) for key in LANDSCAPES
    ]


def _questions(landscape: str) -> Iterator[dict]:
    run = {"landscape": landscape, "steps": 200, "rate": 0.01}
    yield _opening(landscape)
    for steps in (200, 10_000):
        yield {"runs": [run | {"optimizer": key, "steps": steps} for key in OPTIMIZERS], "focus": 0}
    for key in ("adam", *CURVED):
        yield {"kind": "step", "run": run | {"optimizer": key}, "step": 3}
    for key in ("momentum", "bfgs"):
        yield {"kind": "fastest", "run": run | {"optimizer": key}}
    yield {"kind": "point", "landscape": landscape, "position": [1, 2]}
    yield {"kind": "field", "landscape": landscape, "window": [0, 1, 0, 1], "columns": 5, "rows": 4}
    for key in MAPS:
        yield {"kind": "basin", "run": run | {"optimizer": key}, "resolution": 64}
        yield {"kind": "sweep", "run": run | {"optimizer": key}}
    axes = {"x": ["rate", 1e-4, 1, True], "y": ["momentum", 0, 0.99, False]}
    yield {"kind": "knobs", "run": run | {"optimizer": "momentum"}, **axes, "columns": 64, "rows": 64}
    yield {"kind": "hints", "run": run | {"optimizer": "adam"}}
    yield {"kind": "cloud", "run": run | {"optimizer": "momentum", "noise": 0.1}, "seeds": 100}


def _typed(server: Server) -> list[float]:
    """A picture of each of many formulas: its first answer, its surface, and a look at a point."""
    told = []
    for number in range(FORMULAS):
        text = formula(f"sin({number + 2}*x/3)*cos(y) + (x**2 + {number}*y**2/7)/10").text
        told.append(_ask(server, _opening(text)))
        _surface(server, text)
        _ask(server, {"kind": "point", "landscape": text, "position": [1, 2]})
    return told


def _ask(server: Server, question: dict) -> float:
    """Seconds until the answer, on a connection of its own: nobody's allowance is spent."""
    with connect(f"ws://127.0.0.1:{server.port}/live", compression=None, max_size=None) as socket:
        begun = time.perf_counter()
        socket.send(json.dumps({"seq": 1, **question}))
        header, _ = opened(socket.recv(timeout=PATIENCE, decode=False))
        taken = time.perf_counter() - begun
    if "error" in header:
        raise AssertionError(f"The server refused {question}: {header['error']}")
    return taken


def _surface(server: Server, landscape: str) -> float:
    begun = time.perf_counter()
    grid = {"landscape": landscape, "window": "-1,1,-1,1", "columns": 50, "rows": 50}
    urlopen(f"http://127.0.0.1:{server.port}/live/surface?{urlencode(grid)}", timeout=PATIENCE).close()
    return time.perf_counter() - begun


def _resident(server: Server) -> float:
    """Megabytes that the server's process holds, after a quiet while in which it has tidied up."""
    time.sleep(BETWEEN + 5)
    return _status(server, "VmRSS")


def _highest(server: Server) -> float:
    return _status(server, "VmHWM")


def _status(server: Server, name: str) -> float:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(name))
