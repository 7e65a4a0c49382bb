"""The losses of a line through points: numbers for a regression, two classes for a classification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp

from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Kind(NamedTuple):
    """One loss: what it is called, of what kind its targets are, and each point's loss as code."""

    name: str
    is_classification: bool
    points: Callable[..., Float[Array, " n"]]
    """(weights (2,), inputs (n,), targets (n,)) -> (n,)."""
    torch: str
    jax: str


def line(weights, inputs):
    """The fit: slope times input, plus intercept."""
    return weights[0] * inputs + weights[1]


def _class_1(weights, inputs):
    return jax.nn.sigmoid(line(weights, inputs))


def _margin(weights, inputs):
    """From the hinge's -1 and 1 to the classes 0 and 1 that the points are drawn at."""
    return (1 + line(weights, inputs)) / 2


def _squared(weights, inputs, targets):
    return (line(weights, inputs) - targets) ** 2


def _absolute(weights, inputs, targets):
    return jnp.abs(line(weights, inputs) - targets)


def _huber(weights, inputs, targets):
    off = jnp.abs(line(weights, inputs) - targets)
    return jnp.where(off <= 1, off**2 / 2, off - 0.5)


def _logistic(weights, inputs, targets):
    logits = line(weights, inputs)
    return jax.nn.softplus(logits) - targets * logits


def _hinge(weights, inputs, targets):
    return jax.nn.relu(1 - (2 * targets - 1) * line(weights, inputs))


_OFF = "(x*u + y - t)"
LOSSES: Mapping[str, Kind] = {
    "squared": Kind(message("Squared"), False, _squared, f"{_OFF}**2", f"{_OFF}**2"),
    "absolute": Kind(message("Absolute"), False, _absolute, f"torch.abs{_OFF}", f"jnp.abs{_OFF}"),
    "huber": Kind(
        message("Huber, δ = 1"),
        False,
        _huber,
        f"torch.where(torch.abs{_OFF} <= 1, {_OFF}**2/2, torch.abs{_OFF} - 0.5)",
        f"jnp.where(jnp.abs{_OFF} <= 1, {_OFF}**2/2, jnp.abs{_OFF} - 0.5)",
    ),
    "logistic": Kind(
        message("Logistic"),
        True,
        _logistic,
        "torch.nn.functional.softplus(x*u + y) - t*(x*u + y)",
        "jax.nn.softplus(x*u + y) - t*(x*u + y)",
    ),
    "hinge": Kind(
        message("Hinge"), True, _hinge, "torch.relu(1 - (2*t - 1)*(x*u + y))", "jax.nn.relu(1 - (2*t - 1)*(x*u + y))"
    ),
}
"""By key, in menu order."""
PREDICT = {"logistic": _class_1, "hinge": _margin}
LESSONS = {
    "squared": message("Your own points: height is the mean square error, position is slope and intercept."),
    "absolute": message(
        "Your own points: errors count by their size, so that one outlier pulls no harder than any point."
    ),
    "huber": message("Your own points: small errors count by their square, large ones by their size."),
    "logistic": message("Your own points: height is the mean logistic loss of two classes."),
    "hinge": message("Your own points: only those on the wrong side of the margin count."),
}
