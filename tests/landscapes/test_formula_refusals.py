"""What is no formula gets a sentence and a position, at once, and never runs."""

import time

import numpy as np
import pytest

from landscapes import FormulaError, formula, landscape_of
from landscapes.language import latex, mathml, parse, plain_text, torch_text

CASES = {
    # text: (position of the character at fault, what the sentence must say)
    "2x": (1, "write 2*x instead of 2x"),
    "2 x": (2, "write 2*x"),
    "1 + 2(x+1)": (5, "write 2*(…)"),
    "x y": (2, "write x*y instead of x y"),
    "(x)(y)": (3, "(…)*(…)"),
    "x(y + 1)": (1, "write x*(…)"),
    "2sin(x)": (1, "write 2*sin(…)"),
    "xy": (0, "x*y"),
    "y + x2": (4, "x**2"),
    "x^2": (1, "x**2, not x^2"),
    "x**2 + ": (6, "ends after +"),
    "* x": (0, "cannot begin with *"),
    "x***2": (3, "between ** and *"),
    "(x + 1": (0, "never closed"),
    "x + 1)": (5, "no opening one"),
    "()": (1, "Something is missing"),
    "sin()": (4, "Something is missing"),
    "sin(x,)": (6, "Something is missing"),
    "sin x": (0, "sin(x)"),
    "x + sin": (4, "sin(x)"),
    "sin(x, y)": (0, "takes 1 argument; got 2"),
    "max(x)": (0, "takes 2 to 8"),
    "where(x > 0, 1)": (0, "takes 3"),
    "where(x, 1, 2)": (6, "begins with a comparison"),
    "where(0 < x < 1, x, 0)": (14, "two values at a time"),
    "x + (y > 0)": (5, "only as the condition of where"),
    "x > 0": (0, "not a height"),
    "0,5*x": (1, "decimal number"),
    "L = x**2": (0, '"L" is not known'),
    "x = 2": (2, "right of the equals sign"),
    "ln(x)": (0, "use log"),
    "arctan(x)": (0, "use atan"),
    "sinus(x)": (0, "Did you mean sin?"),
    "x + z": (4, '"z" is not known'),
    "|x|": (0, "abs(x)"),
    "x//2": (2, "floor(x/y)"),
    "x² + y²": (1, "x**2"),
    "2×x": (1, "written *"),
    "x − y": (2, "hyphen"),
    "π*x": (0, "written pi"),
    "007*x": (0, "no zeros in front"),
    "1_000*x": (1, "without separators"),
    "1..2*x": (2, "side by side"),
    "": (0, "empty"),
    " \n\t ": (0, "empty"),
    "1 + 1": (0, "neither x nor y"),
    "1/0*x": (2, "divides by zero"),
    "x/(2 - 2)": (3, "divides by zero"),
    "log(-1)*x": (0, "not a finite number"),
    "x + exp(1000)": (4, "not a finite number"),
    "1e999*x": (0, "larger than 10¹⁰⁰"),
    "9" * 500 + "*x": (0, "larger than 10¹⁰⁰"),
    "1e99*1e99*x": (0, "larger than 10¹⁰⁰"),
    "x**1000": (3, "exponent 1000 is too large"),
    "x**-101": (3, "too large"),
    "10**10**10": (4, "too large"),
    "9**9**9**9*x": (6, "too large"),
    "(-2)**x": (1, "positive base"),
}
HOSTILE = [
    "__import__('os').system('true')", "().__class__.__bases__[0]", "x.__class__", "x.real", "x[0]",
    "lambda: x", "lambda x: x", "[x for x in y]", "{x}", "f'{x}'", "'x'", '"x"', "x if y else 1", "x and y",
    "not x", "x is y", "x in y", "x := 2", "x; y", "import os", "exec(x)", "eval(x)", "open(x)", "x\0", "\0",
    "x\\\ny", "# x", "x # y", "`x`", "$x", "x@y", "x%2", "x<<60", "x|y", "x&y", "~x", "!x", "*x", "**x",
    "max(*x)", "sin(x=1)", "max(x for x in y)", "1j*x", "0x10*x", "0b1*x", "x\u202ey", "\u200bx", "\ud800",
    "x\ufeff", "ｘ + y", "х + у", "x" * 100_000, "9" * 100_000, "(" * 999, "-" * 900 + "x",
    "(" * 400 + "x" + ")" * 400, "x+" * 499 + "x", "sin(" * 200 + "x" + ")" * 200, "x**" * 300 + "x",
    "+" * 990 + "x", "_", "None", "True", "Ellipsis", "...", "x...", "nan*x", "inf*x", "infinity", "1e", "1e+",
    "x\x07", "<script>", "x<y>x", "🙂", "x" + " " * 2_000,
]  # fmt: skip


def refusal(text: object) -> FormulaError:
    began = time.perf_counter()
    with pytest.raises(FormulaError) as caught:
        formula(text)  # pyright: ignore[reportArgumentType]
    # Measured under 10 ms each; a refusal that computes or backtracks would take far longer than this.
    assert time.perf_counter() - began < 0.25
    return caught.value


@pytest.mark.parametrize(("text", "position", "said"), [(text, *rest) for text, rest in CASES.items()], ids=repr)
def test_the_sentence_and_the_character(text: str, position: int, said: str) -> None:
    error = refusal(text)
    assert said in str(error)
    assert error.position == position


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
