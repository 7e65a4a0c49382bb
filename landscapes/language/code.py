"""Formulas as lines of code: precedence and parentheses, shared by every dialect that looks like Python."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from keyword import iskeyword
from typing import NamedTuple

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
    letters_of,
)


class Rank(IntEnum):
    """How tightly a piece of code holds together, loosest first (Python's order)."""

    CONDITIONAL = 0
    COMPARISON = 1
    SUM = 2
    PRODUCT = 3
    SIGN = 4
    POWER = 5
    ATOM = 6


class Code(NamedTuple):
    """A piece of code and how tightly it holds together."""

    text: str
    rank: Rank

    def at_least(self, rank: Rank) -> str:
        """The text, in parentheses if it holds together less tightly than `rank`."""
        return self.text if self.rank >= rank else f"({self.text})"


# What a dialect says differently: the code of a node, or None to have it written in the plain way.
Dialect = Callable[[Expression], Code | None]


def identifier(name: str) -> str:
    """A letter's name in Python."""
    return f"{name}_" if iskeyword(name) else name


class Names:
    """What a formula's letters are called in a program."""

    def __init__(self, tree: Expression, axes: tuple[str, str]):
        self.axes = identifier(axes[0]), identifier(axes[1])
        self.free = "u_" if "u" in (*axes, *letters_of(tree)) else "u"
        """A name for a part that is needed twice."""

    def code(self, tree: Expression) -> Code | None:
        """A variable or parameter by its name; None for anything else."""
        match tree:
            case Name(name) if name in VARIABLES:
                return Code(self.axes[VARIABLES.index(name)], Rank.ATOM)
            case Letter(name):
                return Code(identifier(name), Rank.ATOM)
        return None


def write(tree: Expression, dialect: Dialect) -> Code:
    """The code of `tree`, with the fewest parentheses."""
    own = dialect(tree)
    if own is not None:
        return own
    match tree:
        case Number(value):
            return Code(number_text(value), Rank.ATOM)
        case Name(name) | Letter(name):
            return Code(name, Rank.ATOM)
        case Negate(operand):
            return Code("-" + write(operand, dialect).at_least(Rank.SIGN), Rank.SIGN)
        case Binary("**", base, exponent):
            # A power binds its base tighter than a minus before it, its exponent looser: -x**-y.
            left, right = write(base, dialect).at_least(Rank.ATOM), write(exponent, dialect).at_least(Rank.SIGN)
            return Code(f"{left}**{right}", Rank.POWER)
        case Binary(symbol, left, right):
            rank, sign = (Rank.SUM, f" {symbol} ") if symbol in "+-" else (Rank.PRODUCT, symbol)
            # Left to right: x - (y - 1) and x*(y*2) keep their parentheses, so the text is the same tree again.
            tighter = Rank(rank + 1)
            return Code(write(left, dialect).at_least(rank) + sign + write(right, dialect).at_least(tighter), rank)
        case Compare(symbol, left, right):
            sides = (write(side, dialect).at_least(Rank.SUM) for side in (left, right))
            return Code(f" {symbol} ".join(sides), Rank.COMPARISON)
        case Call(function, arguments):
            return Code(f"{function}({', '.join(write(each, dialect).text for each in arguments)})", Rank.ATOM)


def number_text(value: float) -> str:
    """The shortest decimal that reads back as `value`, without a needless .0 (from 1e16 on with an exponent)."""
    return repr(value).removesuffix(".0")


# torch turns a Python integer that meets a tensor into an int64; products of a few small ones stay far below that.
_LARGEST_WHOLE = 1e15


def stands(tree: Expression, value: float) -> bool:
    """Whether a part without variables can stand as it is: arithmetic that Python does exactly as floats would."""
    power = isinstance(tree, Binary) and tree.operator == "**"
    return isinstance(tree, Number | Negate | Binary) and not power and abs(value) < _LARGEST_WHOLE


def literal(value: float) -> Code:
    """A constant as its number."""
    text = number_text(abs(value)) if abs(value) < _LARGEST_WHOLE else repr(abs(value))
    return Code(text, Rank.ATOM) if value >= 0 else Code("-" + text, Rank.SIGN)
