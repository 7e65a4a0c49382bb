"""The formula as a JAX function."""

from __future__ import annotations

import threading
import weakref
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp

from landscapes.language.bounds import never_zero
from landscapes.language.constant import constant_value
from landscapes.language.functions import FUNCTIONS
from landscapes.language.plain_text import plain_text
from landscapes.language.tree import Binary, Call, Compare, Expression, Letter, Name, Negate, letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jaxtyping import Array, Float

# As many losses are kept alive as a class may type in a while; one that anybody still holds is shared beyond that.
KEPT = 256

_alive: weakref.WeakValueDictionary[Expression, Callable] = weakref.WeakValueDictionary()
_lock = threading.Lock()


@lru_cache(maxsize=KEPT)
def loss_of(tree: Expression) -> Callable[..., Float[Array, ""]]:
    """The loss: position (2,) -> scalar, traceable and twice differentiable wherever the formula is; where it has
    parameters, (position (2,), values (n,)) -> scalar, the values in the order of `letters_of`.

    Equal trees give the same function object for as long as it is in use, so compiled programs can be found by it.
    """
    with _lock:
        known = _alive.get(tree)
        if known is None:
            known = _alive[tree] = _build(tree)
        return known


def _build(tree: Expression) -> Callable:
    letters = letters_of(tree)
    if letters:

        def family(position, values):
            named = dict(zip(letters, (values[place] for place in range(len(letters))), strict=True))
            return _value(tree, At(position[0], position[1], named))

        family.__doc__ = f"{plain_text(tree)} at the position (2,), its letters {', '.join(letters)} at values (n,)."
        return family

    def loss(position):
        return _value(tree, At(position[0], position[1], {}))

    loss.__doc__ = f"{plain_text(tree)} at the position (2,)."
    return loss


class At(NamedTuple):
    """Where a formula is evaluated."""

    x: Any
    y: Any
    letters: Mapping[str, Any]


def _value(tree: Expression, at: At) -> Any:
    constant = constant_value(tree)
    if constant is not None:
        return constant
    match tree:
        case Name(name):
            return at.x if name == "x" else at.y
        case Letter(name):
            return at.letters[name]
        case Negate(operand):
            return -_value(operand, at)
        case Binary("**", base, exponent):
            return _power(base, exponent, at)
        case Binary(symbol, left, right):
            return _ARITHMETIC[symbol](_value(left, at), _value(right, at))
        case Compare(symbol, left, right):
            return _COMPARISON[symbol](_value(left, at), _value(right, at))
        case Call("where", (condition, then, otherwise)):
            return _where(condition, then, otherwise, at)
        case Call("sqrt", (argument,)):
            return _square_root(argument, at)
        case Call(function, arguments):
            return FUNCTIONS[function].array(*(_value(argument, at) for argument in arguments))


_ARITHMETIC = {"+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide}
_COMPARISON = {
    "<": jnp.less,
    "<=": jnp.less_equal,
    ">": jnp.greater,
    ">=": jnp.greater_equal,
    "==": jnp.equal,
    "!=": jnp.not_equal,
}


def _power(base: Expression, exponent: Expression, at: At):
    power = constant_value(exponent)
    if power is None:
        return jnp.power(_value(base, at), _value(exponent, at))
    if power == int(power):
        # Repeated products: negative bases and derivatives at 0 stay finite.
        return jax.lax.integer_pow(_value(base, at), int(power))
    if power == 0.5:
        return _square_root(base, at)
    return _guarded(lambda argument: jnp.power(argument, power), base, at, needed=power > 0)


def _square_root(base: Expression, at):
    return _guarded(jnp.sqrt, base, at, needed=True)


def _guarded(root: Callable, base: Expression, at: At, *, needed: bool):
    """`root` of `base`, with gradient 0 where the base is 0.

    The slope of a root is infinite there, and times the slope 0 of x**2 + y**2 it would be NaN: the double where.
    """
    argument = _value(base, at)
    if not needed or never_zero(base):
        return root(argument)
    at_zero = argument == 0
    return jnp.where(at_zero, 0.0, root(jnp.where(at_zero, 1.0, argument)))


def _where(condition: Expression, then: Expression, otherwise: Expression, at: At):
    # A select would take derivatives of both branches and multiply the unwanted one by 0, which a NaN survives
    # (where(x > 0, log(x), 0) at x = -1); a branch that is not taken has no say.
    def branch(tree: Expression):
        return lambda x, y: jnp.asarray(_value(tree, At(x, y, at.letters)), x.dtype)

    return jax.lax.cond(_value(condition, at), branch(then), branch(otherwise), at.x, at.y)
