"""Every slider through 50 values: how often does XLA compile?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from benchmarks.row import Row
from engine import OPTIMIZERS, SCHEDULES, Run, descend, fastest_rate, sharpness, surface, warm_up, warm_up_curved
from engine.basis.knob import Knob
from landscapes import LANDSCAPES, Landscape
from live import with_counterparts

TOPIC = "Recompilations after warm-up"
VALUES = 50
SURFACE = "himmelblau"
COMPILED = "/jax/core/compile/backend_compile_duration"
"""JAX's own event: one for every program that XLA compiles, or fetches from a cache."""


class Count:
    """Programs compiled so far."""

    def __init__(self) -> None:
        self.programs = 0

    def __call__(self, event: str, duration_secs: float, **kwargs: str | int) -> None:
        """Listen to an event of JAX."""
        self.programs += event == COMPILED


@contextmanager
def counting() -> Iterator[Count]:
    """Count the programs compiled within."""
    count = Count()
    jax.monitoring.register_event_duration_secs_listener(count)
    try:
        yield count
    finally:
        jax.monitoring.unregister_event_duration_listener(count)


def rows() -> Iterator[Row]:
    """One number for all sliders of all optimizers and schedules, and for moving the window."""
    landscape = LANDSCAPES[SURFACE]
    with counting() as control:
        jax.jit(lambda x: x * 3 + 1)(np.arange(7.0))
    if control.programs == 0:
        yield Row(TOPIC, "all sliders", None, "", at_most=0, note="this JAX does not report its compilations")
        return
    warm_up(landscape)
    warm_up_curved(landscape)
    settings = list(_settings())
    with counting() as count:
        for setting in settings:
            descend(Run(landscape, **setting))
    note = f"{len(settings):,} runs: {len(settings) // VALUES} sliders, {VALUES} values each"
    yield Row(TOPIC, "all sliders of all optimizers and schedules", count.programs, "", at_most=0, note=note)
    with counting() as count:
        for size in np.linspace(0.5, 20, VALUES):
            seen = landscape.with_window(((-float(size), 1.0), (-2.0, float(size))))
            surface(seen, seen.window, 100, 80)
            run = Run(seen, start=(float(size) / 8, 1.0), steps=40 + int(50 * size))
            sharpness(seen, descend(run).points)
            fastest_rate(run)
    yield Row(TOPIC, "window, sharpness and fastest rate", count.programs, "", at_most=0)
    families = [one for one in LANDSCAPES.values() if one.parameters]
    for one in with_counterparts(families):
        warm_up(one)
    moves = list(_moves(families))
    with counting() as count:
        for moved in moves:
            surface(moved, moved.window, 110, 70)
            sharpness(moved, descend(Run(moved, steps=50)).points)
    note = f"{len(moves):,} values: {len(moves) // VALUES} sliders of {len(families)} surfaces, from the first move on"
    yield Row(TOPIC, "parameters of surfaces", count.programs, "", at_most=0, note=note)


def _settings() -> Iterator[dict[str, Any]]:
    shared = {
        "rate": np.geomspace(1e-4, 10, VALUES),
        "steps": np.geomspace(1, 10_000, VALUES).astype(int),
        "gradient_tolerance": np.geomspace(1e-12, 1, VALUES),
        "loss_tolerance": np.geomspace(1e-12, 1, VALUES),
        "noise": np.linspace(0, 2, VALUES),
        "seed": np.arange(VALUES),
        "clip_norm": np.geomspace(1e-3, 1e3, VALUES),
        "clip_value": np.geomspace(1e-3, 1e3, VALUES),
    }
    for name, values in shared.items():
        # Python's own numbers, which is what the wire and the link deliver.
        yield from ({"optimizer": "adam", "noise": 0.1, name: value} for value in values.tolist())
    for x in np.linspace(-6, 6, VALUES).tolist():
        yield {"optimizer": "momentum", "start": (x, -x / 2)}
    for key, optimizer in OPTIMIZERS.items():
        yield from ({"optimizer": key, "knobs": knobs} for knobs in _moved(optimizer.knobs))
    for key, schedule in SCHEDULES.items():
        yield from ({"schedule": key, "schedule_knobs": knobs} for knobs in _moved(schedule.knobs))


def _moves(families: Iterable[Landscape]) -> Iterator[Landscape]:
    for family in families:
        for one in family.parameters:
            values = np.geomspace if one.log else np.linspace
            yield from (family.with_values({one.name: value}) for value in values(one.low, one.high, VALUES).tolist())


def _moved(knobs: Mapping[str, Knob]) -> Iterator[dict[str, float]]:
    for name, knob in knobs.items():
        for value in np.linspace(knob.low, knob.high, VALUES).tolist():
            one = round(value) if knob.whole else value
            yield {name: (one, one + 3) if knob.many else one}
