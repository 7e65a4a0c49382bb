"""The value of a formula in Python's own floats: of a part without variables, or at one position."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence

from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import VARIABLES, Binary, Call, Compare, Expression, Name, Negate, Number, children

# Floats only: float powers overflow with an error, where whole numbers would grow until the memory ends.
_OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": math.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def constant_value(tree: Expression) -> float | None:
    """The value of `tree` if it has no variable (a truth value for a comparison); None if it has one; NaN if there is
    no real value.
    """
    return _value(tree, {})


def value_at(tree: Expression, x: float, y: float) -> float:
    """The value of `tree` at (x, y); NaN where there is no real value, or none that a float can hold."""
    value = _value(tree, {"x": x, "y": y})
    return math.nan if value is None else float(value)


def _value(tree: Expression, variables: Mapping[str, float]) -> float | None:
    match tree:
        case Number(value):
            return value
        case Name(name):
            return variables.get(name) if name in VARIABLES else CONSTANTS[name]
    return applied(tree, [_value(child, variables) for child in children(tree)])


def applied(tree: Expression, values: Sequence[float | None]) -> float | None:
    """The value of a node whose children have these values, as `constant_value` gives them."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    try:
        match tree:
            case Negate():
                return -known[0]
            case Binary(symbol, _, _) | Compare(symbol, _, _):
                return _OPERATORS[symbol](*known)
            case Call(function, _):
                return FUNCTIONS[function].scalar(*known)
    except (ArithmeticError, ValueError):
        return math.nan
    return None
