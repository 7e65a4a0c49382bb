"""One knob through many values, or two of them as the axes of a map: what becomes of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.basis.registry import unknown
from engine.descent.ensemble import THREADS, Varied, compute, from_settings
from engine.optimizers import OPTIMIZERS
from engine.runs.packing import pack
from engine.runs.run import Run
from engine.runs.trajectory import LOST
from engine.schedules import SCHEDULES
from engine.studies.arrivals import Surveyor
from engine.surfaces.grids import losses
from i18n import message
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy.typing import ArrayLike

PARAMETER = "@"
"""What a parameter's name begins with where it stands beside knobs."""
MOST_VALUES = 1024
"""Of one axis."""


@dataclass(frozen=True, eq=False)
class KnobMap:
    """What became of a run under every pair of two knobs' values: rows are those of y, columns those of x."""

    run: Run
    x_knob: str
    xs: Float[np.ndarray, " columns"]
    y_knob: str
    ys: Float[np.ndarray, " rows"]
    final_losses: Float[np.ndarray, "rows columns"]
    """May be infinite or NaN where a run diverged."""
    steps: Int[np.ndarray, "rows columns"]
    """Updates made when the run ended."""
    outcomes: Int[np.ndarray, "rows columns"]
    """Indices into OUTCOME_KINDS."""
    arrived: np.ndarray
    """(rows, columns), as an outcome's `arrived`: whether the run ended at a minimum."""
    first_loss: float | Float[np.ndarray, "rows columns"]
    """One for each pair where a parameter of the surface is an axis."""

    @property
    def stable(self) -> np.ndarray:
        """(rows, columns): whether the run neither diverged nor ended higher than it began."""
        with np.errstate(invalid="ignore"):
            return (self.outcomes != LOST) & (self.final_losses <= self.first_loss)


@dataclass(frozen=True, eq=False)
class RateSweep:
    """What became of a run under each of many learning rates; arrays (n,), in the order of `rates`."""

    run: Run
    rates: Float[np.ndarray, " n"]
    final_losses: Float[np.ndarray, " n"]
    """May be infinite or NaN where a run diverged."""
    steps: Int[np.ndarray, " n"]
    outcomes: Int[np.ndarray, " n"]
    """Indices into OUTCOME_KINDS."""
    arrived: np.ndarray
    first_loss: float

    @property
    def starts(self) -> bool:
        """Whether its start is a place to begin at."""
        return bool(np.any((self.outcomes != LOST) | (self.steps > 0)))

    @property
    def edge(self) -> float | None:
        """The rate beyond which every run of the sweep diverges or ends higher than it began: the middle, on a log
        scale, of the last rate that does not and the first that does. None if all do or the highest rate does not.
        """
        order = np.argsort(self.rates, kind="stable")
        with np.errstate(invalid="ignore"):
            stable = (self.outcomes != LOST) & (self.final_losses <= self.first_loss)
        last = np.flatnonzero(stable[order])
        if len(last) == 0 or last[-1] == len(order) - 1:
            return None
        low, high = self.rates[order[last[-1]]], self.rates[order[last[-1] + 1]]
        return float(np.sqrt(low) * np.sqrt(high))


def rate_sweep(run: Run, rates: ArrayLike) -> RateSweep:
    """The run under each of `rates` (n,), up to 1,024 of them.

    Raises ValueError with a sentence for a rate that is none.
    """
    values = _values("rate", rates)
    told = knob_map(run, "rate", values, None, (0.0,))
    columns = (told.final_losses[0], told.steps[0], told.outcomes[0], told.arrived[0])
    return RateSweep(run, values, *columns, float(told.first_loss))


def stability_map(run: Run, rates: ArrayLike, momenta: ArrayLike) -> KnobMap:
    """The run under every learning rate (columns) and momentum (rows); of Adam and its kin, momentum is beta1.

    Raises ValueError with a sentence for an optimizer that has neither, or for a value out of bounds.
    """
    knobs = OPTIMIZERS[run.optimizer].knobs
    momentum = "beta1" if "momentum" not in knobs and "beta1" in knobs else "momentum"
    return knob_map(run, "rate", rates, momentum, momenta)


