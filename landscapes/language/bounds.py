"""A number that a formula is provably never below: it tells which roots need no guard at zero."""

from __future__ import annotations

import math

from landscapes.language.constant import constant_value
from landscapes.language.functions import FUNCTIONS
from landscapes.language.tree import Binary, Call, Expression


def never_zero(base: Expression) -> bool:
    """Whether the sign of `base` is provably positive for all x and y, in float64 too (1 + x**2, but not exp(x), which
    underflows to zero).
    """
    return lower_bound(base) > 0


def lower_bound(tree: Expression) -> float:
    """A number that `tree` is never below where it has a value; minus infinity if none is known."""
    value = constant_value(tree)
    if value is not None:
        return value
    match tree:
        case Binary("+", left, right):
            return lower_bound(left) + lower_bound(right)
        case Binary("-", left, right):
            taken = constant_value(right)
            return -math.inf if taken is None else lower_bound(left) - taken
        case Binary("*", left, right) if left == right:
            return 0.0
        case Binary("*", left, right):
            low, high = sorted((lower_bound(left), lower_bound(right)))
            return low * high if low >= 0 else -math.inf
        case Binary("/", left, right):
            return 0.0 if lower_bound(left) >= 0 and lower_bound(right) >= 0 else -math.inf
        case Binary("**", base, exponent):
            power = constant_value(exponent)
            even = power is not None and power % 2 == 0
            return 0.0 if even or lower_bound(base) >= 0 else -math.inf
        case Call("max", arguments):
            return max(lower_bound(argument) for argument in arguments)
        case Call("min", arguments):
            return min(lower_bound(argument) for argument in arguments)
        case Call("where", (_, then, otherwise)):
            return min(lower_bound(then), lower_bound(otherwise))
        case Call(function, _):
            return FUNCTIONS[function].lowest
    return -math.inf
