"""What a stage needs to know of optimizers and schedules: names, and the knobs with their bounds and defaults."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.basis.knob import Knob
from engine.basis.schedule import WARM_UP, Schedule
from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES


def facts_of(optimizers: Iterable[str], schedules: Iterable[str]) -> dict[str, Any]:
    """Of the optimizers and the schedules of these keys, as plain JSON."""
    return {
        "optimizers": {key: _facts(OPTIMIZERS[key]) for key in optimizers},
        "schedules": {key: _schedule(SCHEDULES[key]) for key in schedules},
    }


def _facts(record: Any) -> dict[str, Any]:
    return {"name": record.name, "about": record.about, "knobs": _knobs(record.knobs)}


def _schedule(record: Schedule) -> dict[str, Any]:
    """Its own knobs, and apart from them those of the warm-up, which the page keeps out of the way while it is off."""
    return {"name": record.name, "about": record.about, "knobs": _knobs(record.own), "warm_up": _knobs(WARM_UP)}


def _knobs(knobs: Mapping[str, Knob]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "name": knob.name,
            "default": knob.default,
            "low": knob.low,
            "high": knob.high,
            "log": knob.log,
            "whole": knob.whole,
            "hard_low": knob.bounds[0],
            "hard_high": knob.bounds[1] if knob.bounds[1] < 1e300 else None,
            "open_high": knob.open_end,
            "many": knob.many,
        }
        for key, knob in knobs.items()
    ]
