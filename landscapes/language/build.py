"""Nodes of a formula's tree, each checked when it is made: sizes, exponents, denominators, places of comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from i18n import message, plural
from landscapes.language.constant import applied, constant_value
from landscapes.language.errors import FormulaError
from landscapes.language.expand import CONDITIONS, EXPANSIONS
from landscapes.language.functions import FUNCTIONS
from landscapes.language.tree import (
    Arithmetic,
    Binary,
    Call,
    Compare,
    Comparison,
    Expression,
    Letter,
    Name,
    Negate,
    Number,
    children,
)

# Müller-Brown, the longest surface of the menu, has 100 nodes; the bounds leave a student room, and keep the trace, the
# compilation and the recursion of every printer short.
MOST_NODES = 400
DEEPEST = 100
# Powers of 1e30 to 1e100 leave float64 at once; with both bounds no constant part of a formula takes long to compute.
LARGEST_NUMBER = 1e100
LARGEST_EXPONENT = 100.0


class Part(NamedTuple):
    """A part of a formula: its tree, and what checks of the parts around it ask for."""

    tree: Expression
    position: int
    """Of its first character in the text."""
    nodes: int
    depth: int
    value: float | None
    """None if a variable or a parameter is in it."""


def number(text: str, position: int) -> Part:
    """A literal."""
    value = float(text)
    if value > LARGEST_NUMBER:
        raise FormulaError(message("This number is larger than 10¹⁰⁰. Use a smaller one."), position)
    return Part(Number(value), position, 1, 1, value)


def name(text: str, position: int) -> Part:
    """A variable or a constant."""
    return Part(Name(text), position, 1, 1, constant_value(Name(text)))


def letter(text: str, position: int) -> Part:
    """A parameter."""
    return Part(Letter(text), position, 1, 1, None)


def negative(part: Part, position: int) -> Part:
    """Unary minus."""
    _operand(part)
    return _made(Negate(part.tree), position, (part,))


def binary(operator: Arithmetic, left: Part, right: Part) -> Part:
    """A sum, difference, product, quotient or power."""
    _operand(left)
    _operand(right)
    if operator == "**":
        if right.value is not None and abs(right.value) > LARGEST_EXPONENT:
            raise FormulaError(
                message(
                    "The exponent {exponent} is too large; exponents go from −{most} to {most}.",
                    exponent=f"{right.value:g}",
                    most=f"{LARGEST_EXPONENT:g}",
                ),
                right.position,
            )
        if right.value is None and left.value is not None and left.value <= 0:
            base = f"{left.value:g}"
            raise FormulaError(
                message("A variable exponent needs a positive base; got {base}.", base=base), left.position
            )
    if operator == "/" and right.value == 0:
        raise FormulaError(message("This divides by zero. Change the denominator."), right.position)
    return _made(Binary(operator, left.tree, right.tree), left.position, (left, right))


def comparison(operator: Comparison, left: Part, right: Part) -> Part:
    """A comparison."""
    _operand(left)
    _operand(right)
    return _made(Compare(operator, left.tree, right.tree), left.position, (left, right))


def call(function: str, arguments: Sequence[Part], position: int) -> Part:
    """A function of the language, or one that is written out in those."""
    expansion = EXPANSIONS.get(function)
    least, most = expansion.arguments if expansion else FUNCTIONS[function].arguments
    if not least <= len(arguments) <= most or (function == "piecewise" and len(arguments) % 2 == 0):
        raise FormulaError(_about_arguments(function, least, most, len(arguments)), position)
    for place, argument in enumerate(arguments):
        if place in CONDITIONS.get(function, ()) and place < len(arguments) - 1:
            if not isinstance(argument.tree, Compare):
                example = _EXAMPLES[function]
                sentence = message(
                    "{function} begins with a comparison: {example}.", function=function, example=example
                )
                raise FormulaError(sentence, argument.position)
        else:
            _operand(argument)
    trees = tuple(argument.tree for argument in arguments)
    if expansion is None:
        return _made(Call(function, trees), position, arguments)
    if function == "pow":
        return binary("**", *arguments)._replace(position=position)
    return written_out(expansion.build(trees), position)


def _about_arguments(function: str, least: int, most: int, got: int) -> str:
    told = {"function": function, "least": least, "most": most, "n": least, "got": got}
    if function == "piecewise":
        return message("The function {function} takes 3, 5 or 7 arguments; got {got}.", **told)
    if least < most:
        return message("The function {function} takes {least} to {most} arguments; got {got}.", **told)
    return plural(
        "The function {function} takes {n} argument; got {got}.",
        "The function {function} takes {n} arguments; got {got}.",
        least,
        **told,
    )


def written_out(tree: Expression, position: int) -> Part:
    """A part whose tree has been put together elsewhere, checked in all its parts."""
    parts = [written_out(child, position) for child in children(tree)]
    match tree:
        case Negate():
            return negative(parts[0], position)
        case Binary(operator, _, _):
            return binary(operator, *parts)
        case Compare(operator, _, _):
            return comparison(operator, *parts)
        case Call(function, _):
            return call(function, parts, position)
    return Part(tree, position, 1, 1, constant_value(tree))


_EXAMPLES = {"where": "where(x > 0, x, -x)", "piecewise": "piecewise(x > 0, x, -x)"}


def _operand(part: Part) -> None:
    if isinstance(part.tree, Compare):
        raise FormulaError(
            message("A comparison stands only as the condition of where: where(x > 0, x, -x)."), part.position
        )


def _made(tree: Expression, position: int, parts: Sequence[Part]) -> Part:
    values = [part.value for part in parts]
    return _checked(
        Part(
            tree,
            position,
            1 + sum(part.nodes for part in parts),
            1 + max(part.depth for part in parts),
            applied(tree, values),
        )
    )


def too_deep() -> str:
    """What is said of a formula that is nested too deeply."""
    return message("The formula is nested more than {most} deep here. Simplify it.", most=DEEPEST)


def _checked(part: Part) -> Part:
    """A part without x and y must be an ordinary number, so that no printer ever meets 1/0 or log(-1)."""
    if part.nodes > MOST_NODES:
        sentence = message("The formula has more than {most} parts. Simplify it.", most=MOST_NODES)
        raise FormulaError(sentence, part.position)
    if part.depth > DEEPEST:
        raise FormulaError(too_deep(), part.position)
    if isinstance(part.tree, Compare) or part.value is None:
        return part
    if not math.isfinite(part.value):
        raise FormulaError(message("This part is not a finite number for any x and y. Change it."), part.position)
    if abs(part.value) > LARGEST_NUMBER:
        raise FormulaError(message("This part is larger than 10¹⁰⁰. Use smaller numbers."), part.position)
    return part
