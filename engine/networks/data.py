"""Small data sets that a network can be watched on: seeded, standardised, and the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.basis.checks import number_within, whole_within
from engine.basis.registry import unknown
from engine.runs.fields import LARGEST_SEED

if TYPE_CHECKING:
    from jaxtyping import Float

FEWEST_POINTS, MOST_POINTS = 16, 2_000
MOST_NOISE = 10.0
OWN_PREFIX = "own."
"""Begins the name of a visitor's own table: see `engine.networks.own_data`."""
INNER_CIRCLE = 0.5
"""Radius of the inner circle over that of the outer one."""
SPIRAL_TURNS = 1.25


@dataclass(frozen=True, eq=False)
class Data:
    """A data set: `inputs` (n, d) and `targets` (n,), float64; targets are classes 0 and 1 unless it is a regression.

    Each input column, and the targets of a regression, have mean 0 and standard deviation 1 (population's).
    """

    key: str
    inputs: Float[np.ndarray, "n d"]
    targets: Float[np.ndarray, " n"]
    regression: bool


def _moons(rng: np.random.Generator, points: int, noise: float):
    """Two half circles that reach into each other (sklearn's make_moons, unshuffled)."""
    outer = points // 2
    up, down = np.linspace(0, np.pi, outer), np.linspace(0, np.pi, points - outer)
    upper = np.column_stack([np.cos(up), np.sin(up)])
    lower = np.column_stack([1 - np.cos(down), 1 - np.sin(down) - 0.5])
    inputs = np.concatenate([upper, lower])
    return inputs + noise * rng.standard_normal(inputs.shape), _halves(outer, points)


def _circles(rng: np.random.Generator, points: int, noise: float):
    """One circle inside another (sklearn's make_circles, unshuffled, factor 0.5)."""
    outer = points // 2
    around = np.linspace(0, 2 * np.pi, outer, endpoint=False)
    inside = np.linspace(0, 2 * np.pi, points - outer, endpoint=False)
    large = np.column_stack([np.cos(around), np.sin(around)])
    small = INNER_CIRCLE * np.column_stack([np.cos(inside), np.sin(inside)])
    inputs = np.concatenate([large, small])
    return inputs + noise * rng.standard_normal(inputs.shape), _halves(outer, points)


def _spirals(rng: np.random.Generator, points: int, noise: float):
    """Two arms of r = t, half a turn apart; the noise is in units of the arms' length 1."""
    first = points // 2
    targets = _halves(first, points)
    along = np.concatenate([np.linspace(0.1, 1, first), np.linspace(0.1, 1, points - first)])
    angle = 2 * np.pi * SPIRAL_TURNS * along + np.pi * targets
    inputs = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return inputs + 0.3 * noise * rng.standard_normal(inputs.shape), targets


def _xor(rng: np.random.Generator, points: int, noise: float):
    """A square whose opposite quarters are of one class; the noise blurs their borders."""
    inputs = rng.uniform(-1, 1, (points, 2))
    targets = (inputs[:, 0] * inputs[:, 1] > 0).astype(float)
    return inputs + noise * rng.standard_normal(inputs.shape), targets


def _regression_1d(rng: np.random.Generator, points: int, noise: float):
    """sin(3x) + x/2 over [-2, 2]."""
    inputs = np.linspace(-2, 2, points)[:, None]
    curve = np.sin(3 * inputs[:, 0]) + 0.5 * inputs[:, 0]
    return inputs, curve + noise * rng.standard_normal(points)


def _halves(first: int, points: int) -> Float[np.ndarray, " n"]:
    return np.concatenate([np.zeros(first), np.ones(points - first)])


_MAKERS: dict[str, Callable] = {
    "moons": _moons,
    "circles": _circles,
    "spirals": _spirals,
    "xor": _xor,
    "regression_1d": _regression_1d,
}
DATA_SETS = tuple(_MAKERS)
"""Their keys, in menu order. The last is a regression, the others have two classes."""
REGRESSIONS = ("regression_1d",)


def checked_data(key: object) -> str:
    """`key` if it names a data set; ValueError with a sentence that names the nearest otherwise."""
    if not isinstance(key, str) or key not in _MAKERS:
        raise ValueError(unknown("data set", key, DATA_SETS))
    return key


def checked_noise(value: object) -> float:
    """`value` if it is a noise of 0 to 10: at 10 nothing of a set's shape is left, and no number overflows."""
    return number_within("The noise of the data", value, 0.0, MOST_NOISE)


def make_data(key: str, points: int = 200, noise: float = 0.1, seed: int = 0) -> Data:
    """A data set of `points` rows.

    Args:
        key: one of `DATA_SETS`.
        points: 16 to 2,000, as equal in both classes as their number allows (xor draws them).
        noise: 0 to 10, standard deviation of what is added, in the set's own units before it is standardised (a
            circle's radius is 1; spirals take 0.3 of it, because their arms lie that close).
        seed: of `numpy.random.default_rng`, 0 to 2**32 - 1.

    Raises:
        ValueError: with a sentence, for anything else.

    Source: moons and circles are the formulas of scikit-learn's `make_moons` and `make_circles` without their shuffle.
    """
    key = checked_data(key)
    points = whole_within("The number of points", points, FEWEST_POINTS, MOST_POINTS)
    noise = checked_noise(noise)
    rng = np.random.default_rng(whole_within("The seed", seed, 0, LARGEST_SEED))
    inputs, targets = _MAKERS[key](rng, points, noise)
    regression = key in REGRESSIONS
    return Data(key, standardised(inputs), standardised(targets) if regression else targets, regression)


def standardised(values: np.ndarray) -> np.ndarray:
    """`values` with mean 0 and standard deviation 1 along the first axis."""
    return (values - values.mean(axis=0)) / values.std(axis=0)
