"""From text to tree: a reader of tokens by precedence. Whatever has two readings is read by one rule, and said.

The rule is the calculators': a product without a sign binds as one with it, from left to right (1/2x is (1/2)x); a
power takes what stands directly behind it (e^-x y is e^(-x) y); a function without parentheses takes the product
without signs that follows, up to the next function (sin 2x is sin(2x), sin x cos y is sin(x) cos(y)).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from i18n import listed, message, plural
from landscapes.language import build
from landscapes.language.build import DEEPEST, Part
from landscapes.language.errors import Edit, FormulaError, quoted
from landscapes.language.expand import logarithm, root
from landscapes.language.letters import AXES, letter_text, one_spelling
from landscapes.language.scan import Framed, Token, framed, plain, tokens
from landscapes.language.spelling import FRACTIONS, INVERSE
from landscapes.language.tree import VARIABLES, Compare, Comparison, Expression, has_variable, letters_of

LONGEST = 1_000
MOST_NESTED = 50
MOST_LETTERS = 8
"""Sliders that one picture has room for."""
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "=")
_OPENING = ("(", "{", "|", "‖", "√", "∛")
_NAMED = ("axis", "letter", "constant", "function", "frac", "sqrt")


@dataclass(frozen=True)
class Reading:
    """What a text was understood as."""

    tree: Expression
    axes: tuple[str, str]
    """The names that the formula gives to the two axes; x and y in the tree, whatever they are."""
    letters: tuple[str, ...]
    """The parameters, in the order of the formula."""
    notes: tuple[str, ...]
    """A sentence for each place that could have been read in another way."""


def parse(text: str) -> Expression:
    """The tree of a formula in x and y.

    Raises FormulaError with a sentence and the position of the character at fault (the text's length if it ends too
    early).
    """
    return read(text).tree


def read(text: str) -> Reading:
    """How a text is understood. Raises FormulaError as `parse` does."""
    if not isinstance(text, str):
        kind = type(text).__name__
        raise FormulaError(message("A formula is a text such as x**2 + y**2; got {kind}.", kind=kind), 0)
    return _read(text)


def arithmetic(text: str) -> float:
    """The value of an expression of numbers, for a number box: each product with its sign. Raises FormulaError."""
    found = tokens(plain(text), ("x", "y"))
    if not found:
        raise FormulaError(message("A number is expected here."), 0)
    reader = _Reader(found, text)
    part = reader.whole()
    if part.value is None or reader.unsigned:
        raise FormulaError(message("This is no arithmetic of numbers."), part.position)
    return part.value


@lru_cache(maxsize=512)
def _read(text: str) -> Reading:
    if len(text) > LONGEST:
        raise FormulaError(
            message(
                "The formula is {n} characters long; at most {most} are read. Shorten it.",
                n=f"{len(text):,}",
                most=f"{LONGEST:,}",
            ),
            LONGEST,
        )
    frame = framed(text)
    axes, found = _named(frame)
    if not found:
        raise FormulaError(message("The formula is empty. Type one in x and y, such as x^2 + y^2."), 0)
    try:
        reader = _Reader(found, frame.text)
        tree = reader.whole().tree
    except RecursionError:
        raise FormulaError(message("The formula is nested too deeply. Simplify it."), 0) from None
    lead = found[0].position
    if isinstance(tree, Compare):
        raise FormulaError(
            message("A comparison is not a height: use it as the condition of where(x > 0, x, -x)."), lead
        )
    if not has_variable(tree):
        raise FormulaError(
            message(
                "The formula has neither {first} nor {second}, so the surface would be flat. Use at least one.",
                first=axes[0],
                second=axes[1],
            ),
            lead,
        )
    shown = letter_text(axes[0]), letter_text(axes[1])
    notes, letters = list(dict.fromkeys(reader.notes)), letters_of(tree)
    if len(letters) > MOST_LETTERS:
        raise FormulaError(
            message(
                "The formula has {n} letters beside its axes; at most {most} can be sliders.",
                n=len(letters),
                most=MOST_LETTERS,
            ),
            lead,
        )
    told = {"first": shown[0], "second": shown[1]}
    if axes != VARIABLES:
        notes.append(message("{first} is the horizontal axis, {second} the vertical one.", **told))
    if letters:
        notes.append(
            plural(
                "{letters} is a slider; {first} and {second} are the axes.",
                "{letters} are sliders; {first} and {second} are the axes.",
                len(letters),
                letters=listed([letter_text(letter) for letter in letters]),
                **told,
            )
        )
    return Reading(tree, axes, letters, tuple(notes))


def _named(frame: Framed) -> tuple[tuple[str, str], list[Token]]:
    """The names of the axes, and the tokens under them: those that the text names itself, or the first that fit."""
    if frame.axes is not None and frame.axes[0] != frame.axes[1]:
        return frame.axes, tokens(frame.text, frame.axes)
    usual: list[Token] | FormulaError
    try:
        usual = tokens(frame.text, VARIABLES)
        if any(token.kind == "axis" for token in usual):
            return VARIABLES, usual
    except FormulaError as error:
        usual = error
    spelled = one_spelling(frame.text)
    for axes in AXES:
        if not all(name in spelled for name in axes):
            continue
        with suppress(FormulaError):
            found = tokens(frame.text, axes)
            if {"x", "y"} <= {token.text for token in found if token.kind == "axis"}:
                return axes, found
    if isinstance(usual, FormulaError):
        raise usual
    letters = sorted({token.text for token in usual if token.kind == "letter"})
    if len(letters) > 2:
        raise FormulaError(
            message(
                "Which of the letters {letters} are the axes? Name two of them in front.",
                letters=", ".join(letters),
            ),
            0,
            Edit(0, 0, f"f({', '.join(letters[:2])}) = "),
        )
    if not letters:
        return VARIABLES, usual
    axes = (letters[0], letters[1] if len(letters) == 2 else "y")
    return axes, tokens(frame.text, axes)


class _Reader:
    """One pass over the tokens."""

    def __init__(self, found: list[Token], text: str) -> None:
        self.found = found
        self.text = text
        self.at = 0
        self.level = 0
        self.open: list[str] = []
        self.notes: list[str] = []
        self.unsigned = False
        """Whether a product without a sign was read."""

    # ------- tokens

    def peek(self) -> Token | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def take(self) -> Token:
        self.at += 1
        return self.found[self.at - 1]

    def next_is(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind in ("operator", "mark") and token.text in texts

    @property
    def end(self) -> int:
        """Behind the last token taken."""
        return _behind(self.found[self.at - 1])

    def typed(self, first: int) -> str:
        """What was typed from the token of this number on, up to the last one taken."""
        return self.text[self.found[first].position : self.end]

    def deeper(self, inner: Callable[[], Part]) -> Part:
        """A part inside another one, not too deep."""
        self.level += 1
        if self.level > DEEPEST:
            raise self.too_deep(self.peek() or self.found[-1])
        try:
            return inner()
        finally:
            self.level -= 1

    def too_deep(self, token: Token) -> FormulaError:
        return FormulaError(build.too_deep(), token.position)

    # ------- by precedence, loosest first

    def whole(self) -> Part:
        part = self.condition()
        token = self.peek()
        if token is None:
            return part
        if token.text == ")":
            mend = Edit(token.position, _behind(token), "")
            raise FormulaError(message("This closing parenthesis has no opening one. Remove it."), token.position, mend)
        if token.text == ",":
            raise FormulaError(
                message("A comma stands only between the arguments of a function; a decimal number is written 0.5."),
                token.position,
            )
        raise FormulaError(
            message("The formula cannot be read from here on. Check the signs and numbers."), token.position
        )

    def condition(self) -> Part:
        left = self.sum()
        token = self.peek()
        if token is None or token.kind != "operator" or token.text not in _COMPARISONS:
            return left
        if token.text == "=" and not self.open:
            raise FormulaError(
                message("Type only what stands right of the equals sign; a comparison is written ==."), token.position
            )
        self.take()
        right = self.sum()
        if self.next_is(*_COMPARISONS):
            self.take()
            third = self.sum()
            raise FormulaError(
                message("Compare two values at a time: where(0 < x, where(x < 1, x, 0), 0)."), third.position
            )
        return build.comparison(cast("Comparison", "==" if token.text == "=" else token.text), left, right)

    def sum(self) -> Part:
        part = self.term()
        while self.next_is("+", "-"):
            sign = self.take().text
            part = build.binary("+" if sign == "+" else "-", part, self.term())
        return part

    def term(self) -> Part:
        first = self.at
        part = self.signed()
        over: str | None = None  # the denominator, where one stands right before
        while True:
            behind = self.typed(first)
            if self.next_is("*", "/"):
                sign, begin = self.take().text, self.at
                part = build.binary("*" if sign == "*" else "/", part, self.signed())
                over = self.typed(begin) if sign == "/" else None
            elif self.begins_factor():
                begin = self.at
                part = build.binary("*", part, self.power())
                if over is not None:
                    factor = self.typed(begin)
                    self.notes.append(
                        message(
                            "{typed} is read as ({behind})·{factor}, from left to right; with {factor} in the "
                            "denominator it is {other}.",
                            typed=self.typed(first),
                            behind=behind,
                            factor=factor,
                            other=f"{behind.removesuffix(over)}({over}{_gap(over, factor)}{factor})",
                        )
                    )
                over = None
            else:
                return part

    def signed(self) -> Part:
        signs = []
        while self.next_is("+", "-"):
            signs.append(self.take())
            if len(signs) > DEEPEST:
                raise self.too_deep(signs[-1])
        part = self.power()
        for sign in reversed(signs):
            if sign.text == "-":
                part = build.negative(part, sign.position)
        return part

    def power(self) -> Part:
        first = self.at
        base = self.atom()
        if not self.next_is("**"):
            return base
        self.take()
        bare = not self.next_is("{", "(")
        exponent = self.deeper(self.exponent)
        part = build.binary("**", base, exponent)
        if bare and exponent.value is None and self.begins_factor():
            power, beside = self.typed(first), self.found[self.at].typed
            self.notes.append(
                message(
                    "{typed} is read as ({power})·{beside}: a power takes one factor, and more in parentheses.",
                    typed=f"{power}{_gap(power, beside)}{beside}",
                    power=power,
                    beside=beside,
                )
            )
        return part

    def exponent(self) -> Part:
        return self.group("{", "}") if self.next_is("{") else self.signed()

    # ------- atoms

    def begins_factor(self) -> bool:
        """Whether a factor follows without a sign; a number there is refused."""
        token = self.peek()
        if token is None:
            return False
        if token.kind == "number":
            raise FormulaError(_about_number(self.found[self.at - 1], token), token.position)
        if token.text in ("|", "‖"):
            self.unsigned |= token.text not in self.open
            return token.text not in self.open
        if token.typed == "[":
            raise FormulaError(message("Use round parentheses ( ) instead of [ ]."), token.position)
        follows = token.kind in _NAMED or token.text in ("(", "√", "∛")
        follows |= token.text == "{" and token.typed in FRACTIONS
        self.unsigned |= follows
        return follows

    def atom(self) -> Part:
        token = self.peek()
        before = self.found[self.at - 1] if self.at else None
        if token is None:
            raise self.cut_short()
        match token.kind:
            case "number":
                self.take()
                return build.number(token.text, token.position)
            case "letter":
                self.take()
                return build.letter(token.text, token.position)
            case "axis" | "constant":
                self.take()
                part = build.name(token.text, token.position)
                if token.kind == "constant" and self.next_is("(") and self.after_is(")"):  # PI() of a spreadsheet
                    self.at += 2
                return part
            case "function":
                self.take()
                return self.deeper(lambda: self.application(token))
            case "frac":
                self.take()
                over = self.deeper(lambda: self.group("{", "}"))
                under = self.deeper(lambda: self.group("{", "}"))
                return build.binary("/", over, under)._replace(position=token.position)
            case "sqrt":
                self.take()
                return self.latex_root(token)
        if token.text == "(":
            return self.deeper(lambda: self.group("(", ")"))
        if token.text == "{":
            return self.deeper(lambda: self.group("{", "}"))
        if token.text == "|":
            inside = self.deeper(lambda: self.group("|", "|"))
            return build.call("abs", [inside], token.position)
        if token.text == "‖":
            self.enter(self.take())
            parts = self.arguments("‖")
            return build.call("norm", parts, token.position)
        if token.text in ("√", "∛"):
            self.take()
            inside = self.deeper(self.power)
            return build.call("sqrt" if token.text == "√" else "cbrt", [inside], token.position)
        raise FormulaError(_about_missing(before, token), token.position)

    def after_is(self, text: str) -> bool:
        return self.at + 1 < len(self.found) and self.found[self.at + 1].text == text

    def group(self, opening: str, closing: str) -> Part:
        """What stands between two marks; without braces a single letter or digit after a LaTeX command."""
        token = self.peek()
        if token is None:
            raise self.cut_short()
        if token.text != opening:
            return self.atom()
        self.enter(self.take())
        part = self.condition()
        self.close(closing, token)
        return part

    def enter(self, token: Token) -> None:
        self.open.append(token.text)
        if len(self.open) > MOST_NESTED:
            raise FormulaError(
                message("Parentheses are nested more than {most} deep here. Simplify the formula.", most=MOST_NESTED),
                token.position,
            )

    def close(self, closing: str, opened: Token) -> None:
        token = self.peek()
        if token is None:
            end = len(self.text.rstrip())
            sentence = message(_NEVER_CLOSED.get(closing, _BAR), closing=closing)
            raise FormulaError(sentence, opened.position, Edit(end, end, closing))
        if token.text != closing:
            if token.text == ",":
                raise FormulaError(
                    message(
                        "A comma stands only between the arguments of a function; a decimal number is written 0.5."
                    ),
                    token.position,
                )
            raise FormulaError(
                message(
                    "{typed} stands here before the {closing} that is due.",
                    typed=quoted(token.typed),
                    closing=closing,
                ),
                token.position,
            )
        self.take()
        self.open.pop()

    def arguments(self, closing: str) -> list[Part]:
        """Arguments up to a closing mark that is already due."""
        opened = self.found[self.at - 1]
        parts = [self.condition()]
        while self.next_is(","):
            self.take()
            parts.append(self.condition())
        self.close(closing, opened)
        return parts

    def application(self, token: Token) -> Part:
        """A function, its arguments in parentheses or bare behind it; a power may stand between: sin² x."""
        exponent = None
        if self.next_is("**"):
            self.take()
            exponent = self.exponent()
        function, _, base = token.text.partition(" ")
        if exponent is not None and exponent.value == -1 and function in INVERSE:
            function, exponent = INVERSE[function], None
        if self.next_is("("):
            self.enter(self.take())
            parts = self.arguments(")")
        else:
            parts = [self.bare(token)]
        if base:
            if len(parts) != 1:
                sentence = message("A logarithm takes 1 argument; got {got}.", got=len(parts))
                raise FormulaError(sentence, token.position)
            part = build.written_out(logarithm(parts[0].tree, float(base)), token.position)
        else:
            part = build.call(function, parts, token.position)
        if function == "log" and not base and token.typed.lower() == "log":
            self.notes.append(message("log is the natural logarithm; the decimal one is log10."))
        return part if exponent is None else build.binary("**", part, exponent)

    def bare(self, function: Token) -> Part:
        """The argument of a function without parentheses: the product without signs that follows."""
        negative = self.take() if self.next_is("-") else None
        first, token = self.at, self.peek()
        if token is None or not (token.kind in ("number", *_NAMED) or token.text in _OPENING):
            raise FormulaError(_about_bare(function.text.partition(" ")[0]), function.position)
        part = self.power()
        plain = self.found[self.at - 1].kind == "number"  # sin 2x has one reading
        factors = 0
        while (after := self.peek()) is not None and after.kind != "function" and self.begins_factor():
            part = build.binary("*", part, self.power())
            factors += 1
        said = self.typed(first)
        if negative is not None:
            part, said = build.negative(part, negative.position), f"-{said}"
        if factors > plain or self.next_is("/", "*"):
            self.notes.append(
                message(
                    "{function} {said} is read as {function}({said}): "
                    "without parentheses a function takes the product without signs behind it.",
                    function=function.typed,
                    said=said,
                )
            )
        return part

    def latex_root(self, token: Token) -> Part:
        """The root of a LaTeX command, with its degree in square brackets."""
        degree = 2.0
        if self.next_is("(") and self.found[self.at].typed == "[":
            inside = self.group("(", ")")
            if inside.value is None or inside.value not in range(2, 101):
                raise FormulaError(message("The degree of a root is a whole number from 2 to 100."), inside.position)
            degree = inside.value
        inside = self.deeper(lambda: self.group("{", "}"))
        if isinstance(inside.tree, Compare):
            return build.negative(inside, token.position)  # refuses it
        return build.written_out(root(inside.tree, degree), token.position)

    def cut_short(self) -> FormulaError:
        last = self.found[-1]
        if last.kind == "function":
            return FormulaError(_about_bare(last.text), last.position)
        end = len(self.text.rstrip())
        mend = Edit(last.position, end, "") if last.kind == "operator" else None
        sentence = message("The formula ends after {typed}: a number, x or y must follow.", typed=quoted(last.typed))
        return FormulaError(sentence, end, mend)


def _behind(token: Token) -> int:
    return token.position + len(token.typed)


def _gap(left: str, right: str) -> str:
    """A blank where two pieces would read as one."""
    return "" if left[-1:].isdigit() or right.startswith("(") else " "


def _about_bare(name: str) -> str:
    examples = {"where": "where(x > 0, x, -x)", "min": "min(x, y)", "max": "max(x, y)"}
    return message(
        "The function {name} needs its arguments in parentheses: {example}.",
        name=name,
        example=examples.get(name, f"{name}(x)"),
    )


def _about_number(before: Token, token: Token) -> str:
    if before.kind == "number":
        return message(
            "Two numbers stand side by side, {first} and {second}: put an operator between.",
            first=quoted(before.typed),
            second=quoted(token.typed),
        )
    left, right = quoted(before.typed), quoted(token.typed)
    left = "(…)" if left == ")" else left
    return message(
        "A number stands behind {left} without a sign: write {left}^{right} for a power, {right}*{left} for a product.",
        left=left,
        right=right,
    )


def _about_missing(before: Token | None, token: Token) -> str:
    if before is None:
        typed = quoted(token.typed)
        return message("A formula cannot begin with {typed}: a number, x or y must come first.", typed=typed)
    if before.text == token.text == "/":
        return message("Whole-number division // is not part of the language; use floor(x/y).")
    return message(
        "Something is missing between {first} and {second}: a number, x or y must stand there.",
        first=quoted(before.typed),
        second=quoted(token.typed),
    )


_NEVER_CLOSED = {
    ")": message("This parenthesis is never closed. Add a {closing}."),
    "}": message("This brace is never closed. Add a {closing}."),
}
_BAR = message("This bar is never closed. Add a {closing}.")
