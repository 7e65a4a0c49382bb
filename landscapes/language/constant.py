"""The value of a part without variables."""

from __future__ import annotations

import math
import operator

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
    match tree:
        case Number(value):
            return value
        case Name(name):
            return None if name in VARIABLES else CONSTANTS[name]
        case Negate(operand):
            value = constant_value(operand)
            return None if value is None else -value
        case Binary(symbol, left, right) | Compare(symbol, left, right):
            return _apply(_OPERATORS[symbol], (left, right))
        case Call(function, arguments):
            return _apply(FUNCTIONS[function].scalar, arguments)


def _apply(function, arguments: tuple[Expression, ...]) -> float | None:
    values = [constant_value(argument) for argument in arguments]
    if None in values:
        return None
    try:
        return function(*values)
    except (ArithmeticError, ValueError):
        return math.nan
