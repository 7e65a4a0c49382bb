"""Functions that a formula may name and that are made of the language's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import NamedTuple

from landscapes.language.tree import Binary, Call, Compare, Expression, Negate, Number

ONE, TWO = Number(1.0), Number(2.0)


class Expansion(NamedTuple):
    """How a function is made of others: the least and the greatest number of arguments, and the tree of its value."""

    arguments: tuple[int, int]
    build: Callable[[Sequence[Expression]], Expression]


def power(base: Expression, exponent: float) -> Expression:
    """`base` to a number."""
    whole = Number(abs(exponent))
    return Binary("**", base, whole if exponent >= 0 else Negate(whole))


def root(base: Expression, degree: float) -> Expression:
    """The root of a degree; an odd one has the sign of its base."""
    if degree == 2:
        return Call("sqrt", (base,))
    share = Binary("/", ONE, Number(float(degree)))
    if degree % 2 == 1:
        return Binary("*", Call("sign", (base,)), Binary("**", Call("abs", (base,)), share))
    return Binary("**", base, share)


def norm(parts: Sequence[Expression]) -> Expression:
    """The length of a vector."""
    total = power(parts[0], 2)
    for part in parts[1:]:
        total = Binary("+", total, power(part, 2))
    return Call("sqrt", (total,))


def logarithm(value: Expression, base: float) -> Expression:
    """The logarithm to a base."""
    if base == 10:
        return Call("log10", (value,))
    natural = Call("log", (value,))
    return natural if base == math.e else Binary("/", natural, Call("log", (Number(base),)))


def _sum(left: Expression, right: Expression) -> Expression:
    return Binary("+", left, right)


def _softplus(value: Expression) -> Expression:
    # Not log(1 + exp(x)), which is infinite from x = 710 on.
    small = Call("exp", (Negate(Call("abs", (value,))),))
    return _sum(Call("relu", (value,)), Call("log", (_sum(ONE, small),)))


def _modulo(value: Expression, by: Expression) -> Expression:
    return Binary("-", value, Binary("*", by, Call("floor", (Binary("/", value, by),))))


def _piecewise(arguments: Sequence[Expression]) -> Expression:
    *pairs, tree = arguments
    for condition, then in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        tree = Call("where", (condition, then, tree))
    return tree


def _over_one(function: str) -> Expansion:
    return Expansion((1, 1), lambda a: Binary("/", ONE, Call(function, (a[0],))))


EXPANSIONS = MappingProxyType(
    {
        "log2": Expansion((1, 1), lambda a: logarithm(a[0], 2.0)),
        "cbrt": Expansion((1, 1), lambda a: root(a[0], 3)),
        "mod": Expansion((2, 2), lambda a: _modulo(a[0], a[1])),
        "hypot": Expansion((2, 2), norm),
        "norm": Expansion((1, 8), norm),
        "softplus": Expansion((1, 1), lambda a: _softplus(a[0])),
        "gauss": Expansion((1, 1), lambda a: Call("exp", (Negate(power(a[0], 2)),))),
        "step": Expansion((1, 1), lambda a: Call("where", (Compare("<", a[0], Number(0.0)), Number(0.0), ONE))),
        "square": Expansion((1, 1), lambda a: power(a[0], 2)),
        "pow": Expansion((2, 2), lambda a: Binary("**", a[0], a[1])),
        "exp2": Expansion((1, 1), lambda a: Binary("**", TWO, a[0])),
        "log1p": Expansion((1, 1), lambda a: Call("log", (_sum(ONE, a[0]),))),
        "expm1": Expansion((1, 1), lambda a: Binary("-", Call("exp", (a[0],)), ONE)),
        "ceil": Expansion((1, 1), lambda a: Negate(Call("floor", (Negate(a[0]),)))),
        "round": Expansion((1, 1), lambda a: Call("floor", (_sum(a[0], Number(0.5)),))),
        "sec": _over_one("cos"),
        "csc": _over_one("sin"),
        "cot": _over_one("tan"),
        "erfc": Expansion((1, 1), lambda a: Binary("-", ONE, Call("erf", (a[0],)))),
        "clip": Expansion((3, 3), lambda a: Call("min", (Call("max", (a[0], a[1])), a[2]))),
        "piecewise": Expansion((3, 7), _piecewise),
    }
)
CONDITIONS = {"piecewise": (0, 2, 4), "where": (0,)}
"""Which arguments may be comparisons, but for a last one."""
