"""The activations of a layer, and their slopes by automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int

LEAK = 0.01
"""Slope of leaky ReLU below 0 (PyTorch's default)."""

ACTIVATIONS: Mapping[str, Callable] = MappingProxyType(
    {
        "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh,
        "relu": jax.nn.relu,
        "leaky_relu": lambda z: jax.nn.leaky_relu(z, LEAK),
        "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    }
)
"""By key, in menu order; as torch's functions of these names with their defaults."""
STEEPEST = (0.25, 1.0, 1.0, 1.0, 1.13)
"""Largest slope of each: what "flat" is measured against."""


def activate(kind: Int[Array, ""] | int, z: Float[Array, "n w"]) -> Float[Array, "n w"]:
    """Activation number `kind` of `ACTIVATIONS`: chosen while the program runs, or a Python int when it is traced."""
    return list(ACTIVATIONS.values())[kind](z) if isinstance(kind, int) else _chosen(kind, z)


@jax.custom_jvp
def _chosen(kind, z):
    return jax.lax.switch(kind, list(ACTIVATIONS.values()), z)


@_chosen.defjvp
def _chosen_jvp(primals, tangents):
    # One switch gives value and slope: JAX's own rule would keep every branch's intermediates of every layer.
    value, slope = _with_slope(*primals)
    return value, slope * tangents[1]


@jax.custom_jvp
def activate_and_slope(kind: Int[Array, ""], z: Float[Array, "n w"]) -> tuple[Float[Array, "n w"], Float[Array, "n w"]]:
    """`activate`, and its derivative at z, which counts as a constant: each switch is a program of five to compile."""
    return _with_slope(kind, z)


@activate_and_slope.defjvp
def _activate_and_slope_jvp(primals, tangents):
    value, slope = _with_slope(*primals)
    return (value, slope), (slope * tangents[1], jnp.zeros_like(slope))


def _with_slope(kind, z):
    def branch(function):
        return lambda at: jax.jvp(function, (at,), (jnp.ones_like(at),))

    return jax.lax.switch(kind, [branch(one) for one in ACTIVATIONS.values()], z)
