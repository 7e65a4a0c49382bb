"""The formula in LaTeX."""

from __future__ import annotations

from landscapes.language.functions import FUNCTIONS
from landscapes.language.layout import (
    Box,
    Cases,
    Digits,
    Fence,
    Fraction,
    FunctionName,
    Identifier,
    Root,
    Row,
    Sign,
    Superscript,
    layout,
)
from landscapes.language.letters import parts_of
from landscapes.language.tree import VARIABLES, Expression, with_axes

_SIGNS = {"dot": r"\cdot", "times": "", "apply": "", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_FENCES = {
    "(": (r"\left(", r"\right)"),
    "|": (r"\left|", r"\right|"),
    "⌊": (r"\left\lfloor", r"\right\rfloor"),
}


def latex(tree: Expression, axes: tuple[str, str] = VARIABLES) -> str:
    """The formula in LaTeX, without dollar signs; it needs amsmath's `cases` and `operatorname` at most."""
    return _tex(layout(with_axes(tree, axes)))


def _tex(box: Box) -> str:
    match box:
        case Digits(text):
            return text
        case Identifier(name):
            return _letter(name)
        case FunctionName(name):
            return FUNCTIONS[name].tex
        case Sign(text):
            return _SIGNS.get(text, text)
        case Row(boxes):
            return " ".join(filter(None, map(_tex, boxes)))
        case Fence(mark, body):
            opening, closing = _FENCES[mark]
            return f"{opening}{_after(opening, _tex(body))}{closing}"
        case Fraction(over, under):
            return rf"\frac{{{_tex(over)}}}{{{_tex(under)}}}"
        case Superscript(base, exponent):
            return f"{_tex(base)}^{{{_tex(exponent)}}}"
        case Root(body):
            return rf"\sqrt{{{_tex(body)}}}"
        case Cases(then, condition, otherwise):
            first, last = f"{_tex(then)} & {_tex(condition)}", rf"{_tex(otherwise)} & \text{{otherwise}}"
            return rf"\begin{{cases}}{first} \\ {last}\end{{cases}}"


def _letter(name: str) -> str:
    """An identifier: Greek by its command, an index below."""
    if name == "pi":
        return r"\pi"
    sign, index = parts_of(name)
    base = sign if sign.isascii() else "\\" + name.removesuffix(index)
    # A command ends where no letter follows.
    return f"{base}_{{{index}}}" if index else base


def _after(opening: str, body: str) -> str:
    # \lfloorx would be one unknown command.
    return f" {body} " if opening.endswith("floor") else body
