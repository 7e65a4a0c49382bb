"""The formula as a line of JAX: a Python expression in scalars x and y, beside `import jax` and `jax.numpy as jnp`.

It gives the same values and gradients as the engine's own loss.
"""

from __future__ import annotations

from landscapes.language.bounds import never_zero
from landscapes.language.code import Code, Rank, literal, stands, write
from landscapes.language.constant import constant_value
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import Binary, Call, Expression, Name, has_variable


def jax_text(tree: Expression) -> str:
    """A Python expression in x and y, traceable by `jax.grad`."""
    return write(tree, _jax).text


def _jax(tree: Expression) -> Code | None:
    if isinstance(tree, Name) and tree.name in CONSTANTS:
        return Code(f"jnp.{tree.name}", Rank.ATOM)
    constant = constant_value(tree)
    if constant is not None:
        return None if stands(tree, constant) else literal(constant)
    match tree:
        case Call("where", (condition, then, otherwise)):
            test = write(condition, _jax).text
            return Code(f"jax.lax.cond({test}, lambda: {_scalar(then)}, lambda: {_scalar(otherwise)})", Rank.ATOM)
        case Call("sqrt", (argument,)):
            return _root(argument, "0.5")
        case Binary("**", base, exponent) if (power := constant_value(exponent)) is not None and power != int(power):
            return _root(base, write(exponent, _jax).at_least(Rank.SIGN))
        case Call("abs", (argument,)):
            # jnp.abs has the slope 1 at 0, which would push a descent out of the kink that it should rest in.
            return Code(f"(u := {write(argument, _jax).text})*jnp.sign(u)", Rank.PRODUCT)
        case Call("min" | "max" as function, (first, *others)):
            text = write(first, _jax).text
            for other in others:
                text = f"{FUNCTIONS[function].jax}({text}, {write(other, _jax).text})"
            return Code(text, Rank.ATOM)
        case Call("atan2", arguments):
            return Code(f"jnp.arctan2({', '.join(write(each, _jax).text for each in arguments)})", Rank.ATOM)
        case Call(function, (argument,)):
            return Code(f"{FUNCTIONS[function].jax}({write(argument, _jax).text})", Rank.ATOM)
    return None


def _root(argument: Expression, power: str) -> Code:
    """The root, with gradient 0 where its argument is 0 (the slope there would be infinite, or NaN)."""
    code = write(argument, _jax)

    def root(base: Code) -> Code:
        if power == "0.5":
            return Code(f"jnp.sqrt({base.text})", Rank.ATOM)
        return Code(f"{base.at_least(Rank.ATOM)}**{power}", Rank.POWER)

    if power.startswith("-") or never_zero(argument):
        return root(code)
    # Both branches of a where are computed, with their slopes: the one not wanted must be sound at 0 too.
    inner = root(Code("jnp.where(u == 0, 1.0, u)", Rank.ATOM)).text
    return Code(f"jnp.where((u := {code.text}) == 0, 0.0, {inner})", Rank.ATOM)


def _scalar(branch: Expression) -> str:
    """A branch of `where`: both must have one type, so a constant one is tied to x."""
    code = write(branch, _jax)
    return code.text if has_variable(branch) else f"0*x + {code.at_least(Rank.PRODUCT)}"
