"""The first reading of a formula: only known characters and names, in an order that makes sense.

Python's own parser would accept far more and explain far less. Here every fault has a sentence and a position, and what
passes is plain arithmetic: the parser after it never sees an attribute, a string, a keyword or an unknown name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from landscapes.language.errors import FormulaError, quoted
from landscapes.language.functions import CONSTANTS, FUNCTIONS, KNOWN_ELSEWHERE
from landscapes.language.tree import VARIABLES

LONGEST = 1_000
MOST_NESTED = 50

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|[-+*/<>])"
    r"|(?P<mark>[(),])"
)
_HINTS = {
    "^": "A power is written **: x**2, not x^2.",
    "=": "Type only what stands right of the equals sign; a comparison is written ==.",
    "|": "An absolute value is written abs(x), not |x|.",
    "[": "Use round parentheses ( ) instead of [ ].",
    "]": "Use round parentheses ( ) instead of [ ].",
    "{": "Use round parentheses ( ) instead of { }.",
    "}": "Use round parentheses ( ) instead of { }.",
    ".": "A dot stands only inside a number, such as 0.5.",
    "!": "Factorials are not part of the language; multiply the numbers out.",
    "%": "Remainders are not part of the language; x - 5*floor(x/5) is the remainder by 5.",
    "×": "A product is written *: 2*x.",
    "·": "A product is written *: 2*x.",
    "⋅": "A product is written *: 2*x.",
    "÷": "A quotient is written /: x/2.",
    "−": "This is a typographic minus; type the hyphen - instead.",
    "–": "This is a dash; type the hyphen - instead.",
    "²": "A square is written **2: x**2.",
    "³": "A cube is written **3: x**3.",
    "π": "The number π is written pi.",
    "√": "A square root is written sqrt(x).",
    "≤": "This comparison is written <=.",
    "≥": "This comparison is written >=.",
    "≠": "This comparison is written !=.",
}
NAMES = (*VARIABLES, *CONSTANTS, *FUNCTIONS)


class Token(NamedTuple):
    """A word of the formula: its kind (number, name, operator, mark), its text, and where it begins."""

    kind: str
    text: str
    position: int


def check(text: str) -> None:
    """Raise FormulaError, with the position of the character at fault, unless `text` reads as arithmetic."""
    if len(text) > LONGEST:
        raise FormulaError(
            f"The formula is {len(text):,} characters long; at most {LONGEST:,} are read. Shorten it.", LONGEST
        )
    tokens = list(_tokens(text))
    if not tokens:
        raise FormulaError("The formula is empty. Type one in x and y, such as x**2 + y**2.", 0)
    _check_order(tokens, text)


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise FormulaError(_about_character(text[position]), position)
        if found.lastgroup == "name":
            _check_name(found.group(), position)
        if found.lastgroup == "number" and re.fullmatch("0[0-9]+", found.group()):
            raise FormulaError(f"A number has no zeros in front; {quoted(found.group())} is not one.", position)
        if found.lastgroup != "space":
            yield Token(found.lastgroup or "", found.group(), position)
        position = found.end()


def _about_character(char: str) -> str:
    if char in _HINTS:
        return _HINTS[char]
    return f'The character "{quoted(char)}" has no meaning in a formula. Use x, y, numbers, + - * / ** and functions.'


def _check_name(name: str, position: int) -> None:
    if name in NAMES:
        return
    if name in KNOWN_ELSEWHERE:
        raise FormulaError(f'"{name}" is not known here; use {KNOWN_ELSEWHERE[name]} instead.', position)
    if re.fullmatch("_[0-9_]+", name):
        raise FormulaError("A number is written without separators: 1000.", position)
    if re.fullmatch(r"[xy][0-9]+", name):
        raise FormulaError(
            f'"{quoted(name)}" is not known: write {name[0]}**{quoted(name[1:])} for a power, '
            f"or {name[0]}*{quoted(name[1:])} for a product.",
            position,
        )
    if re.fullmatch(r"[xy]{2,8}", name):
        raise FormulaError(f'"{name}" is not known: write the product with a sign, {"*".join(name)}.', position)
    nearest = get_close_matches(name[:40].lower(), NAMES, n=1, cutoff=0.6)
    hint = f"Did you mean {nearest[0]}?" if nearest else "The variables are x and y."
    raise FormulaError(f'"{quoted(name)}" is not known. {hint}', position)


def _check_order(tokens: list[Token], text: str) -> None:
    """Operands and operators must alternate, and parentheses must match; a comma stands only between arguments."""
    open_marks: list[tuple[Token, bool]] = []  # an opening parenthesis, and whether a function stands before it
    before: Token | None = None
    for token in tokens:
        after_operand = before is not None and (before.kind in ("number", "name") or before.text == ")")
        called = before is not None and before.text in FUNCTIONS
        if before is not None and called and token.text != "(":
            raise FormulaError(_about_bare_function(before.text), before.position)
        if token.kind in ("number", "name") or token.text == "(":
            if before is not None and after_operand and not called:
                raise FormulaError(_about_neighbours(before, token), token.position)
            if token.text == "(":
                open_marks.append((token, called))
                if len(open_marks) > MOST_NESTED:
                    raise FormulaError(
                        f"Parentheses are nested more than {MOST_NESTED} deep here. Simplify the formula.",
                        token.position,
                    )
        elif token.text in ("+", "-"):
            pass
        elif not after_operand:
            raise FormulaError(_about_missing(before, token), token.position)
        if token.text == ")":
            if not open_marks:
                raise FormulaError("This closing parenthesis has no opening one. Remove it.", token.position)
            open_marks.pop()
        if token.text == "," and not (open_marks and open_marks[-1][1]):
            raise FormulaError(
                "A comma stands only between the arguments of a function; a decimal number is written 0.5.",
                token.position,
            )
        before = token
    last = tokens[-1]
    if last.text in FUNCTIONS:
        raise FormulaError(_about_bare_function(last.text), last.position)
    if last.kind == "operator" or last.text in ("(", ","):
        raise FormulaError(f"The formula ends after {last.text}: a number, x or y must follow.", len(text.rstrip()))
    if open_marks:
        raise FormulaError("This parenthesis is never closed. Add a ).", open_marks[-1][0].position)


def _about_bare_function(name: str) -> str:
    example = {"where": "where(x > 0, x, -x)", "min": "min(x, y)", "max": "max(x, y)"}.get(name, f"{name}(x)")
    return f"The function {name} needs its arguments in parentheses: {example}."


def _about_neighbours(before: Token, token: Token) -> str:
    if before.kind == "number" and token.kind == "number":
        return (
            f"Two numbers stand side by side, {quoted(before.text)} and {quoted(token.text)}: put an operator between."
        )
    left = "(…)" if before.text == ")" else quoted(before.text)
    right = "(…)" if token.text == "(" else token.text + ("(…)" if token.text in FUNCTIONS else "")
    gap = "" if before.kind == "number" or "(…)" in (left, right) else " "
    return f"A product needs its sign: write {left}*{right} instead of {left}{gap}{right}."


def _about_missing(before: Token | None, token: Token) -> str:
    if before is None:
        return f"A formula cannot begin with {token.text}: a number, x or y must come first."
    if before.text == token.text == "/":
        return "Whole-number division // is not part of the language; use floor(x/y)."
    return f"Something is missing between {before.text} and {token.text}: a number, x or y must stand there."
