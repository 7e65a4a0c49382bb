"""What a visitor's own surface costs: reading it, its first answer beside somebody's drag, and its critical points."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import jax
import numpy as np
import scipy.optimize
from websockets.sync.client import connect

from benchmarks.clock import Contender, race, seconds
from benchmarks.drags import Drag
from benchmarks.live import FIVE, two_cores
from benchmarks.row import Row
from engine import critical_points
from engine.frame import opened
from landscapes import LANDSCAPES, formula
from landscapes.language import loss_of, parse, read
from tests.server import ROOT, UVICORN, running

TOPIC = "Your own surface"
ROUNDS = 5
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
LARGEST = "+".join(f"({'+'.join(['x*y'] * 8)})" for _ in range(12))
"""383 parts of the 400 that a formula may have; the bench adds two."""
DRAG = Drag(clients=1, moves_per_second=30, seconds=12, optimizers=("adam",), steps=500)
NEW = 8
"""Formulas that nobody has asked for before, one a second while the other visitor drags; what is compiled behind each
first answer falls into that second too."""


def rows() -> Iterator[Row]:
    """Parsing, critical points, first use."""
    yield from _reading()
    yield from _finding()
    yield from _first_use()


def _reading() -> Iterator[Row]:
    number = count(2)

    def new(text: str) -> None:
        # Another one each time: what was read once is kept.
        loss_of(parse(f"{next(number)}*({text})"))

    contenders = {
        "Himmelblau": Contender(partial(new, HIMMELBLAU), 50),
        "400 parts": Contender(partial(new, LARGEST), 10),
        "written": Contender(lambda: read(f"{LARGEST.replace('*', ' ')} + {next(number)}"), 10),
        "ast": Contender(lambda: compile(ast.parse(HIMMELBLAU, mode="eval"), "", "eval"), 50),
    }
    times = race(contenders, ROUNDS)
    yield Row.median(TOPIC, "Himmelblau's formula read, to a function", times["Himmelblau"])
    yield Row.median(TOPIC, "a formula of 383 parts", times["400 parts"])
    yield Row.median(TOPIC, "the same without a sign between its letters, understood", times["written"], at_most=0.01)
    yield Row.median(TOPIC, "Himmelblau's in Python's own parser and compiler", times["ast"])


def _finding() -> Iterator[Row]:
    for key, at_most in (("himmelblau", 0.05), ("rastrigin", None)):
        landscape = LANDSCAPES[key]
        first = seconds(partial(critical_points, landscape))
        found = len(critical_points(landscape).points)
        times = race({"ours": Contender(partial(critical_points, landscape), 5)}, ROUNDS)["ours"]
        note = f"{found} points; the first time, compiling, {first:.2f} s"
        yield Row.median(TOPIC, f"critical points of {landscape.name}", times, at_most=at_most, note=note)
    landscape = LANDSCAPES["himmelblau"]
    slope, bends = jax.jit(jax.grad(landscape.loss)), jax.jit(jax.hessian(landscape.loss))
    starts = np.stack(np.meshgrid(*[np.linspace(-5, 5, 64)] * 2), -1).reshape(-1, 2)[::64]

    def roots() -> None:
        for start in starts:
            scipy.optimize.root(lambda at: np.asarray(slope(at)), start, jac=lambda at: np.asarray(bends(at)))

    roots()
    alone = seconds(roots) * 64
    yield Row(TOPIC, "scipy.optimize.root from the same 4,096 starts", alone, note="64 of them, times 64")


def _first_use() -> Iterator[Row]:
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        # Ready with its first page: all that is compiled from here on is what the new formulas cost.
        ready = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs"), "DESCENT_LAB_WARM_UP": "opening"}
        with running(Path(folder) / "log.txt", UVICORN, environment=ready) as server:
            time.sleep(2)
            command = [sys.executable, "-m", "benchmarks.drags", str(server.port), DRAG.text]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hand:
                time.sleep(2.5)
                delays = [_answer_of_a_new_one(server.port, number) for number in range(NEW)]
                told = json.loads(hand.communicate(timeout=60)[0])
    dragged = sorted(told["delays"])
    yield Row.median(TOPIC, "a new formula's first answer, 5 x 200 steps", delays, at_most=0.5)
    yield Row(TOPIC, "a drag beside it, p95", dragged[len(dragged) * 95 // 100], at_most=0.06)


def _answer_of_a_new_one(port: int, number: int) -> float:
    """Seconds from the question to the picture's numbers; then the second is waited out."""
    begun = time.perf_counter()
    text = formula(f"sin({number + 2}*x/3)*cos(y) + (x**2 + {number}*y**2/7)/10").text
    runs = [{"landscape": text, "optimizer": key, "steps": 200} for key in FIVE]
    with connect(f"ws://127.0.0.1:{port}/live", compression=None, max_size=None) as socket:
        socket.send(json.dumps({"seq": 1, "runs": runs, "focus": 0}))
        header, _ = opened(socket.recv(timeout=30, decode=False))
    assert "error" not in header
    taken = time.perf_counter() - begun
    time.sleep(max(0.0, 1 - taken))
    return taken
