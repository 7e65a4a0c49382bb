"""The formula as a line of PyTorch: a Python expression in 0-dimensional float64 tensors.

It gives the same values and gradients as the JAX loss. Only `import torch` is needed around it.
"""

from __future__ import annotations

from landscapes.language.bounds import never_zero
from landscapes.language.code import Code, Names, Rank, literal, stands, write
from landscapes.language.constant import constant_value
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import VARIABLES, Binary, Call, Expression, Name, has_variable, letters_of


def torch_text(tree: Expression, axes: tuple[str, str] = VARIABLES) -> str:
    """A Python expression in torch scalars, the axes and parameters by their names, connected to both sides of every
    branch for `backward()`.
    """
    return write(tree, _Torch(tree, axes)).text


class _Torch(Names):
    """The dialect of one formula."""

    def __call__(self, tree: Expression) -> Code | None:
        return _torch(tree, self)


def _torch(tree: Expression, names: _Torch) -> Code | None:
    own = names.code(tree)
    if own is not None:
        return own
    if isinstance(tree, Name) and tree.name in CONSTANTS:
        return Code(f"torch.{tree.name}", Rank.ATOM)
    constant = constant_value(tree)
    if constant is not None:
        return None if stands(tree, constant) else literal(constant)
    match tree:
        case Call("where", (condition, then, otherwise)):
            test = write(condition, names).at_least(Rank.COMPARISON)
            taken, other = (_connected(branch, names).at_least(Rank.COMPARISON) for branch in (then, otherwise))
            return Code(f"{taken} if {test} else {other}", Rank.CONDITIONAL)
        case Call("sqrt", (argument,)):
            return _root(argument, names, lambda base: Code(f"torch.sqrt({base.text})", Rank.ATOM))
        case Binary("**", base, exponent) if _is_root(exponent):
            power = write(exponent, names).at_least(Rank.SIGN)
            return _root(base, names, lambda code: Code(f"{code.at_least(Rank.ATOM)}**{power}", Rank.POWER))
        case Call("min" | "max" as function, (first, *others)):
            text = _tensor(first, names)
            for other in others:
                text = f"torch.{FUNCTIONS[function].torch}({text}, {_tensor(other, names)})"
            return Code(text, Rank.ATOM)
        case Call("atan2", arguments):
            return Code(f"torch.atan2({', '.join(_tensor(each, names) for each in arguments)})", Rank.ATOM)
        case Call(function, (argument,)):
            return Code(f"torch.{FUNCTIONS[function].torch}({write(argument, names).text})", Rank.ATOM)
    return None


def _is_root(exponent: Expression) -> bool:
    power = constant_value(exponent)
    return power is not None and power > 0 and power != int(power)


def _root(argument: Expression, names: _Torch, root) -> Code:
    """The root, with gradient 0 where its argument is 0 (torch's own would be infinite, or NaN)."""
    base = write(argument, names)
    if never_zero(argument):
        return root(base)
    # The condition of a Python conditional is evaluated first, and with it every root inside the argument: one name
    # serves them all.
    u = names.free
    return Code(f"{root(Code(u, Rank.ATOM)).text} if ({u} := {base.text}) != 0 else 0*{u}", Rank.CONDITIONAL)


def _connected(branch: Expression, names: _Torch) -> Code:
    """A branch of `where`; one without an axis is tied to the first: there must be a graph to go backward through."""
    code = write(branch, names)
    if has_variable(branch):
        return code
    x = names.axes[0]
    return Code(f"0*{x}" if constant_value(branch) == 0 else f"0*{x} + {code.at_least(Rank.PRODUCT)}", Rank.SUM)


def _tensor(argument: Expression, names: _Torch) -> str:
    text = write(argument, names).text
    if has_variable(argument) or letters_of(argument):
        return text
    return f"torch.full_like({names.axes[0]}, {text})"
