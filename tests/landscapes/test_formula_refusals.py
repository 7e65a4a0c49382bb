"""What is no formula gets a sentence and a position, at once, and never runs."""

import time

import numpy as np
import pytest

from landscapes import FormulaError, formula, landscape_of
from landscapes.language import latex, mathml, parse, plain_text, torch_text

CASES = {
    # text: (position of the character at fault, what the sentence must say, the formula offered instead)
    "y + x2": (4, "x**2", None),
    "x1**2 + y": (0, "x1", None),
    "x 2": (2, "write x^2 for a power", None),
    "(x + 1)2": (7, "write (…)^2 for a power", None),
    "x**2 + ": (6, "ends after +", "x**2"),
    "x*": (2, "ends after *", "x"),
    "* x": (0, "cannot begin with *", None),
    "/x": (0, "cannot begin with /", None),
    "x***2": (3, "between ** and *", None),
    "x +* y": (3, "between + and *", None),
    "x^^2": (2, "between ^ and ^", None),
    "(x + 1": (0, "never closed", "(x + 1)"),
    "sin(x": (3, "never closed", "sin(x)"),
    "2*(x + (y - 1)": (2, "never closed", "2*(x + (y - 1))"),
    "|x + y": (0, "never closed", "|x + y|"),
    "x + 1)": (5, "no opening one", "x + 1"),
    "(x))+y": (3, "no opening one", "(x)+y"),
    "z = x² + sinus(y)  # mine": (9, "Did you mean sin", "z = x² + sin(y)  # mine"),
    "f(x, y) = (x + y": (10, "never closed", "f(x, y) = (x + y)"),
    "()": (1, "Something is missing", None),
    "||": (2, "ends after |", None),
    "sin()": (4, "Something is missing", None),
    "sin(x,)": (6, "Something is missing", None),
    "x + sin": (4, "sin(x)", None),
    "sin": (0, "sin(x)", None),
    "sin + x": (0, "sin(x)", None),
    "sin(x, y)": (0, "takes 1 argument; got 2", None),
    "max(x)": (0, "takes 2 to 8", None),
    "max x": (0, "takes 2 to 8", None),
    "pow(x)": (0, "takes 2 arguments; got 1", None),
    "atan2(x)": (0, "takes 2 arguments; got 1", None),
    "clip(x, 1)": (0, "takes 3 arguments; got 2", None),
    "where(x > 0, 1)": (0, "takes 3", None),
    "where(x, 1, 2)": (6, "begins with a comparison", None),
    "piecewise(x > 0, x)": (0, "takes 3, 5 or 7", None),
    "piecewise(x, 1, y)": (10, "begins with a comparison", None),
    "where(0 < x < 1, x, 0)": (14, "two values at a time", None),
    "x + (y > 0)": (5, "only as the condition of where", None),
    "sin(x > 0)": (4, "only as the condition of where", None),
    "x > 0": (0, "not a height", None),
    "x, y": (1, "A comma stands only", None),
    "(x, y)": (2, "A comma stands only", None),
    "1,000*x": (0, "may be 1000 or 1.000", None),
    "12,345,678x": (0, "may be 12345", None),
    "x = 2": (4, "neither x nor y", None),
    "x**2 + y**2 = 4": (12, "right of the equals sign", None),
    "sinus(x)": (0, "Did you mean sin?", "sin(x)"),
    "x + cosh1(y)": (4, "Did you mean cosh?", "x + cosh(y)"),
    "sqr(x)": (0, "Did you mean sqrt?", "sqrt(x)"),
    "ab*x": (0, "Did you mean a*b?", "a*b*x"),
    "a*b*c": (0, "Which of the letters a, b, c are the axes?", "f(a, b) = a*b*c"),
    "f(x) + y": (0, "no function here", None),
    "i*x": (0, "the root of −1", None),
    "zebra*x": (0, "another single letter or Greek name is a slider", None),
    "kyx(y)": (0, '"kyx" is not known', None),
    "f(a, b) = x^2": (10, "neither a nor b", None),
    "a x + b x + c x + d x + k x + l x + m x + n x + p x": (0, "at most 8 can be sliders", None),
    "x//2": (2, "floor(x/y)", None),
    "x % 2": (2, "mod(x, 5)", None),
    "x!": (1, "Factorials", None),
    "x[0]": (1, "round parentheses", None),
    "{x}": (0, "round parentheses", None),
    "x && y": (2, "one where(...) inside another", None),
    "where(x > 0 and y > 0, x, y)": (12, "use where", None),
    "\\foo{x}": (0, "LaTeX command", None),
    "\\sqrt[1]{x}": (6, "whole number from 2 to 100", None),
    "\\begin{cases}x\\end{cases}": (0, "LaTeX command", None),
    "007*x": (0, "no zeros in front", None),
    "1_000*x": (1, "without separators", None),
    "1..2*x": (2, "side by side", None),
    "2 3 x": (2, "side by side", None),
    "": (0, "empty", None),
    " \n\t ": (0, "empty", None),
    "# x**2": (0, "empty", None),
    "f(x, y) =": (0, "empty", None),
    "1 + 1": (0, "neither x nor y", None),
    "1/0*x": (2, "divides by zero", None),
    "x/(2 - 2)": (3, "divides by zero", None),
    "\\frac{x}{0}": (9, "divides by zero", None),
    "log(-1)*x": (0, "not a finite number", None),
    "√(-1) x": (0, "not a finite number", None),
    "x + exp(1000)": (4, "not a finite number", None),
    "1e999*x": (0, "larger than 10¹⁰⁰", None),
    "9" * 500 + "*x": (0, "larger than 10¹⁰⁰", None),
    "1e99*1e99*x": (0, "larger than 10¹⁰⁰", None),
    "x**1000": (3, "exponent 1000 is too large", None),
    "x**-101": (3, "too large", None),
    "10**10**10": (4, "too large", None),
    "9**9**9**9*x": (6, "too large", None),
    "(-2)**x": (1, "positive base", None),
    "x × × y": (4, "between * and *", None),
}
HOSTILE = [
    "__import__('os').system('true')", "().__class__.__bases__[0]", "x.__class__", "x.real", "x[0]",
    "lambda: x", "lambda x: x", "[x for x in y]", "{x}", "f'{x}'", "'x'", '"x"', "x if y else 1", "x and y",
    "not x", "x is y", "x in y", "x := 2", "x; y", "import os", "exec(x)", "eval(x)", "open(x)", "x\0", "\0",
    "# x", "`x`", "$x", "x@y", "x%2", "x<<60", "x|y", "x&y", "~x", "!x", "*x", "**x",
    "max(*x)", "sin(x=1)", "max(x for x in y)", "1j*x", "0x10*x", "0b1*x", "x\u202ey", "\u200bx", "\ud800",
    "x\ufeff", "ｘ + y", "х + у", "x" * 100_000, "9" * 100_000, "(" * 999, "-" * 900 + "x",
    "(" * 400 + "x" + ")" * 400, "x+" * 499 + "x", "sin(" * 200 + "x" + ")" * 200, "x**" * 300 + "x",
    "+" * 990 + "x", "_", "None", "True", "Ellipsis", "...", "x...", "nan*x", "inf*x", "infinity", "1e", "1e+",
    "x\x07", "<script>", "x<y>x", "🙂", "x" + " " * 2_000,
]  # fmt: skip


