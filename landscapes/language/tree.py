"""A formula as a tree of seven kinds of node. Equal formulas are equal trees, hashable, and know no positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VARIABLES = ("x", "y")

Arithmetic = Literal["+", "-", "*", "/", "**"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, finite and not negative."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A variable (x, y) or a constant (pi, e)."""

    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A parameter: a letter whose value is given from outside, by its name in the language (a, kappa, w1)."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """A sum, difference, product, quotient or power."""

    operator: Arithmetic
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; it stands only as the condition of `where`."""

    operator: Comparison
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the whitelist and its arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Number | Name | Letter | Negate | Binary | Compare | Call


def children(tree: Expression) -> tuple[Expression, ...]:
    """The nodes directly below `tree`, left to right."""
    match tree:
        case Negate(operand):
            return (operand,)
        case Binary(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
    return ()


def has_variable(tree: Expression) -> bool:
    """Whether x or y occurs in `tree`."""
    if isinstance(tree, Name):
        return tree.name in VARIABLES
    return any(has_variable(child) for child in children(tree))


def variables_of(tree: Expression) -> frozenset[str]:
    """Which of x and y occur in `tree`."""
    if isinstance(tree, Name):
        return frozenset({tree.name} & set(VARIABLES))
    return frozenset().union(*map(variables_of, children(tree)))


def letters_of(tree: Expression) -> tuple[str, ...]:
    """The names of the parameters in `tree`, each once, from left to right."""
    if isinstance(tree, Letter):
        return (tree.name,)
    return tuple(dict.fromkeys(name for child in children(tree) for name in letters_of(child)))


def with_axes(tree: Expression, axes: tuple[str, str]) -> Expression:
    """For print: the tree with these names in place of x and y."""
    match tree:
        case Name(name) if name in VARIABLES and axes != VARIABLES:
            return Letter(axes[VARIABLES.index(name)])
        case Negate(operand):
            return Negate(with_axes(operand, axes))
        case Binary(operator, left, right):
            return Binary(operator, with_axes(left, axes), with_axes(right, axes))
        case Compare(operator, left, right):
            return Compare(operator, with_axes(left, axes), with_axes(right, axes))
        case Call(function, arguments):
            return Call(function, tuple(with_axes(argument, axes) for argument in arguments))
    return tree
