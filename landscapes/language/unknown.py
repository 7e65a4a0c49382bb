"""What is said about a character or a name that the language does not know, and what was probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches

from landscapes.language.errors import Edit, quoted
from landscapes.language.letters import IMAGINARY, parameter_name
from landscapes.language.spelling import CALLABLE, NEVER

HINTS = {
    "{": "Use round parentheses ( ) instead of { }.",
    "}": "Use round parentheses ( ) instead of { }.",
    "[": "Use round parentheses ( ) instead of [ ].",
    "]": "Use round parentheses ( ) instead of [ ].",
    ".": "A dot stands only inside a number, such as 0.5.",
    "!": "Factorials are not part of the language; multiply the numbers out.",
    "%": "Remainders are written mod(x, 5).",
    "&": "Conditions are not joined: put one where(...) inside another.",
}
"""Of characters that have no meaning here."""


def about_character(char: str) -> str:
    """What to do about a character that is part of no token."""
    if char in HINTS:
        return HINTS[char]
    return f'The character "{quoted(char)}" has no meaning in a formula. Use x, y, numbers, + - * / ** and functions.'


def about_name(name: str, axes: dict[str, str]) -> str:
    """What to do about a name that is not known."""
    if name in NEVER:
        return f'"{name}" is not known here; use {NEVER[name]} instead.'
    if re.fullmatch("_[0-9_]+", name):
        return "A number is written without separators: 1000."
    if re.fullmatch(r"[xy][0-9]+", name):
        power, factor = quoted(name[1:]), name[0]
        return f'"{quoted(name)}" is not known: write {factor}**{power} for a power, or {factor}*{power} for a product.'
    if name in IMAGINARY:
        return f'"{name}" is a number elsewhere, the root of −1: take another letter.'
    if re.fullmatch("[fgh]", name):
        return f'"{name}" is no function here; a product with a letter is written {name}*(…).'
    nearest, product = _nearest(name), _product(name)
    hint = f"The axes are {' and '.join(axes)}; another single letter or Greek name is a slider."
    if nearest or product:
        hint = f"Did you mean {product or nearest}?"
    return f'"{quoted(name)}" is not known. {hint}'


def _nearest(name: str) -> str | None:
    found = get_close_matches(name[:20].lower(), ("pi", *CALLABLE), n=1, cutoff=0.6)
    return found[0] if found else None


def _product(name: str) -> str | None:
    """Two letters side by side, as a product."""
    return "*".join(name) if re.fullmatch("[A-Za-z]{2}", name) and all(map(parameter_name, name)) else None


def better_name(name: str, begin: int) -> Edit | None:
    """What was probably meant by a name that is not known."""
    if name in NEVER or re.fullmatch("[a-z]_?[0-9]*", name):
        return None
    better = _product(name) or _nearest(name)
    return None if better is None else Edit(begin, begin + len(name), better)
