"""What schedules are worth: measured lane by lane, so that what one answer has not measured yet, the next one does."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, ClassVar

import numpy as np

from engine import Run, descend_many, sharpness
from engine.frame import Frame
from engine.runs.feed import bucket
from engine.sentences.lane_names import lane_names
from engine.sentences.schedules import Best, Noisy, Still, noisy_sentences, still_sentences
from engine.studies.decay import CHOOSING, MOST_TRIED, RATES, SEEDS, Decay, at_constant_rate, is_steady, measure
from engine.studies.horizon import stability_factor
from engine.studies.stationary import stationary, stationary_sentence
from i18n import message
from live.queries.fields import BOWL, some_names, some_runs, wrong_names
from live.queries.needs import Need, lanes_cost, lanes_of, work_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

MOST_KEPT = 64
"""Lanes of the last comparisons: 50 kB each."""

_kept: OrderedDict[Run, Decay] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Schedules:
    """Do these schedules end lower than a constant rate, at their rates and at the best that each could have?"""

    seq: int
    runs: tuple[Run, ...]
    names: tuple[str, ...] = ()
    kind: ClassVar[str] = "schedules"

    @property
    def _next(self) -> Run | None:
        if self.runs[0].noise == 0:
            return None
        with _lock:
            return next((run for run in self.runs if run not in _kept), None)

    @property
    def needs(self) -> list[Need]:
        """Without noise the descents, with it the lanes of the run that is measured next."""
        run = self._next
        if run is not None:
            return lanes_of(run, "seeds, each at a rate of its own")
        if self.runs[0].noise > 0:
            return []
        descents = [Need(run.landscape.loss, work_of(run, "descent"), bucket(run.steps)) for run in self.runs]
        return [*descents, Need(self.runs[0].landscape.loss, "sharpness")]

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time that one lane takes, with the constant rate beside it."""
        run = self._next
        if run is None:
            return sum(2 * one.steps for one in self.runs) if self.runs[0].noise == 0 else 0
        tried = 2 * len(RATES) * CHOOSING + 2 * SEEDS if run.steps <= MOST_TRIED else 0
        return lanes_cost(run, 3 * SEEDS + tried)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Sentences, and with noise array ends (seeds, lanes): the losses of each lane, sorted, infinite where it lost.

        `missing` lanes are not measured yet: asked again, the question measures the next one. Only with none missing
        are there sentences.
        """
        names = lane_names(self.runs, self.names, by_schedule=True)
        if self.runs[0].noise == 0:
            return Frame().sealed({**self._head, "missing": 0, "sentences": still_sentences(self._still(names))})
        if (run := self._next) is not None:
            found = measure(run)
            with _lock:
                _kept[run] = found
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
        with _lock:
            lanes = [_kept.get(run) for run in self.runs]
        done = [lane for lane in lanes if lane is not None]
        header: dict[str, Any] = {**self._head, "missing": len(lanes) - len(done)}
        if header["missing"]:
            return Frame().sealed(header)
        frame = Frame()
        arrays = frame.places({"ends": np.stack([np.sort(lane.ends.losses) for lane in done], axis=1)})
        entries = [_noisy(name, lane) for name, lane in zip(names, done, strict=True)]
        sentences = noisy_sentences(entries, self.runs[0].steps, len(RATES))
        variances = [
            stationary_sentence(name, lane.run, told)
            for name, lane in zip(names, done, strict=True)
            if (told := stationary(lane.run, lane.ends.points, lane.ends.full))
        ]
        return frame.sealed(
            {**header, "seeds": SEEDS, "sentences": sentences, "variances": variances, "arrays": arrays}
        )

    @property
    def _head(self) -> dict[str, Any]:
        return {"seq": self.seq, "kind": self.kind}

    def _still(self, names: list[str]) -> list[Still]:
        lanes = descend_many(self.runs)
        constants = descend_many([at_constant_rate(run) for run in self.runs])
        return [
            Still(name, is_steady(lane.run), lane, constant, _border(constant))
            for name, lane, constant in zip(names, lanes, constants, strict=True)
        ]


def _border(constant: Any) -> tuple[float, float] | None:
    factor, words = stability_factor(constant.run)
    bend = float(sharpness(constant.run.landscape, constant.points[-1:])[0])
    return (constant.run.rate * bend, factor) if words and np.isfinite(bend) else None


def _noisy(name: str, one: Decay) -> Noisy:
    best = None
    if one.best and one.best_ends and one.best_constant and one.best_constant_ends:
        constant = one.best_constant
        best = Best(one.best.rate, one.best_ends.losses, constant.rate, one.best_constant_ends.losses)
    return Noisy(
        name,
        is_steady(one.run),
        one.run.rate,
        one.ends.losses,
        one.constant.losses,
        one.halfway.losses,
        best,
    )


def schedules(seq: int, runs: tuple[Run, ...], names: tuple[str, ...]) -> Schedules:
    """The query, if the runs can be compared. Raises Refusal."""
    if names and len(names) != len(runs):
        raise Refusal(wrong_names(len(runs), len(names)))
    free = {"optimizer": "gradient_descent", "knobs": {}, "rate": 1.0, "schedule": "constant", "schedule_knobs": {}}
    if len({replace(run, **free) for run in runs}) > 1:
        raise Refusal(
            message("Schedules are compared on one surface from one start: let the runs share all but their rates.")
        )
    if runs[0].batch_size is not None:
        raise Refusal(message("Schedules are measured on all points: set the batch size to all."))
    return Schedules(seq, runs, names)


SCHEDULES = Kind(
    "schedules",
    (
        Field("runs", some_runs, example=[BOWL, {**BOWL, "schedule": "step"}]),
        Field("names", some_names, default=(), example=["mine"]),
    ),
    schedules,
)
