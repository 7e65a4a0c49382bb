"""The value of a formula in Python's own floats: of a part without variables, or at one position."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence

from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import (
    VARIABLES,
    Binary,
    Call,
    Compare,
    Expression,
    Letter,
    Name,
    Negate,
    Number,
    children,
)

# Floats only: float powers overflow with an error, where whole numbers would grow until the memory ends.
_OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": math.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def constant_value(tree: Expression) -> float | None:
    """The value of `tree` if it has no variable and no parameter (a truth value for a comparison); None if it has
    one; NaN if there is no real value.
    """
    return _value(tree, {})


def value_at(tree: Expression, x: float, y: float, letters: Mapping[str, float] | None = None) -> float:
    """The value of `tree` at (x, y), its parameters by name; NaN where there is no real value, or none that a float
    can hold.
    """
    named: dict[Expression, float] = {Letter(name): value for name, value in (letters or {}).items()}
    value = _value(tree, {Name("x"): x, Name("y"): y, **named})
    return math.nan if value is None else float(value)


def _value(tree: Expression, variables: Mapping[Expression, float]) -> float | None:
    match tree:
        case Number(value):
            return value
        case Name(name):
            return variables.get(tree) if name in VARIABLES else CONSTANTS[name]
        case Letter():
            return variables.get(tree)
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
