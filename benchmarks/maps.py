"""Basins of 256 x 256 starts x 500 momentum steps on Himmelblau's surface, beside SIMD C and batched torch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.clock import Contender, race
from benchmarks.map_peers import ByC, by_torch
from benchmarks.peers import NoCompiler
from benchmarks.row import Row
from engine import Run, basin_map, stability_map

TOPIC = "Basins: 65,536 starts x 500 momentum steps on Himmelblau"
ROUNDS = 5
SAME = 0.999
"""Share of starts at which a peer must do what the map says: at fractal borders rounding decides."""


def basins() -> Run:
    """The run that is mapped; most starts arrive after some 325 steps."""
    return Run("himmelblau", "momentum", rate=0.01, steps=500)


def grid(run: Run, resolution: int) -> np.ndarray:
    """The map's starts (resolution^2, 2)."""
    (x0, x1), (y0, y1) = run.landscape.window
    sides = np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution)
    return np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def agreement(run: Run, ends: np.ndarray, steps: np.ndarray) -> float:
    """The share of a square map's starts whose end and number of steps a peer has too."""
    ours = basin_map(run, round(len(ends) ** 0.5))
    labels = ours.labels.ravel()
    arrived, there = labels >= 0, np.ones(len(ends), dtype=bool)
    there[arrived] = np.hypot(*(ends[arrived] - ours.minima[labels[arrived]]).T) < 1e-3
    return float(np.mean(there & (np.abs(steps - ours.steps.ravel()) <= 1)))


def rows() -> Iterator[Row]:
    """The map with everything it tells, its peers, and the ratios that are promised."""
    run = basins()
    starts = grid(run, 256)
    contenders = {
        "map": Contender(partial(basin_map, run), 5),
        "torch": Contender(partial(by_torch, run, starts), 1),
        "live": Contender(partial(basin_map, run, 64), 9),
    }
    with tempfile.TemporaryDirectory() as folder:
        no_compiler, peers = "", {"torch": partial(by_torch, run)}
        try:
            by_c = ByC(Path(folder))
            peers["C"] = partial(by_c, run)
            contenders["C"] = Contender(partial(by_c, run, starts), 5)
        except NoCompiler as fault:
            no_compiler = str(fault)
        for name, peer in peers.items():
            share = agreement(run, *peer(starts))
            if share < SAME:
                raise AssertionError(f"{name} did other work: it agrees with the map on {share:.2%} of the starts.")
        basin_map(run, 64)
        times = race(contenders, ROUNDS)
    yield Row.median(TOPIC, "the map: labels, steps, minima, shares", times["map"])
    yield Row.median(TOPIC, "torch, all starts in one tensor", times["torch"], note="with the map's stop tests")
    ratio = [peer / ours for peer, ours in zip(times["torch"], times["map"], strict=True)]
    yield Row.median(TOPIC, "faster than batched torch by", ratio, "x", at_least=40)
    slower = "times C in SIMD lanes on 2 threads"
    if no_compiler:
        yield Row(TOPIC, slower, None, "x", at_most=3, note=no_compiler)
    else:
        yield Row.median(TOPIC, "C in SIMD lanes, 2 threads", times["C"], note="with the map's stop tests")
        ratio = [ours / peer for peer, ours in zip(times["C"], times["map"], strict=True)]
        yield Row.median(TOPIC, slower, ratio, "x", at_most=3)
    yield Row.median(TOPIC, "the live map, 64 x 64 starts", times["live"])
    heavy = Run("ravine", "momentum", steps=2000)
    rates, momenta = np.linspace(0.001, 0.1, 256), np.linspace(0, 0.99, 256)
    seen = stability_map(heavy, rates, momenta)
    law = rates[None, :] * 50 < 2 * (1 + momenta[:, None])
    agrees = 100 * float(np.mean(seen.stable == law))
    what = "cells of 256 x 256 rates x momenta that keep the heavy-ball law"
    yield Row(TOPIC, what, agrees, "%", at_least=99.9, note="2,000 steps on the ravine")
