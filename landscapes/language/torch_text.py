"""The formula as a line of PyTorch: a Python expression in 0-dimensional float64 tensors x and y.

It gives the same values and gradients as the JAX loss. Only `import torch` is needed around it.
"""

from __future__ import annotations

from landscapes.language.bounds import never_zero
from landscapes.language.code import Code, Rank, literal, stands, write
from landscapes.language.constant import constant_value
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.tree import Binary, Call, Expression, Name, has_variable


def torch_text(tree: Expression) -> str:
    """A Python expression in torch scalars x and y, connected to both sides of every branch for `backward()`."""
    return write(tree, _torch).text


def _torch(tree: Expression) -> Code | None:
    if isinstance(tree, Name) and tree.name in CONSTANTS:
        return Code(f"torch.{tree.name}", Rank.ATOM)
    constant = constant_value(tree)
    if constant is not None:
        return None if stands(tree, constant) else literal(constant)
    match tree:
        case Call("where", (condition, then, otherwise)):
            test = write(condition, _torch).at_least(Rank.COMPARISON)
            taken, other = (_connected(branch).at_least(Rank.COMPARISON) for branch in (then, otherwise))
            return Code(f"{taken} if {test} else {other}", Rank.CONDITIONAL)
        case Call("sqrt", (argument,)):
            return _root(argument, lambda base: Code(f"torch.sqrt({base.text})", Rank.ATOM))
        case Binary("**", base, exponent) if _is_root(exponent):
            power = write(exponent, _torch).at_least(Rank.SIGN)
            return _root(base, lambda code: Code(f"{code.at_least(Rank.ATOM)}**{power}", Rank.POWER))
        case Call("min" | "max" as function, (first, *others)):
            text = _tensor(first)
            for other in others:
                text = f"torch.{FUNCTIONS[function].torch}({text}, {_tensor(other)})"
            return Code(text, Rank.ATOM)
        case Call("atan2", arguments):
            return Code(f"torch.atan2({', '.join(map(_tensor, arguments))})", Rank.ATOM)
        case Call(function, (argument,)):
            return Code(f"torch.{FUNCTIONS[function].torch}({write(argument, _torch).text})", Rank.ATOM)
    return None


def _is_root(exponent: Expression) -> bool:
    power = constant_value(exponent)
    return power is not None and power > 0 and power != int(power)


def _root(argument: Expression, root) -> Code:
    """The root, with gradient 0 where its argument is 0 (torch's own would be infinite, or NaN)."""
    base = write(argument, _torch)
    if never_zero(argument):
        return root(base)
    # The condition of a Python conditional is evaluated first, and with it every root inside the argument: one name
    # serves them all.
    return Code(f"{root(Code('u', Rank.ATOM)).text} if (u := {base.text}) != 0 else 0*u", Rank.CONDITIONAL)


def _connected(branch: Expression) -> Code:
    """A branch of `where`; a constant one is tied to x, so that there is a graph to go backward through."""
    code = write(branch, _torch)
    if has_variable(branch):
        return code
    return Code("0*x" if constant_value(branch) == 0 else f"0*x + {code.at_least(Rank.PRODUCT)}", Rank.SUM)


def _tensor(argument: Expression) -> str:
    text = write(argument, _torch).text
    return text if has_variable(argument) else f"torch.full_like(x, {text})"
