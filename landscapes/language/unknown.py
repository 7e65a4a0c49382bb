"""What is said about a character or a name that the language does not know, and what was probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from i18n import message
from landscapes.language.errors import Edit, quoted
from landscapes.language.letters import IMAGINARY, parameter_name
from landscapes.language.spelling import CALLABLE, NEVER

HINTS = {
    "{": message("Use round parentheses ( ) instead of { }."),
    "}": message("Use round parentheses ( ) instead of { }."),
    "[": message("Use round parentheses ( ) instead of [ ]."),
    "]": message("Use round parentheses ( ) instead of [ ]."),
    ".": message("A dot stands only inside a number, such as 0.5."),
    "!": message("Factorials are not part of the language; multiply the numbers out."),
    "%": message("Remainders are written mod(x, 5)."),
    "&": message("Conditions are not joined: put one where(...) inside another."),
}
"""Of characters that have no meaning here."""


def about_character(char: str) -> str:
    """What to do about a character that is part of no token."""
    if char in HINTS:
        return HINTS[char]
    return message(
        'The character "{char}" has no meaning in a formula. Use x, y, numbers, + - * / ** and functions.',
        char=quoted(char),
    )


def about_name(name: str, axes: dict[str, str]) -> str:
    """What to do about a name that is not known."""
    if name in NEVER:
        return message('"{name}" is not known here; use {instead} instead.', name=name, instead=NEVER[name])
    if re.fullmatch("_[0-9_]+", name):
        return message("A number is written without separators: 1000.")
    if re.fullmatch(r"[xy][0-9]+", name):
        power, factor = quoted(name[1:]), name[0]
        return message(
            '"{name}" is not known: write {factor}**{power} for a power, or {factor}*{power} for a product.',
            name=quoted(name),
            factor=factor,
            power=power,
        )
    if name in IMAGINARY:
        return message('"{name}" is a number elsewhere, the root of −1: take another letter.', name=name)
    if re.fullmatch("[fgh]", name):
        return message('"{name}" is no function here; a product with a letter is written {name}*(…).', name=name)
    nearest, product = _nearest(name), _product(name)
    if nearest or product:
        meant = product or nearest
        return message('"{name}" is not known. Did you mean {meant}?', name=quoted(name), meant=meant)
    first, second = axes
    return message(
        '"{name}" is not known. The axes are {first} and {second}; another single letter or Greek name is a slider.',
        name=quoted(name),
        first=first,
        second=second,
    )


@lru_cache(maxsize=1024)
def _nearest(name: str) -> str | None:
    """The known name most like this one: sought once, though the sentence, its remedy and a second reading ask."""
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
