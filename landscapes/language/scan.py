"""The first reading of a formula: from what people type to tokens of the language, each with its place in the text.

Whatever has one meaning is taken: typographic signs, LaTeX, programmers' prefixes, letters side by side. Every fault
has a sentence and a position. Nothing is evaluated; an unknown name never gets past here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import digit

from i18n import message
from landscapes.language.errors import FormulaError, quoted
from landscapes.language.expand import EXPANSIONS
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.letters import one_spelling, parameter_name
from landscapes.language.spelling import (
    COMMANDS,
    FRACTIONS,
    NAMING,
    OPERATORS,
    PREFIXES,
    SAME_LENGTH,
    SILENT,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    spelled,
)
from landscapes.language.unknown import HINTS, about_character, about_name, better_name

_LETTERS = "A-Za-z\u0370-\u03ff𝑒"
_SIGN = "|".join(map(re.escape, sorted(OPERATORS, key=len, reverse=True)))
_TOKEN = re.compile(
    r"(?P<space> +)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![.0-9]))?)"
    rf"|(?P<name>[{_LETTERS}]+(?:_?[0-9]+|_\{{[0-9]+\}}|[₀-₉]+)?|_[A-Za-z_0-9]*)"
    r"|(?P<command>\\(?:[A-Za-z]+|[ ,;:!(){}\[\]|]))"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸ]+)"
    r"|(?P<fraction>[½⅓⅔¼¾⅕⅙⅛])"
    rf"|(?P<operator>{_SIGN})"
    r"|(?P<mark>[()\[\]{},;|‖√∛])"
)
_HEAD = re.compile(
    rf"\s*(?:\\?[{_LETTERS}]+(?:_?\{{?[A-Za-z0-9₀-₉]+\}}?)?\s*"
    rf"(?:\(\s*(?P<first>\\?[{_LETTERS}]+(?:_?[0-9]+|_\{{[0-9]+\}}|[₀-₉]+)?)"
    rf"\s*(?:[,;]\s*(?P<second>\\?[{_LETTERS}]+(?:_?[0-9]+|_\{{[0-9]+\}}|[₀-₉]+)?)\s*)?\))?\s*)?:?=(?![=<>])"
)
_DOLLARS = re.compile(r"\s*(?:\$\$(?P<a>[^$]*)\$\$|\$(?P<b>[^$]*)\$|\\\((?P<c>.*)\\\)|\\\[(?P<d>.*)\\\])\s*[.,;]?\s*$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
MARKS = ("(", ")", ",", "|", "‖", "√", "∛", "{", "}")


class Token(NamedTuple):
    """A word of the formula."""

    kind: str
    """number, axis (its text is x or y), letter (a parameter), constant, function, operator, mark, or frac and sqrt of
    LaTeX."""
    text: str
    """As the language has it."""
    position: int
    typed: str
    """As it was typed."""


class Framed(NamedTuple):
    """A formula without what stands around it, as long as what was typed, and the axes that it names itself."""

    text: str
    axes: tuple[str, str] | None


def framed(text: str) -> Framed:
    """Blank out what is no part of the expression: `f(x, y) =`, comments, dollar signs, a full stop at the end."""
    text = plain(re.sub("#.*", lambda found: " " * len(found[0]), text))
    if math := _DOLLARS.match(text):
        inside = next(group for group in "abcd" if math[group] is not None)
        text = " " * math.start(inside) + math[inside] + " " * (len(text) - math.end(inside))
    axes = None
    if head := _HEAD.match(text):
        text = " " * head.end() + text[head.end() :]
        if head["first"] and head["second"]:
            axes = one_spelling(head["first"]), one_spelling(head["second"])
        elif head["first"] and one_spelling(head["first"]) not in ("x", "y"):
            axes = one_spelling(head["first"]), "y"
    end = text.rstrip()
    if end.endswith((",", ".", ";")):
        text = end[:-1] + " " * (len(text) - len(end) + 1)
    return Framed(text, axes)


def plain(text: str) -> str:
    """The text in plain signs and digits, character for character: 2−3 is 2-3, ٢ is 2."""
    return "".join(str(digit(letter)) if letter.isdecimal() else letter for letter in text.translate(SAME_LENGTH))


def tokens(text: str, axes: tuple[str, str]) -> list[Token]:
    """The tokens of a framed text whose horizontal and vertical axis have these names."""
    found = list(_Scan(text, axes).tokens())
    return _decimal_commas(found, text)


class _Scan:
    def __init__(self, text: str, axes: tuple[str, str]) -> None:
        self.text = text
        self.axes: dict[str, str] = dict(zip(axes, ("x", "y"), strict=True))

    def tokens(self) -> Iterator[Token]:
        position, raised = 0, False  # `raised`: a group may open here
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            if found is None:
                raise FormulaError(about_character(self.text[position]), position)
            kind, typed = found.lastgroup, found.group()
            begin, position = position, found.end()
            if kind == "space":
                continue
            if kind == "number":
                if typed == "0" and re.match("[box][0-9]", self.text[position:]):
                    raise FormulaError(message("A number is written in decimals."), begin)
                yield Token("number", typed, begin, typed)
            elif kind == "name":
                if typed in PREFIXES and re.match(rf"\.[{_LETTERS}]", self.text[position:]):
                    position += 1
                    continue
                yield from self.name(typed, begin)
            elif kind == "command":
                made, position = self.command(typed, begin, position)
                yield from made
                raised = True
                continue
            elif kind == "raised":
                inside = typed.translate(SUPERSCRIPTS)
                yield Token("operator", "**", begin, typed)
                yield Token("mark", "{", begin, typed)
                for token in _Scan(inside, ("x", "y")).tokens():
                    yield token._replace(position=begin, typed=typed)
                yield Token("mark", "}", begin, typed)
            elif kind == "fraction":
                over, under = map(str, FRACTIONS[typed])
                yield Token("mark", "{", begin, typed)
                yield Token("number", over, begin, typed)
                yield Token("operator", "/", begin, typed)
                yield Token("number", under, begin, typed)
                yield Token("mark", "}", begin, typed)
            elif kind == "operator":
                yield Token("operator", OPERATORS[typed], begin, typed)
            else:
                yield self.mark(typed, begin, raised)
            raised = typed in ("^", "**", ".^", "}", "{", "]")

    def mark(self, typed: str, begin: int, raised: bool) -> Token:
        if typed in "{}" and not raised and not (typed == "}" and self.opened(begin)):
            raise FormulaError(HINTS[typed], begin)
        text = {"[": "(", "]": ")", ";": ","}.get(typed, typed)
        return Token("mark", text, begin, typed)

    def opened(self, begin: int) -> bool:
        """Whether a brace is open at `begin`."""
        before = self.text[:begin]
        return before.count("{") > before.count("}")

    def command(self, typed: str, begin: int, position: int) -> tuple[list[Token], int]:
        """What a LaTeX command says, and where the text goes on."""
        name = typed[1:]
        if name in SILENT or name in " ,;:!":
            return [], position
        if name in "(){}[]|":
            text = {"{": "(", "}": ")", "[": "(", "]": ")", "|": "‖"}.get(name, name)
            return [Token("mark", text, begin, typed)], position
        if name in NAMING and (group := re.match(r"\s*\{\s*([A-Za-z0-9]+)\s*\}", self.text[position:])):
            return list(self.name(group[1], begin)), position + group.end()
        if name not in COMMANDS:
            raise FormulaError(message('The LaTeX command "{typed}" is not known here.', typed=quoted(typed)), begin)
        meaning = COMMANDS[name]
        if meaning == "frac":
            return self.fraction(begin, position)
        if meaning == "sqrt":
            return [Token("sqrt", "sqrt", begin, typed)], position
        if meaning in OPERATORS.values():
            return [Token("operator", meaning, begin, typed)], position
        if meaning == "sigmoid" and not re.match(r"\s*(?:\\left)?\s*[({[]", self.text[position:]):
            meaning = "sigma"
        if meaning in MARKS:
            return [Token("mark", meaning, begin, typed)], position
        index = re.match(r"_(?:\{\s*([0-9]+)\s*\}|([0-9]))", self.text[position:])
        if index:
            return list(self.name(f"{meaning}_{index[1] or index[2]}", begin)), position + index.end()
        return list(self.name(meaning, begin)), position

    def fraction(self, begin: int, position: int) -> tuple[list[Token], int]:
        """The two digits of a fraction without braces: "12" is one over two."""
        made = [Token("frac", "frac", begin, "\\frac")]
        short = re.match(r"\s*([0-9])\s*([0-9])", self.text[position:])
        if not short:
            return made, position
        for group in (1, 2):
            place = position + short.start(group)
            made += [Token("mark", "{", place, ""), Token("number", short[group], place, short[group])]
            made += [Token("mark", "}", place, "")]
        return made, position + short.end()

    # ------- names

    def name(self, typed: str, begin: int) -> Iterator[Token]:
        """One name, or several letters and names side by side."""
        whole = one_spelling(typed)
        if whole in self.axes:
            yield Token("axis", self.axes[whole], begin, typed)
            return
        base = re.fullmatch(r"(?:log|lg|ln)_?\{?([0-9]+)\}?", typed.translate(SUBSCRIPTS))
        if base and (base[1] in ("2", "10") or "_" in typed or typed[-1] in "₀₁₂₃₄₅₆₇₈₉"):
            yield Token("function", f"log {base[1]}", begin, typed)
            return
        known = spelled(typed)
        if known is not None and (len(typed) > 1 or known in CONSTANTS):
            yield Token(_kind(known), known, begin, typed)
            return
        called = re.match(r"\s*[(\[]", self.text[begin + len(typed) :]) is not None
        letter = self.letter(typed)
        if letter is not None and not (called and typed in "fghσ"):
            yield Token("letter", letter, begin, typed)
            return
        pieces = self.split(typed, letters=not called or len(typed) <= 2)
        if pieces is None:
            raise FormulaError(about_name(typed, self.axes), begin, better_name(typed, begin))
        for text, kind, at, length in pieces:
            yield Token(kind, text, begin + at, typed[at : at + length])

    def letter(self, typed: str) -> str | None:
        """The parameter that a name is; x and y can be one where the axes are called otherwise."""
        name = parameter_name(typed)
        return None if name in ("x", "y") and "x" in self.axes else name

    def split(self, typed: str, letters: bool) -> list[tuple[str, str, int, int]] | None:
        """The known names that a run of letters is made of, the longest first: (text, kind, place, length).

        A short one, in which an axis occurs, may hold parameters (`letters`): axy is a product, and foo is a slip.
        """
        run = re.match(rf"[{_LETTERS}]*", typed)
        count = run.end() if run else 0
        letters = letters and count <= 3
        rest: list[tuple[str, str, int, int]] = []

        def known(at: int, end: int) -> tuple[str, str] | None:
            word = typed[at:end]
            axis = one_spelling(word)
            if axis in self.axes:
                return self.axes[axis], "axis"
            name = spelled(word) if len(word) > 1 or word in ("e", "π", "σ", "𝑒") else None
            if name is not None:
                return name, _kind(name)
            parameter = self.letter(word) if letters and (len(word) == 1 or end > count) else None
            return None if parameter is None else (parameter, "letter")

        def walk(at: int) -> bool:
            if at == len(typed):
                return True
            ends = [len(typed)] if at < count else []
            ends += list(range(count, at, -1)) if count > at else []
            for end in dict.fromkeys(ends):
                one = known(at, end)
                if one is None:
                    continue
                rest.append((*one, at, end - at))
                if walk(end):
                    return True
                rest.pop()
            return False

        # Longer runs are no product that anyone writes, and every split of them would be tried.
        return rest if 0 < len(typed) <= 16 and walk(0) and _is_product(rest) else None


def _is_product(pieces: Sequence[tuple[str, str, int, int]]) -> bool:
    """Letters side by side are a product; a function stands only where what follows is its argument."""
    return any(kind == "axis" for _, kind, _, _ in pieces) or any(kind == "function" for _, kind, _, _ in pieces[-1:])


def _kind(name: str) -> str:
    return "constant" if name in CONSTANTS else "function"


# ------- commas


def _decimal_commas(found: list[Token], text: str) -> list[Token]:
    """Two numbers with a comma between, and nothing else it could mean, are one: 0,5 is 0.5."""
    made: list[Token] = []
    open_marks: list[bool] = []  # whether a comma separates arguments inside
    skip = 0
    for at, token in enumerate(found):
        if skip:
            skip -= 1
            continue
        closing = token.text == "‖" and open_marks and open_marks[-1]
        if token.text in ("(", "{", "‖") and not closing:
            before = found[at - 1] if at else None
            called = before is not None and before.kind == "function"
            open_marks.append(token.text == "‖" or (called and before is not None and takes_many(before.text)))
        elif token.text in (")", "}", "‖") and open_marks:
            open_marks.pop()
        after = found[at + 1 : at + 3]
        if (
            token.kind == "number"
            and len(after) == 2
            and (after[0].typed, after[1].kind) == (",", "number")
            and after[1].position == token.position + len(token.typed) + 1
            and token.typed.isdigit()
            and re.fullmatch("[0-9]+(?:[eE][+-]?[0-9]+)?", after[1].typed)
            and not (open_marks and open_marks[-1])
        ):
            typed = text[token.position : after[1].position + len(after[1].typed)]
            if _GROUPED.fullmatch(typed) and token.typed != "0":
                plain = typed.replace(",", "")
                sentence = message(
                    "{typed} may be {plain} or {decimal}: write the one that is meant.",
                    typed=typed,
                    plain=plain,
                    decimal=typed.replace(",", "."),
                )
                raise FormulaError(sentence, token.position)
            made.append(Token("number", typed.replace(",", "."), token.position, typed))
            skip = 2
        elif token.kind == "number" and re.fullmatch("0[0-9]+", token.typed):
            sentence = message("A number has no zeros in front; {typed} is not one.", typed=quoted(token.typed))
            raise FormulaError(sentence, token.position)
        else:
            made.append(token)
    return made


def takes_many(function: str) -> bool:
    """Whether a function may have more than one argument."""
    known = FUNCTIONS.get(function) or EXPANSIONS.get(function)
    return known is not None and known.arguments[1] > 1
