"""The single fields of a run and their bounds: one truth for `Run`, the wire and the link."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.basis.checks import finite_number, not_negative, pair, positive, whole_within
from engine.basis.registry import unknown
from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES

MOST_STEPS = 100_000
NOISY_STEPS = 10_000
"""Rows of the noise array that the contract fixes: a run with noise cannot be longer."""
LARGEST_SEED = 2**32 - 1
LARGEST_BATCH = 2_000
"""Points that a data set of the two-weight models may have."""


def _start(name: str, value: object) -> tuple[float, float]:
    x, y = pair(name, value)
    return finite_number(f"{name} x", x), finite_number(f"{name} y", y)


def _window(name: str, value: object) -> tuple[tuple[float, float], tuple[float, float]]:
    (x0, x1), (y0, y1) = (_interval(f"{name} {axis}", ends) for axis, ends in zip("xy", pair(name, value), strict=True))
    return (x0, x1), (y0, y1)


def _interval(name: str, value: object) -> tuple[float, float]:
    ends = pair(name, value)
    low, high = finite_number(f"{name} from", ends[0]), finite_number(f"{name} to", ends[1])
    if low >= high:
        raise ValueError(f"{name} must run from a lower to a higher number, got {low:g} to {high:g}.")
    return low, high


def _or_none(check: Callable[[str, object], float]) -> Callable[[str, object], float | None]:
    return lambda name, value: None if value is None else check(name, value)


FIELDS: Mapping[str, tuple[str, Callable[[str, object], object]]] = {
    "optimizer": ("The optimizer", lambda _, value: OPTIMIZERS[value].key),  # pyright: ignore[reportArgumentType]
    "schedule": ("The schedule", lambda _, value: SCHEDULES[value].key),  # pyright: ignore[reportArgumentType]
    "start": ("The start", _start),
    "window": ("The window", _window),
    "position": ("The position", _start),
    "rate": ("The learning rate", positive),
    "steps": ("The number of steps", lambda name, value: whole_within(name, value, 1, MOST_STEPS)),
    "gradient_tolerance": ("The gradient tolerance", not_negative),
    "loss_tolerance": ("The loss tolerance", not_negative),
    "noise": ("The noise", not_negative),
    "seed": ("The seed", lambda name, value: whole_within(name, value, 0, LARGEST_SEED)),
    "clip_norm": ("The norm to clip to", _or_none(positive)),
    "clip_value": ("The value to clip to", _or_none(positive)),
    "batch_size": ("The batch size", _or_none(lambda name, value: whole_within(name, value, 1, LARGEST_BATCH))),
}


def check_field(name: str, value: object) -> Any:
    """The cleaned value of one field of a run.

    Args:
        name: a keyword of `Run` other than landscape, knobs and schedule_knobs; or "window" or "position".
        value: anything, as the wire or a link delivered it (already parsed: text is no number).

    Raises:
        ValueError: with a sentence that says what was expected, what came and what to do.
    """
    if name not in FIELDS:
        raise ValueError(unknown("field", name, FIELDS))
    label, check = FIELDS[name]
    return check(label, value)
