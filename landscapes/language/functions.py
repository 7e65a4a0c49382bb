"""The whitelist: what may be called in a formula, and how each function is computed and written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

CONSTANTS = MappingProxyType({"pi": math.pi, "e": math.e})


@dataclass(frozen=True)
class Function:
    """One function of the language.

    scalar: on Python floats, for parts without a variable; array: on JAX arrays; torch: the name in `torch`; jax: the
    whole name in JAX; tex: the operator's LaTeX; arguments: the least and the greatest number of them; lowest: a number
    that its real values are never below.
    """

    scalar: Callable[..., float]
    array: Callable[..., Any]
    torch: str
    jax: str
    tex: str
    arguments: tuple[int, int] = (1, 1)
    lowest: float = -math.inf


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value))


def _fold(pairwise: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *arguments: reduce(pairwise, arguments)


def _absolute(argument: jax.Array) -> jax.Array:
    # JAX gives its own abs the slope 1 at 0; torch gives 0, which also lets a descent rest in the kink.
    return argument * jnp.sign(argument)


MOST_ARGUMENTS = 8

FUNCTIONS = MappingProxyType(
    {
        "sin": Function(math.sin, jnp.sin, "sin", "jnp.sin", r"\sin", lowest=-1.0),
        "cos": Function(math.cos, jnp.cos, "cos", "jnp.cos", r"\cos", lowest=-1.0),
        "tan": Function(math.tan, jnp.tan, "tan", "jnp.tan", r"\tan"),
        "asin": Function(math.asin, jnp.arcsin, "asin", "jnp.arcsin", r"\arcsin", lowest=-math.pi / 2),
        "acos": Function(math.acos, jnp.arccos, "acos", "jnp.arccos", r"\arccos", lowest=0.0),
        "atan": Function(math.atan, jnp.arctan, "atan", "jnp.arctan", r"\arctan", lowest=-math.pi / 2),
        "sinh": Function(math.sinh, jnp.sinh, "sinh", "jnp.sinh", r"\sinh"),
        "cosh": Function(math.cosh, jnp.cosh, "cosh", "jnp.cosh", r"\cosh", lowest=1.0),
        "tanh": Function(math.tanh, jnp.tanh, "tanh", "jnp.tanh", r"\tanh", lowest=-1.0),
        "asinh": Function(math.asinh, jnp.arcsinh, "asinh", "jnp.arcsinh", r"\operatorname{arsinh}"),
        "acosh": Function(math.acosh, jnp.arccosh, "acosh", "jnp.arccosh", r"\operatorname{arcosh}", lowest=0.0),
        "atanh": Function(math.atanh, jnp.arctanh, "atanh", "jnp.arctanh", r"\operatorname{artanh}"),
        "exp": Function(math.exp, jnp.exp, "exp", "jnp.exp", r"\exp", lowest=0.0),
        "log": Function(math.log, jnp.log, "log", "jnp.log", r"\ln"),
        "log10": Function(math.log10, jnp.log10, "log10", "jnp.log10", r"\log_{10}"),
        "sqrt": Function(math.sqrt, jnp.sqrt, "sqrt", "jnp.sqrt", r"\sqrt", lowest=0.0),
        "abs": Function(math.fabs, _absolute, "abs", "jnp.abs", r"\operatorname{abs}", lowest=0.0),
        "sign": Function(
            lambda value: float(np.sign(value)), jnp.sign, "sign", "jnp.sign", r"\operatorname{sign}", lowest=-1.0
        ),
        "floor": Function(
            lambda value: float(np.floor(value)), jnp.floor, "floor", "jnp.floor", r"\operatorname{floor}"
        ),
        "erf": Function(
            math.erf, jax.scipy.special.erf, "erf", "jax.scipy.special.erf", r"\operatorname{erf}", lowest=-1.0
        ),
        "sigmoid": Function(_sigmoid, jax.nn.sigmoid, "sigmoid", "jax.nn.sigmoid", r"\sigma", lowest=0.0),
        "relu": Function(
            lambda value: max(value, 0.0), jax.nn.relu, "relu", "jax.nn.relu", r"\operatorname{relu}", lowest=0.0
        ),
        "min": Function(min, _fold(jnp.minimum), "minimum", "jnp.minimum", r"\min", arguments=(2, MOST_ARGUMENTS)),
        "max": Function(max, _fold(jnp.maximum), "maximum", "jnp.maximum", r"\max", arguments=(2, MOST_ARGUMENTS)),
        "atan2": Function(
            math.atan2, jnp.arctan2, "atan2", "jnp.arctan2", r"\operatorname{atan2}", arguments=(2, 2), lowest=-math.pi
        ),
        "where": Function(
            lambda condition, then, otherwise: then if condition else otherwise,
            jnp.where,
            "where",
            "jnp.where",
            r"\operatorname{where}",
            arguments=(3, 3),
        ),
    }
)
