"""The par of every challenge, searched: `python -m tests.challenges [key ...]` says what a grid of all settings finds.

It takes minutes: thousands of settings of each challenge, and then as many around the best of them.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qs

import numpy as np

from engine import OPTIMIZERS, Run
from lessons.challenge import CHALLENGES, Challenge
from lessons.judge import judge, judge_network
from ui.scene.link import decode

COUNTS = {1: 1500, 2: 90}
"""Values of each setting, by the number of settings."""
COSTLY = {1: 76, 2: 12}
"""The same where each try is hundreds of runs."""
QUICK = {1: 50, 2: 11}
QUICK_COSTLY = {1: 9, 2: 4}
WIDE = 10
"""A setting whose ends are this many times apart is searched by factors, and others by differences."""


class Found(NamedTuple):
    """A setting, and what it scores."""

    score: float
    settings: Mapping[str, object]


def runs_of(query: str) -> list[Run]:
    """The runs of a picture."""
    scene, notices = decode(parse_qs(query, keep_blank_values=True))
    assert not notices
    return scene.runs()


def is_costly(challenge: Challenge) -> bool:
    """Whether a try is many runs."""
    return any(must.least_share or must.most_loss for must in challenge.must)


def with_found(run: Run, settings: Mapping[str, object]) -> Run:
    """The run with settings of a search."""
    changes: dict[str, object] = {name: value for name, value in settings.items() if name in ("rate", "noise")}
    if "x" in settings:
        changes["start"] = (settings["x"], settings["y"])
    if settings.get("optimizer", run.optimizer) != run.optimizer:
        changes |= {"optimizer": settings["optimizer"], "knobs": {}}
    knobs = {name: value for name, value in settings.items() if name in run.knobs}
    schedule_knobs = {name: value for name, value in settings.items() if name in run.schedule_knobs}
    if knobs:
        changes["knobs"] = {**run.knobs, **knobs}
    if schedule_knobs:
        changes["schedule_knobs"] = {**run.schedule_knobs, **schedule_knobs}
    return replace(run, **changes)


def axis(ends: tuple[float, float], count: int) -> np.ndarray:
    """Values of three digits from one end to the other: what a learner types."""
    low, high = ends
    values = np.geomspace(low, high, count) if low > 0 and high >= WIDE * low else np.linspace(low, high, count)
    return np.unique([float(f"{value:.3g}") for value in values])


def tries(challenge: Challenge, ends: Mapping[str, tuple[float, float]], count: int) -> Iterator[Found]:
    """Every solution on the grid."""
    runs = runs_of(challenge.picture)
    at = challenge.run - 1
    axes: list[Sequence[object]] = [axis(one, count).tolist() for one in ends.values()]
    methods = list(OPTIMIZERS) if "optimizer" in challenge.free else [runs[at].optimizer]
    for method, *values in itertools.product(methods, *axes):
        settings = {"optimizer": method, **dict(zip(ends, values, strict=True))}
        tried = [*runs]
        tried[at] = with_found(runs[at], settings)
        verdict = judge(challenge, tried, explain=False)
        if verdict.score is not None:
            yield Found(verdict.score, settings)


def best(challenge: Challenge, found: Iterator[Found]) -> Found:
    """The first of the best."""
    worst = Found(math.inf if challenge.better == "less" else -math.inf, {})
    first = worst
    for one in found:
        if challenge.is_better(one.score, first.score):
            first = one
    return first


def search(challenge: Challenge, quick: bool = False) -> Found:
    """The best of the grid; in the full search also of a grid around it."""
    if challenge.network:
        verdicts = [(change, judge_network(challenge, change).score) for change in challenge.changes]
        scored = (Found(score, {"change": change}) for change, score in verdicts if score is not None)
        return best(challenge, scored)
    costly = is_costly(challenge)
    counts = (QUICK_COSTLY if costly else QUICK) if quick else (COSTLY if costly else COUNTS)
    count = counts[len(challenge.search)] // (3 if "optimizer" in challenge.free else 1)
    first = best(challenge, tries(challenge, challenge.search, count))
    if quick or not first.settings:
        return first
    near = {}
    for name, (low, high) in challenge.search.items():
        values = axis((low, high), count)
        place = int(np.argmin(np.abs(values - float(str(first.settings[name])))))
        near[name] = (float(values[max(place - 1, 0)]), float(values[min(place + 1, len(values) - 1)]))
    second = best(challenge, tries(challenge, near, max(count // 3, 9)))
    return second if challenge.is_better(second.score, first.score) else first


if __name__ == "__main__":
    for key in sys.argv[1:] or CHALLENGES:
        one = CHALLENGES[key]
        found = search(one)
        sys.stdout.write(f"{key}: par {one.par:g}, found {found.score:.6g} with {dict(found.settings)}\n")
        sys.stdout.flush()
