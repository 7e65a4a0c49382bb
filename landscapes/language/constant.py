"""The value of a formula in Python's own floats: of a part without variables, or at one position."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping

from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import VARIABLES, Binary, Call, Compare, Expression, Name, Negate, Number

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
        case Negate(operand):
            value = _value(operand, variables)
            return None if value is None else -value
        case Binary(symbol, left, right) | Compare(symbol, left, right):
            return _apply(_OPERATORS[symbol], (left, right), variables)
        case Call(function, arguments):
            return _apply(FUNCTIONS[function].scalar, arguments, variables)


def _apply(function, arguments: tuple[Expression, ...], variables: Mapping[str, float]) -> float | None:
    values = [_value(argument, variables) for argument in arguments]
    if None in values:
        return None
    try:
        return function(*values)
    except (ArithmeticError, ValueError):
        return math.nan
