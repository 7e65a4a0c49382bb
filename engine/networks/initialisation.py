"""The first weights of a layer, drawn by one of several rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

TINY = 0.01
"""Standard deviation of the initialisation of that name."""
TOO_LARGE = 2.0
"""How many times He's standard deviation the initialisation of that name draws."""


def _gaussian(deviation: Callable[[int, int], float]) -> Callable:
    return lambda rng, fan_in, fan_out: deviation(fan_in, fan_out) * rng.standard_normal((fan_in, fan_out))


def _orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Float[np.ndarray, "i o"]:
    """Orthonormal rows or columns, whichever are fewer; the signs make it uniform (PyTorch's orthogonal_, gain 1)."""
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return q if fan_in >= fan_out else q.T


INITIALISATIONS: Mapping[str, Callable] = {
    "zeros": lambda rng, fan_in, fan_out: np.zeros((fan_in, fan_out)),
    "tiny": _gaussian(lambda fan_in, fan_out: TINY),
    "xavier": _gaussian(lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
    "he": _gaussian(lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
    "orthogonal": _orthogonal,
    "too_large": _gaussian(lambda fan_in, fan_out: TOO_LARGE * np.sqrt(2 / fan_in)),
}
"""By key: `(rng, fan_in, fan_out) -> (fan_in, fan_out)` weights, normal ones but for zeros and orthogonal.

Glorot and Bengio (2010), AISTATS, for xavier; He et al. (2015), ICCV, arXiv:1502.01852, for he; Saxe et al. (2014),
ICLR, arXiv:1312.6120, for orthogonal.
"""