def knob_map(
    run: Run,
    x_knob: str,
    xs: ArrayLike,
    y_knob: str | None,
    ys: ArrayLike,
    progress: Callable[[float], object] | None = None,
    threads: int = THREADS,
) -> KnobMap:
    """The run under every pair of values of two of its knobs.

    Args:
        run: all that the knobs do not say. A run with noise has one noise, from its seed, for all pairs.
        x_knob: "rate", a knob of the run's optimizer, or one of its schedule's; or "@" and a parameter of the surface.
        xs: its values (columns), up to 1,024.
        y_knob: another one, or None for a single row; a parameter may be one of the two.
        ys: its values (rows), up to 1,024.
        progress: called now and then with the share that is done; what it raises ends the computation.
        threads: how many slices are computed at a time.

    Raises:
        ValueError: with a sentence, for a knob that the run does not have or a value out of its bounds.
    """
    _apart(x_knob, y_knob)
    x_values, y_values = _values(x_knob, xs), _values(y_knob or "row", ys)
    if PARAMETER in (x_knob[0], (y_knob or " ")[0]):
        return _over_parameter(run, x_knob, x_values, y_knob or "", y_values, progress, threads)
    across = _axis(run, x_knob, x_values)
    up = _axis(run, y_knob, y_values) if y_knob else _Axis({}, {}, {})
    width, count = len(x_values), len(x_values) * len(y_values)
    packed = pack(run)

    def settings(lanes: Int[np.ndarray, " lanes"]) -> Varied:
        filled = np.repeat(packed[:, None], len(lanes), axis=1)
        rates, knobs = np.full(len(lanes), run.rate), dict[str, Any](run.schedule_knobs)
        for axis, at in ((across, lanes % width), (up, lanes // width)):
            for column, values in axis.packed.items():
                filled[column] = values[at]
            for name, values in axis.scheduled.items():
                knobs[name] = values[at]
            for values in axis.rate.values():
                rates = values[at]
        return Varied(filled, rates, knobs)

    surveyor, done = Surveyor(run.landscape), 0
    final_losses, steps = np.empty(count), np.empty(count, dtype=np.int32)
    outcomes, arrived = np.empty(count, dtype=np.int8), np.empty(count, dtype=bool)
    warms_up = run.schedule_knobs["warmup_steps"] > 0 or "warmup_steps" in (x_knob, y_knob)
    ensemble = from_settings(run, count, settings, warms_up)
    parts = compute(ensemble, lambda ends: (ends, surveyor.tell(ends)), threads)
    try:
        for ends, told in parts:
            here = slice(done, done + len(ends))
            final_losses[here], steps[here] = ends.loss, ends.steps
            outcomes[here], arrived[here] = told.outcomes, told.minima >= 0
            done = here.stop
            if progress is not None:
                progress(done / count)
    finally:
        parts.close()
    shape = (len(y_values), width)
    return KnobMap(
        run,
        x_knob,
        x_values,
        y_knob or "",
        y_values,
        final_losses.reshape(shape),
        steps.reshape(shape),
        outcomes.reshape(shape),
        arrived.reshape(shape),
        float(losses(run.landscape, [run.start])[0]),
    )


def _over_parameter(
    run: Run,
    x_knob: str,
    xs: Float[np.ndarray, " columns"],
    y_knob: str,
    ys: Float[np.ndarray, " rows"],
    progress: Callable[[float], object] | None,
    threads: int,
) -> KnobMap:
    """A map of which one axis is a parameter: a sweep of the other knob on each surface of the family."""
    upright = y_knob.startswith(PARAMETER)
    letter, values, knob, swept = (y_knob, ys, x_knob, xs) if upright else (x_knob, xs, y_knob, ys)
    sweeps = []
    for done, landscape in enumerate(_family(run, letter, values), 1):
        there = replace(run, landscape=landscape, start=run.start)
        sweeps.append(knob_map(there, knob, swept, None, (0.0,), threads=threads))
        if progress is not None:
            progress(done / len(values))

    def joined(name: str) -> np.ndarray:
        rows = np.concatenate([getattr(one, name) for one in sweeps])
        return rows if upright else np.ascontiguousarray(rows.T)

    first = np.repeat(np.array([[one.first_loss] for one in sweeps]), len(swept), axis=1)
    return KnobMap(
        run,
        x_knob,
        xs,
        y_knob,
        ys,
        joined("final_losses"),
        joined("steps"),
        joined("outcomes"),
        joined("arrived"),
        first if upright else np.ascontiguousarray(first.T),
    )


def _family(run: Run, letter: str, values: Float[np.ndarray, " n"]) -> list[Landscape]:
    return [run.landscape.with_values({letter.removeprefix(PARAMETER): value}) for value in values.tolist()]


def check_axes(run: Run, x_knob: str, xs: ArrayLike, y_knob: str, ys: ArrayLike) -> None:
    """Raise the ValueError that `knob_map` would for these axes, of which the ends suffice."""
    _apart(x_knob, y_knob)
    for knob, values in ((x_knob, _values(x_knob, xs)), (y_knob, _values(y_knob, ys))):
        if knob.startswith(PARAMETER):
            _family(run, knob, values)
        else:
            _axis(run, knob, values)


def _apart(x_knob: str, y_knob: str | None) -> None:
    if x_knob == y_knob:
        raise ValueError(
            message('The axes of a map must be two knobs, got "{knob}" twice: choose another one.', knob=x_knob)
        )
    if x_knob.startswith(PARAMETER) and (y_knob or "").startswith(PARAMETER):
        raise ValueError(
            message("One axis of a map may be a parameter of the surface, the other one is the rate or a knob.")
        )


class _Axis(NamedTuple):
    """Where the values of one knob go: columns of the packed run, knobs of the schedule, or the rate itself."""

    packed: Mapping[int, Float[np.ndarray, " n"]]
    scheduled: Mapping[str, Float[np.ndarray, " n"]]
    rate: Mapping[str, Float[np.ndarray, " n"]]


def _axis(run: Run, knob: str, values: Float[np.ndarray, " n"]) -> _Axis:
    if knob == "rate":
        runs = [replace(run, rate=value) for value in values.tolist()]
        return _Axis({}, {}, {knob: np.array([one.rate for one in runs])})
    field = _field(run, knob)
    runs = [replace(run, **{field: {**getattr(run, field), knob: value}}) for value in values.tolist()]
    packed, own = np.stack([pack(one) for one in runs], axis=1), pack(run)[:, None]
    moved = np.flatnonzero(np.any(packed != own, axis=1))
    scheduled = {} if field == "knobs" else {knob: np.array([one.schedule_knobs[knob] for one in runs])}
    return _Axis({int(column): packed[column] for column in moved}, scheduled, {})


def _field(run: Run, knob: str) -> str:
    optimizer, schedule = OPTIMIZERS[run.optimizer], SCHEDULES[run.schedule]
    if knob in optimizer.knobs:
        return "knobs"
    if knob in schedule.knobs:
        return "schedule_knobs"
    known = ("rate", *optimizer.knobs, *schedule.knobs)
    raise ValueError(unknown(message("knob of {name} with this schedule", name=optimizer.name), knob, known))


def _values(name: str, values: ArrayLike) -> Float[np.ndarray, " n"]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not 1 <= len(array) <= MOST_VALUES:
        raise ValueError(
            message(
                "The values of {name} must be a list of 1 to {most} numbers, got an array of shape {shape}.",
                name=name,
                most=f"{MOST_VALUES:,}",
                shape=str(array.shape),
            )
        )
    return array
