"""A tournament over the wire, what it costs somebody else's drag, and the same in torch; a race of sixteen."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import ClientConnection, connect

from benchmarks.clock import seconds
from benchmarks.drags import Drag
from benchmarks.live import two_cores
from benchmarks.row import Row
from engine import OPTIMIZERS, Run
from engine.frame import opened
from engine.studies.tournaments import RATES, SEARCHED, play, played_starts, starts_in
from tests.server import ROOT, UVICORN, running

TOPIC = "Tournament"
SURFACES = (
    "ravine", "rosenbrock", "himmelblau", "styblinski_tang", "two_valleys", "saddle_valleys", "beale", "booth",
    "goldstein_price", "six_hump_camel",
)  # fmt: skip
STARTS, BUDGET = 64, 1_000
DRAG = Drag(clients=1, moves_per_second=30, seconds=12, optimizers=("adam",), steps=500)
ANSWERS = 40
LOOK = 16
"""Steps between two looks at whether any start still goes on, as the tournament's lanes have it."""


def rows() -> Iterator[Row]:
    """With nothing compiled and again, each beside a drag; then one surface here and in torch; then the race."""
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs"), "DESCENT_LAB_WARM_UP": "opening"}
        with running(Path(folder) / "log.txt", UVICORN, environment=private) as server:
            address = f"ws://127.0.0.1:{server.port}/live"
            with connect(address, compression=None, max_size=None) as socket:
                for what, tolerance in (("nothing compiled", 1e-6), ("again, compiled", 1.001e-6)):
                    yield from _beside_a_drag(socket, server.port, what, tolerance)
                yield from _race_of_sixteen(socket)
    yield from _beside_torch()


def _beside_a_drag(socket: ClientConnection, port: int, what: str, tolerance: float) -> Iterator[Row]:
    command = [sys.executable, "-m", "benchmarks.drags", str(port), DRAG.text]
    _ask(socket, {"runs": [{"landscape": "himmelblau", "optimizer": "adam", "steps": DRAG.steps}]})
    whole, parts, missing = 0.0, [], 1
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hand:
        time.sleep(2)
        runs = [{"landscape": "bowl", "optimizer": key} for key in OPTIMIZERS]
        terms = {"starts": STARTS, "budget": BUDGET, "tolerance": tolerance}
        asked = {"kind": "tournament", "landscapes": list(SURFACES), "runs": runs, **terms}
        begun = time.perf_counter()
        while missing:
            part = time.perf_counter()
            missing = _ask(socket, asked)["missing"]
            parts.append(time.perf_counter() - part)
        whole = time.perf_counter() - begun
        dragged = sorted(json.loads(hand.communicate(timeout=60)[0])["delays"])
    size = f"{len(runs)} methods x {len(SURFACES)} surfaces x {STARTS} starts"
    note = f"a part takes {np.median(parts) * 1e3:.0f} ms, the longest {max(parts):.1f} s"
    yield Row(TOPIC, f"{size}, each at its best of {len(RATES)} rates, {what}", whole, note=note)
    yield Row(TOPIC, f"a drag beside it, {what}, p95", dragged[len(dragged) * 95 // 100], at_most=0.06)


def _race_of_sixteen(socket: ClientConnection) -> Iterator[Row]:
    shared = {"landscape": "rosenbrock", "rate": 0.001, "steps": 2_000, "gradient_tolerance": 0}
    delays = []
    for turn in range(ANSWERS + 5):
        runs = [{**shared, "start": [-1.2, 1 + 1e-3 * turn], "optimizer": key} for key in OPTIMIZERS]
        begun = time.perf_counter()
        _ask(socket, {"runs": runs, "focus": 0})
        delays.append(time.perf_counter() - begun)
    yield Row.median(TOPIC, "a race of 16 methods x 2,000 steps: its answer on the wire", delays[5:], at_most=0.03)


def _ask(socket: ClientConnection, asked: Mapping[str, Any]) -> Any:
    socket.send(json.dumps({"seq": 1, **asked}))
    header, _ = opened(socket.recv(timeout=60, decode=False))
    if "error" in header:
        raise AssertionError(header["error"])
    return header


def _beside_torch() -> Iterator[Row]:
    """Momentum on Himmelblau's surface: the search of its rate and the starts played, the same costs by both."""
    run = Run("himmelblau", "momentum", rate=0.01)
    ours = play(run, "best_rate", BUDGET, STARTS)
    took = [seconds(lambda: play(run, "best_rate", BUDGET, STARTS)) for _ in range(9)]
    begun = time.perf_counter()
    tried = np.tile(starts_in(run.landscape, SEARCHED), (len(RATES), 1))
    _, searched = by_torch(np.repeat(RATES, SEARCHED), tried)
    costs, played = by_torch(np.full(STARTS, ours.run.rate), played_starts(run.landscape, STARTS))
    theirs, steps = time.perf_counter() - begun, searched + played
    arrived = np.isfinite(ours.costs)
    if not np.array_equal(costs[arrived], ours.costs[arrived]):
        raise AssertionError("torch did other work: its costs are not the tournament's.")
    yield Row.median(TOPIC, "momentum on Himmelblau's surface: its rate searched, 64 starts played", took)
    yield Row(TOPIC, "the same in torch, all rates and starts in one tensor", theirs)
    yield Row(TOPIC, "faster than torch by", theirs / float(np.median(took)), "x")
    yield Row(TOPIC, "steps a second", steps / float(np.median(took)) / 1e6, "million")


def by_torch(rates: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, int]:
    """Gradients until each start's slope is below 1e-6 (infinite beyond the budget), and steps of all together.

    The heavy ball by hand: torch.optim has one rate for all, and would go through them one after the other.
    """
    import torch

    w, rate = torch.tensor(starts, requires_grad=True), torch.tensor(rates)[:, None]
    velocity = torch.zeros(w.shape, dtype=w.dtype)
    going, steps = torch.ones(len(starts), dtype=torch.bool), torch.zeros(len(starts), dtype=torch.int64)
    there = torch.zeros(len(starts), dtype=torch.bool)
    for step in range(BUDGET + 1):
        w.grad = None
        x, y = w[:, 0], w[:, 1]
        loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
        loss.sum().backward()
        with torch.no_grad():
            gradient = w.grad
            assert gradient is not None
            still = gradient.norm(dim=1) < 1e-6
            there |= going & still
            sound = torch.isfinite(loss) & torch.isfinite(gradient).all(1) & (w.abs() <= 1e12).all(1)
            going &= sound & ~still
            if step == BUDGET or (step % LOOK == 0 and not going.any()):
                break
            steps += going
            velocity = 0.9 * velocity + gradient
            w -= rate * velocity
    costs = np.where(there.numpy(), steps.numpy(), np.inf)
    return costs, int(steps.sum())
