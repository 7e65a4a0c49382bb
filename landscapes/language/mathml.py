"""The formula in presentation MathML: browsers draw it without any library."""

from __future__ import annotations

from html import escape

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
from landscapes.language.plain_text import plain_text
from landscapes.language.tree import VARIABLES, Expression, with_axes

_SIGNS = {"-": "−", "dot": "⋅", "times": "\u2062", "apply": "\u2061", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_CLOSING = {"(": ")", "|": "|", "⌊": "⌋"}
_NAMES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
    "log": "ln", "sigmoid": "σ",
}  # fmt: skip


def mathml(tree: Expression, axes: tuple[str, str] = VARIABLES) -> str:
    """One `<math>` element built of this module's tags and escaped text; `alttext` holds the plain formula."""
    opening = f'<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="{escape(plain_text(tree, axes))}">'
    return f"{opening}{_tag(layout(with_axes(tree, axes)))}</math>"


def _tag(box: Box) -> str:
    match box:
        case Digits(text):
            return _leaf("mn", text)
        case Identifier(name):
            return letter_markup(name)
        case FunctionName("log10"):
            return f"<msub>{_leaf('mi', 'log')}{_leaf('mn', '10')}</msub>"
        case FunctionName(name):
            return _leaf("mi", _NAMES.get(name, name))
        case Sign(text):
            return _leaf("mo", _SIGNS.get(text, text))
        case Row(boxes):
            return f"<mrow>{''.join(map(_tag, boxes))}</mrow>"
        case Fence(mark, body):
            return f"<mrow>{_leaf('mo', mark)}{_tag(body)}{_leaf('mo', _CLOSING[mark])}</mrow>"
        case Fraction(over, under):
            return f"<mfrac>{_tag(over)}{_tag(under)}</mfrac>"
        case Superscript(base, exponent):
            return f"<msup>{_tag(base)}{_tag(exponent)}</msup>"
        case Root(body):
            return f"<msqrt>{_tag(body)}</msqrt>"
        case Cases(then, condition, otherwise):
            first = f"<mtr><mtd>{_tag(then)}</mtd><mtd>{_tag(condition)}</mtd></mtr>"
            last = f"<mtr><mtd>{_tag(otherwise)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
            return f'<mrow>{_leaf("mo", "{")}<mtable columnalign="left">{first}{last}</mtable></mrow>'


def letter_markup(name: str) -> str:
    """A variable, parameter or constant as MathML: Greek by its letter, an index below."""
    if name == "pi":
        return _leaf("mi", "π")
    sign, index = parts_of(name)
    return f"<msub>{_leaf('mi', sign)}{_leaf('mn', index)}</msub>" if index else _leaf("mi", sign)


def _leaf(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"
