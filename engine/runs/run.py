"""The record that everything passes around: one descent, fully described."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.basis.checks import echo
from engine.basis.knob import settle
from engine.basis.registry import unknown
from engine.optimizers import OPTIMIZERS
from engine.runs.fields import NOISY_STEPS, check_field
from engine.runs.lookup import landscape_of
from engine.runs.phase import Phase, checked_phases
from engine.schedules import SCHEDULES
from i18n import message
from landscapes.on_data import LossOnData
from landscapes.record import Landscape


@dataclass(frozen=True, init=False)
class Run:
    """One descent: the engine's argument, the wire's message, the link's vocabulary and the test's case.

    Args:
        landscape: a Landscape or its text form, a key or "formula:<expression>".
        optimizer: a key of OPTIMIZERS.
        start: (x, y); None is the landscape's start.
        rate: the learning rate, above 0; the initial or peak rate if the schedule changes it.
        knobs: the optimizer's hyper-parameters; those not named take their defaults, and the record holds them all.
        schedule: a key of SCHEDULES.
        schedule_knobs: as `knobs`.
        steps: most updates, 1 to 100,000 (10,000 with noise).
        gradient_tolerance: stop when the gradient norm is below it; 0 switches the rule off.
        loss_tolerance: stop when the loss changed by less in one step; 0 switches the rule off.
        noise: standard deviation of what is added to each coordinate of the gradient.
        seed: of `numpy.random.default_rng`, 0 to 2**32 - 1.
        clip_norm: longest gradient the optimizer is given, or None.
        clip_value: largest coordinate of that gradient, or None; applied before clip_norm.
        batch_size: points of each mini-batch whose gradient the optimizer is given, drawn from `seed`; None is all of
            them. For surfaces that are measured on data only.
        before: for a branch, the phases that led to it: the run's own optimizer, rate and schedule take over where the
            last of them ends. Start, steps, tolerances, noise and clipping are those of the whole.

    Raises:
        ValueError: with a sentence, for anything else; an unknown name is answered with the nearest known one.
    """

    landscape: Landscape
    optimizer: str = "gradient_descent"
    start: tuple[float, float] = (0.0, 0.0)
    rate: float = 0.01
    knobs: Mapping[str, Any] = field(default_factory=dict)
    schedule: str = "constant"
    schedule_knobs: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 500
    gradient_tolerance: float = 1e-6
    loss_tolerance: float = 0.0
    noise: float = 0.0
    seed: int = 0
    clip_norm: float | None = None
    clip_value: float | None = None
    batch_size: int | None = None
    before: tuple[Phase, ...] = ()

    def __init__(
        self,
        landscape: Landscape | str,
        optimizer: str = "gradient_descent",
        start: object = None,
        rate: float = 0.01,
        knobs: Mapping[str, Any] | None = None,
        schedule: str = "constant",
        schedule_knobs: Mapping[str, Any] | None = None,
        steps: int = 500,
        gradient_tolerance: float = 1e-6,
        loss_tolerance: float = 0.0,
        noise: float = 0.0,
        seed: int = 0,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        batch_size: int | None = None,
        before: object = (),
        **others: object,
    ):
        for name in others:
            raise ValueError(unknown("setting", name, self.__dataclass_fields__))
        values = {
            "optimizer": optimizer,
            "rate": rate,
            "schedule": schedule,
            "steps": steps,
            "gradient_tolerance": gradient_tolerance,
            "loss_tolerance": loss_tolerance,
            "noise": noise,
            "seed": seed,
            "clip_norm": clip_norm,
            "clip_value": clip_value,
            "batch_size": batch_size,
        }
        put = object.__setattr__  # the record is frozen from here on
        for name, value in values.items():
            put(self, name, check_field(name, value))
        put(self, "landscape", _landscape(landscape))
        put(self, "start", check_field("start", self.landscape.start if start is None else start))
        put(self, "knobs", settle(OPTIMIZERS[optimizer].name, OPTIMIZERS[optimizer].knobs, knobs))
        put(self, "schedule_knobs", settle(SCHEDULES[schedule].name, SCHEDULES[schedule].knobs, schedule_knobs))
        put(self, "before", checked_phases(before))
        if self.noise > 0 and self.steps > NOISY_STEPS:
            raise ValueError(
                message(
                    "A run with noise has at most {most} steps, got {steps}: shorten it or set noise to 0.",
                    most=f"{NOISY_STEPS:,}",
                    steps=f"{self.steps:,}",
                )
            )
        if self.batch_size is not None:
            _check_batches(self)

    def begun_at(self, start: object) -> "Run":
        """The same run from another start (x, y). Raises ValueError for what is none."""
        moved = object.__new__(type(self))
        vars(moved).update(vars(self))  # all but the start was checked when this one was made
        object.__setattr__(moved, "start", check_field("start", start))
        return moved

    @property
    def begin(self) -> int:
        """The step at which its own settings take over; 0 for a run that is no branch."""
        return self.before[-1].until if self.before else 0

    @property
    def by_chance(self) -> bool:
        """Whether chance has a part in its steps: noise, or mini-batches of fewer than all points."""
        some = self.batch_size is not None and self.batch_size < points_of(self.landscape)
        return self.noise > 0 or some

    def __hash__(self) -> int:
        return hash((self.landscape.text, self.optimizer, self.start, self.rate, self.knobs, self.steps, self.seed))


def points_of(landscape: Landscape) -> int:
    """The data points that mini-batches of a surface are drawn from; 0 for one that is not measured on data."""
    return landscape.loss.points if isinstance(landscape.loss, LossOnData) else 0


def rows_of(landscape: Landscape) -> int:
    """Rows of the data that a surface is measured on, those that fill them up included; 0 for another surface."""
    return (landscape.loss.rows or landscape.loss.points) if isinstance(landscape.loss, LossOnData) else 0


def _check_batches(run: Run) -> None:
    points = points_of(run.landscape)
    if not points:
        raise ValueError(
            message(
                "{surface} is not measured on data, so there are no mini-batches of it, got a batch size of {size}: "
                "leave it out, or use noise.",
                surface=run.landscape.name,
                size=run.batch_size,
            )
        )
    if run.batch_size is not None and run.batch_size > points:
        raise ValueError(
            message(
                "{surface} has {points} data points, got a batch size of {size}: take at most all.",
                surface=run.landscape.name,
                points=points,
                size=f"{run.batch_size:,}",
            )
        )
    if run.steps > NOISY_STEPS:
        raise ValueError(
            message(
                "A run with mini-batches has at most {most} steps, got {steps}: shorten it.",
                most=f"{NOISY_STEPS:,}",
                steps=f"{run.steps:,}",
            )
        )


def _landscape(value: object) -> Landscape:
    if isinstance(value, Landscape):
        return value
    if isinstance(value, str):
        return landscape_of(value)
    raise ValueError(
        message(
            "The landscape must be a Landscape or its text form, a key or 'formula:<expression>', got {value}.",
            value=echo(value),
        )
    )
