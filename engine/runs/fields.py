"""The single fields of a run and their bounds: one truth for `Run`, the wire and the link."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.basis.checks import finite_number, not_negative, pair, positive, whole_within
from engine.basis.registry import unknown
from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES
from i18n import message

MOST_STEPS = 100_000
NOISY_STEPS = 10_000
"""Rows of the noise array that the contract fixes: a run with noise cannot be longer."""
LARGEST_SEED = 2**32 - 1
LARGEST_BATCH = 2_000
"""Points that a data set of the two-weight models may have."""


def _start(name: str, value: object) -> tuple[float, float]:
    x, y = pair(name, value)
    return finite_number(_along(name, "x"), x), finite_number(_along(name, "y"), y)


def _along(name: str, axis: str) -> str:
    return message("{name} {axis}", name=name, axis=axis)


def _window(name: str, value: object) -> tuple[tuple[float, float], tuple[float, float]]:
    (x0, x1), (y0, y1) = (
        _interval(_along(name, axis), ends) for axis, ends in zip("xy", pair(name, value), strict=True)
    )
    return (x0, x1), (y0, y1)


def _interval(name: str, value: object) -> tuple[float, float]:
    ends = pair(name, value)
    low, high = (
        finite_number(message("{name} from", name=name), ends[0]),
        finite_number(message("{name} to", name=name), ends[1]),
    )
    if low >= high:
        raise ValueError(
            message(
                "{name} must run from a lower to a higher number, got {low} to {high}.",
                name=name,
                low=f"{low:g}",
                high=f"{high:g}",
            )
        )
    return low, high


def _or_none(check: Callable[[str, object], float]) -> Callable[[str, object], float | None]:
    return lambda name, value: None if value is None else check(name, value)


FIELDS: Mapping[str, tuple[str, Callable[[str, object], object]]] = {
    "optimizer": (message("The optimizer"), lambda _, value: OPTIMIZERS[value].key),  # pyright: ignore[reportArgumentType]
    "schedule": (message("The schedule"), lambda _, value: SCHEDULES[value].key),  # pyright: ignore[reportArgumentType]
    "start": (message("The start"), _start),
    "window": (message("The window"), _window),
    "position": (message("The position"), _start),
    "rate": (message("The learning rate"), positive),
    "steps": (message("The number of steps"), lambda name, value: whole_within(name, value, 1, MOST_STEPS)),
    "gradient_tolerance": (message("The gradient tolerance"), not_negative),
    "loss_tolerance": (message("The loss tolerance"), not_negative),
    "noise": (message("The noise"), not_negative),
    "seed": (message("The seed"), lambda name, value: whole_within(name, value, 0, LARGEST_SEED)),
    "clip_norm": (message("The norm to clip to"), _or_none(positive)),
    "clip_value": (message("The value to clip to"), _or_none(positive)),
    "batch_size": (
        message("The batch size"),
        _or_none(lambda name, value: whole_within(name, value, 1, LARGEST_BATCH)),
    ),
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
