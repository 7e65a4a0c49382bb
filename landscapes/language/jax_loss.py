"""The formula as a JAX function."""

from __future__ import annotations

import threading
import weakref
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from landscapes.language.bounds import never_zero
from landscapes.language.constant import constant_value
from landscapes.language.functions import FUNCTIONS
from landscapes.language.plain_text import plain_text
from landscapes.language.tree import Binary, Call, Compare, Expression, Name, Negate

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Array, Float

# As many losses are kept alive as a class may type in a while; one that anybody still holds is shared beyond that.
KEPT = 256

_alive: weakref.WeakValueDictionary[Expression, Callable] = weakref.WeakValueDictionary()
_lock = threading.Lock()


@lru_cache(maxsize=KEPT)
def loss_of(tree: Expression) -> Callable[[Float[Array, 2]], Float[Array, ""]]:
    """The loss: position (2,) -> scalar, traceable and twice differentiable wherever the formula is.

    Equal trees give the same function object for as long as it is in use, so compiled programs can be found by it.
    """
    with _lock:
        known = _alive.get(tree)
        if known is None:
            known = _alive[tree] = _build(tree)
        return known


def _build(tree: Expression) -> Callable:
    def loss(position):
        return _value(tree, position[0], position[1])

    loss.__doc__ = f"{plain_text(tree)} at the position (2,)."
    return loss


def _value(tree: Expression, x, y) -> Any:
    constant = constant_value(tree)
    if constant is not None:
        return constant
    match tree:
        case Name(name):
            return x if name == "x" else y
        case Negate(operand):
            return -_value(operand, x, y)
        case Binary("**", base, exponent):
            return _power(base, exponent, x, y)
        case Binary(symbol, left, right):
            return _ARITHMETIC[symbol](_value(left, x, y), _value(right, x, y))
        case Compare(symbol, left, right):
            return _COMPARISON[symbol](_value(left, x, y), _value(right, x, y))
        case Call("where", (condition, then, otherwise)):
            return _where(condition, then, otherwise, x, y)
        case Call("sqrt", (argument,)):
            return _square_root(argument, x, y)
        case Call(function, arguments):
            return FUNCTIONS[function].array(*(_value(argument, x, y) for argument in arguments))


_ARITHMETIC = {"+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide}
_COMPARISON = {
    "<": jnp.less,
    "<=": jnp.less_equal,
    ">": jnp.greater,
    ">=": jnp.greater_equal,
    "==": jnp.equal,
    "!=": jnp.not_equal,
}


def _power(base: Expression, exponent: Expression, x, y):
    power = constant_value(exponent)
    if power is None:
        return jnp.power(_value(base, x, y), _value(exponent, x, y))
    if power == int(power):
        # Repeated products: negative bases and derivatives at 0 stay finite.
        return jax.lax.integer_pow(_value(base, x, y), int(power))
    if power == 0.5:
        return _square_root(base, x, y)
    return _guarded(lambda argument: jnp.power(argument, power), base, x, y, needed=power > 0)


def _square_root(base: Expression, x, y):
    return _guarded(jnp.sqrt, base, x, y, needed=True)


def _guarded(root: Callable, base: Expression, x, y, *, needed: bool):
    """`root` of `base`, with gradient 0 where the base is 0.

    The slope of a root is infinite there, and times the slope 0 of x**2 + y**2 it would be NaN: the double where.
    """
    argument = _value(base, x, y)
    if not needed or never_zero(base):
        return root(argument)
    at_zero = argument == 0
    return jnp.where(at_zero, 0.0, root(jnp.where(at_zero, 1.0, argument)))


def _where(condition: Expression, then: Expression, otherwise: Expression, x, y):
    # A select would take derivatives of both branches and multiply the unwanted one by 0, which a NaN survives
    # (where(x > 0, log(x), 0) at x = -1); a branch that is not taken has no say.
    def branch(tree: Expression):
        return lambda x, y: jnp.asarray(_value(tree, x, y), x.dtype)

    return jax.lax.cond(_value(condition, x, y), branch(then), branch(otherwise), x, y)
