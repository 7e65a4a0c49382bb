"""The formula as a line of JAX: a Python expression in scalars, beside `import jax` and `jax.numpy as jnp`.

It gives the same values and gradients as the engine's own loss.
"""

from __future__ import annotations

from landscapes.language.bounds import never_zero
from landscapes.language.code import Code, Names, Rank, literal, stands, write
from landscapes.language.constant import constant_value
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import VARIABLES, Binary, Call, Expression, Name, has_variable


def jax_text(tree: Expression, axes: tuple[str, str] = VARIABLES) -> str:
    """A Python expression in the axes and parameters by their names, traceable by `jax.grad`."""
    return write(tree, _Jax(tree, axes)).text


class _Jax(Names):
    """The dialect of one formula."""

    def __call__(self, tree: Expression) -> Code | None:
        return _jax(tree, self)


def _jax(tree: Expression, names: _Jax) -> Code | None:
    own = names.code(tree)
    if own is not None:
        return own
    if isinstance(tree, Name) and tree.name in CONSTANTS:
        return Code(f"jnp.{tree.name}", Rank.ATOM)
    constant = constant_value(tree)
    if constant is not None:
        return None if stands(tree, constant) else literal(constant)
    match tree:
        case Call("where", (condition, then, otherwise)):
            test = write(condition, names).text
            return Code(
                f"jax.lax.cond({test}, lambda: {_scalar(then, names)}, lambda: {_scalar(otherwise, names)})", Rank.ATOM
            )
        case Call("sqrt", (argument,)):
            return _root(argument, names, "0.5")
        case Binary("**", base, exponent) if (power := constant_value(exponent)) is not None and power != int(power):
            return _root(base, names, write(exponent, names).at_least(Rank.SIGN))
        case Call("abs", (argument,)):
            # jnp.abs has the slope 1 at 0, which would push a descent out of the kink that it should rest in.
            return Code(f"({names.free} := {write(argument, names).text})*jnp.sign({names.free})", Rank.PRODUCT)
        case Call("min" | "max" as function, (first, *others)):
            text = write(first, names).text
            for other in others:
                text = f"{FUNCTIONS[function].jax}({text}, {write(other, names).text})"
            return Code(text, Rank.ATOM)
        case Call("atan2", arguments):
            return Code(f"jnp.arctan2({', '.join(write(each, names).text for each in arguments)})", Rank.ATOM)
        case Call(function, (argument,)):
            return Code(f"{FUNCTIONS[function].jax}({write(argument, names).text})", Rank.ATOM)
    return None


def _root(argument: Expression, names: _Jax, power: str) -> Code:
    """The root, with gradient 0 where its argument is 0 (the slope there would be infinite, or NaN)."""
    code = write(argument, names)

    def root(base: Code) -> Code:
        if power == "0.5":
            return Code(f"jnp.sqrt({base.text})", Rank.ATOM)
        return Code(f"{base.at_least(Rank.ATOM)}**{power}", Rank.POWER)

    if power.startswith("-") or never_zero(argument):
        return root(code)
    # Both branches of a where are computed, with their slopes: the one not wanted must be sound at 0 too.
    u = names.free
    inner = root(Code(f"jnp.where({u} == 0, 1.0, {u})", Rank.ATOM)).text
    return Code(f"jnp.where(({u} := {code.text}) == 0, 0.0, {inner})", Rank.ATOM)


def _scalar(branch: Expression, names: _Jax) -> str:
    """A branch of `where`: both must have one type, so a constant one is tied to the first axis."""
    code = write(branch, names)
    return code.text if has_variable(branch) else f"0*{names.axes[0]} + {code.at_least(Rank.PRODUCT)}"
