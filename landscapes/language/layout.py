"""How a formula is laid out on paper: fractions, roots, powers and the parentheses that are left. LaTeX and MathML both
print this layout, so they always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from landscapes.language.code import Rank, number_text
from landscapes.language.constant import constant_value
from landscapes.language.tree import Binary, Call, Compare, Expression, Letter, Name, Negate, Number


@dataclass(frozen=True)
class Digits:
    """A number in plain digits."""

    text: str


@dataclass(frozen=True)
class Identifier:
    """A variable, parameter or constant, by its name in the language."""

    name: str


@dataclass(frozen=True)
class FunctionName:
    """A function's name, by the language's."""

    name: str


@dataclass(frozen=True)
class Sign:
    """An operator or comma by its sign; "dot" and "times" are a product seen and unseen, "apply" an unseen call."""

    text: str


@dataclass(frozen=True)
class Row:
    """Boxes side by side."""

    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Fence:
    """Something between two marks: "(" parentheses, "|" bars, "⌊" floor."""

    mark: str
    body: Box


@dataclass(frozen=True)
class Fraction:
    """One box over another, with a line between."""

    over: Box
    under: Box


@dataclass(frozen=True)
class Superscript:
    """A base with something raised behind it."""

    base: Box
    exponent: Box


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Box


@dataclass(frozen=True)
class Cases:
    """One value under a condition, another otherwise."""

    then: Box
    condition: Box
    otherwise: Box


Box = Digits | Identifier | FunctionName | Sign | Row | Fence | Fraction | Superscript | Root | Cases


class Piece(NamedTuple):
    """A box, how tightly it holds together, and whether it begins with a digit or fraction (2 3 would read as 23)."""

    box: Box
    rank: Rank
    needs_dot: bool = False

    def at_least(self, rank: Rank) -> Piece:
        """The piece, in parentheses if it holds together less tightly than `rank`."""
        return self if self.rank >= rank else Piece(Fence("(", self.box), Rank.ATOM)


def layout(tree: Expression) -> Box:
    """The boxes of a formula."""
    return _piece(tree).box


def _piece(tree: Expression) -> Piece:
    match tree:
        case Number(value):
            return _number(number_text(value))
        case Name(name) | Letter(name):
            return Piece(Identifier(name), Rank.ATOM)
        case Negate(operand):
            # On paper a minus is a sign of the whole term: -2x, and x + (-y).
            return Piece(Row((Sign("-"), _piece(operand).at_least(Rank.PRODUCT).box)), Rank.SUM)
        case Binary("+" | "-" as symbol, left, right):
            return _joined(_piece(left).at_least(Rank.SUM), symbol, _piece(right).at_least(Rank.PRODUCT), Rank.SUM)
        case Binary("*" | "/") if (bare := _without_minus(tree)) is not None:
            return _piece(Negate(bare))
        case Binary("*", left, right):
            before, after = _piece(left).at_least(Rank.PRODUCT), _piece(right).at_least(Rank.POWER)
            return _joined(before, "dot" if after.needs_dot else "times", after, Rank.PRODUCT)
        case Binary("/", over, under):
            return Piece(Fraction(_piece(over).box, _piece(under).box), Rank.POWER, needs_dot=True)
        case Binary(_, base, exponent):
            return _power(base, exponent)
        case Compare(symbol, left, right):
            return _joined(_piece(left), symbol, _piece(right), Rank.COMPARISON)
        case Call(function, arguments):
            return _call(function, arguments)


def _without_minus(tree: Expression) -> Expression | None:
    """`tree` without the minus it begins with, None if there is none: (-x)*y/4 is written -(xy/4), minus in front."""
    match tree:
        case Negate(operand):
            return operand
        case Binary("*" | "/" as symbol, left, right):
            bare = _without_minus(left)
            return None if bare is None else Binary(symbol, bare, right)
    return None


def _joined(left: Piece, symbol: str, right: Piece, rank: Rank) -> Piece:
    return Piece(Row((left.box, Sign(symbol), right.box)), rank, left.needs_dot)


def _number(text: str) -> Piece:
    digits, mark, power = text.partition("e")
    if not mark:
        return Piece(Digits(text), Rank.ATOM, needs_dot=True)
    exponent = Digits(str(abs(int(power))))
    scale = Superscript(Digits("10"), Row((Sign("-"), exponent)) if int(power) < 0 else exponent)
    if digits == "1":
        return Piece(scale, Rank.POWER, needs_dot=True)
    return Piece(Row((Digits(digits), Sign("dot"), scale)), Rank.PRODUCT, needs_dot=True)


def _power(base: Expression, exponent: Expression) -> Piece:
    power = constant_value(exponent)
    if power == 0.5:
        return Piece(Root(_piece(base).box), Rank.ATOM)
    raised = _piece(exponent).box
    match base:
        case Call(function, arguments) if _has_written_name(function) and isinstance(exponent, Number) and power != 0:
            name = Superscript(FunctionName(function), raised)
            return Piece(Row((name, Sign("apply"), _arguments(arguments))), Rank.POWER)
    below = _piece(base).at_least(Rank.ATOM)
    return Piece(Superscript(below.box, raised), Rank.POWER, below.needs_dot)


_DRAWN = ("sqrt", "abs", "floor", "exp", "where")


def _has_written_name(function: str) -> bool:
    return function not in _DRAWN


def _call(function: str, arguments: tuple[Expression, ...]) -> Piece:
    boxes = [_piece(argument).box for argument in arguments]
    match function:
        case "sqrt":
            return Piece(Root(boxes[0]), Rank.ATOM)
        case "abs":
            return Piece(Fence("|", boxes[0]), Rank.ATOM)
        case "floor":
            return Piece(Fence("⌊", boxes[0]), Rank.ATOM)
        case "exp":
            return Piece(Superscript(Identifier("e"), boxes[0]), Rank.POWER)
        case "where":
            condition, then, otherwise = boxes
            return Piece(Cases(then, condition, otherwise), Rank.CONDITIONAL)
    return Piece(Row((FunctionName(function), Sign("apply"), _arguments(arguments))), Rank.POWER)


def _arguments(arguments: tuple[Expression, ...]) -> Fence:
    boxes: list[Box] = []
    for argument in arguments:
        boxes += [Sign(","), _piece(argument).box] if boxes else [_piece(argument).box]
    return Fence("(", Row(tuple(boxes)) if len(boxes) > 1 else boxes[0])