def refusal(text: object) -> FormulaError:
    times = []
    for _ in range(3):
        began = time.thread_time()
        with pytest.raises(FormulaError) as caught:
            formula(text)  # pyright: ignore[reportArgumentType]
        times.append(time.thread_time() - began)
    # Of the processor's time, which a busy machine does not stretch, and best of three, since the rubbish of other
    # tests may be collected meanwhile: under 2 ms each.
    assert min(times) < 0.01
    return caught.value


@pytest.mark.parametrize(("text", "position", "said", "instead"), [(text, *rest) for text, rest in CASES.items()])
def test_the_sentence_the_character_and_what_is_offered(
    text: str, position: int, said: str, instead: str | None
) -> None:
    error = refusal(text)
    assert said in str(error)
    assert error.position == position
    assert (error.mend and error.mend.of(text)) == instead
    assert instead is None or formula(instead), "what is offered is a formula"


@pytest.mark.parametrize("text", [*HOSTILE, *CASES], ids=lambda text: ascii(text)[:30])
def test_every_refusal_is_one_short_printable_sentence(text: str) -> None:
    error = refusal(text)
    assert str(error).endswith((".", "?", ")."))
    assert len(str(error)) <= 200
    assert str(error).isprintable()
    assert 0 <= error.position <= len(text)
    with pytest.raises(FormulaError):
        landscape_of("formula:" + text)


@pytest.mark.parametrize("value", [None, 3, b"x", ["x"], {}])
def test_what_is_no_text_is_refused(value: object) -> None:
    assert "A formula is a text" in str(refusal(value))


def test_random_token_soup_is_read_or_refused_and_nothing_else() -> None:
    """What is read prints and reads back; what is not gets its sentence. Any other exception, or a warning, fails."""
    words = [
        "x",
        "y",
        "pi",
        "2",
        "0",
        ".5",
        "1e3",
        "07",
        "100",
        "+",
        "-",
        "*",
        "/",
        "**",
        "//",
        "<",
        "<=",
        "==",
        "!=",
        "=",
        "(",
        ")",
        ",",
        "sin(",
        "where(",
        "max(",
        "sqrt",
        "log",
        "^",
        ".",
        "e",
        "_",
        "if",
        "lambda",
    ]
    rng = np.random.default_rng(11)
    read, positions = 0, []
    for _ in range(15_000):
        text = str(rng.choice(["", " "])).join(rng.choice(words, rng.integers(1, 9)))
        try:
            tree = parse(text)
        except FormulaError as error:
            positions.append((error.position, len(text)))
        else:
            read += 1
            assert parse(plain_text(tree)) == tree
            assert all((latex(tree), mathml(tree), torch_text(tree)))
    assert read > 100
    assert all(0 <= position <= length for position, length in positions)


def test_the_largest_formula_is_read_quickly_and_the_next_is_not() -> None:
    terms = "+".join(f"({'+'.join(['x*y'] * 8)})" for _ in range(12))
    began = time.perf_counter()
    assert formula(terms).tex
    assert time.perf_counter() - began < 1
    assert "more than 400 parts" in str(refusal("+".join([terms, "(" + "*".join(["x"] * 20) + ")"])))
