"""Formulas as people write them: what each must mean, from NumPy expressions written by hand beside it."""

import sys
from contextlib import suppress
from dataclasses import replace
from types import FrameType

import numpy as np
import pytest
from scipy.special import erf, expit

from landscapes import FormulaError, formula
from landscapes.language import plain_text, read

POINTS = ((0.7, 0.4), (1.3, 2.1))
"""In the quadrant where every function below is a number."""
NAMES = """sin cos tan exp log log2 log10 sqrt cbrt floor sinh cosh tanh arcsin arccos arctan arcsinh arctan2 sign
hypot maximum minimum where logaddexp ceil abs pi e"""
KNOWN = {**{name: getattr(np, name) for name in NAMES.split()}, "erf": erf, "expit": expit}

# What is typed, and the same in NumPy.
WRITTEN = {
    # powers
    "x^2": "x**2", "x²": "x**2", "x³+y²": "x**3 + y**2", "x⁻¹": "1/x", "x^{2}": "x**2", "x^-1": "1/x",
    "x^{-2}y": "y/x**2", "x^(1/2)": "sqrt(x)", "x^½": "sqrt(x)", "x^0.5": "sqrt(x)",
    "-x^2": "-(x**2)",
    "(-x)^2": "x**2", "2^x": "2**x", "2^-x": "2**-x", "2^x^2": "2**(x**2)", "x^y^2": "x**(y**2)",
    "(x+y)²": "(x + y)**2",
    "x²y³": "x**2*y**3", "x^2y": "x**2*y", "x¹⁰": "x**10", "e^x": "exp(x)", "e^-x": "exp(-x)", "e^{-x^2}": "exp(-x**2)",
    "e^(-x²-y²)": "exp(-x**2 - y**2)", "eˣ": "exp(x)", "e^-x²": "exp(-x**2)", "10^-3 x": "x/1000", "x**2": "x**2",
    "1.5·10⁻³x": "0.0015*x", "2×10^3x": "2000*x",
    # products without a sign
    "2x": "2*x", "3xy": "3*x*y", "x y": "x*y", "2(x+1)": "2*(x + 1)", "(x+1)(x-1)": "(x + 1)*(x - 1)",
    "2pi x": "2*pi*x", "x sin(y)": "x*sin(y)", "xsin(y)": "x*sin(y)", "2x^2+3xy+y^2": "2*x**2 + 3*x*y + y**2",
    "x(y+1)": "x*(y + 1)", "(x)(y)": "x*y", "2πx": "2*pi*x", "2e x": "2*e*x", "2 x": "2*x", "-2x": "-2*x",
    "x^2 + 100 (y - x^2)^2": "x**2 + 100*(y - x**2)**2", "(1-x)^2+100(y-x^2)^2": "(1 - x)**2 + 100*(y - x**2)**2",
    "sin(x)cos(y)": "sin(x)*cos(y)", "2sin(x)": "2*sin(x)", "3|x|": "3*abs(x)", "½x²": "x**2/2", "¾ y": "0.75*y",
    "xexp(-x^2)": "x*exp(-x**2)", "x e^(-x^2-y^2)": "x*exp(-x**2 - y**2)", "(x^2+y-11)^2+(x+y^2-7)^2":
    "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", "0.26(x²+y²)−0.48xy": "0.26*(x**2 + y**2) - 0.48*x*y",
    # signs
    "2·x": "2*x", "2×x": "2*x", "2∙x": "2*x", "2⋅x": "2*x", "x÷y": "x/y", "x − y": "x - y", "x – y": "x - y",
    "π x": "pi*x", "√x": "sqrt(x)", "√(x²+y²)": "sqrt(x**2 + y**2)", "∛x": "cbrt(x)", "√2x": "sqrt(2)*x",
    "|x|": "abs(x)", "|x-1|+|y|": "abs(x - 1) + abs(y)", "|x||y|": "abs(x)*abs(y)", "||x|-1|": "abs(abs(x) - 1)",
    "‖x, y‖": "hypot(x, y)", "X^2+Y^2": "x**2 + y**2", "0,5x+1,25y": "0.5*x + 1.25*y", "0,5*sin(0,5x)":
    "0.5*sin(0.5*x)", "x\u00a0+\u2009y": "x + y", "where(x ≤ 1, x, y)": "where(x <= 1, x, y)",
    "where(x ≠ 1, x, y)": "x", "٢x + ١": "2*x + 1",
    # functions
    "sin x": "sin(x)", "cos 2x": "cos(2*x)", "sin^2 x": "sin(x)**2", "sin²(x)": "sin(x)**2", "sin² x + cos² y":
    "sin(x)**2 + cos(y)**2", "sin(x)^2": "sin(x)**2", "sin x cos y": "sin(x)*cos(y)", "sinx + cosy": "sin(x) + cos(y)",
    "sin x^2": "sin(x**2)", "sin -x": "sin(-x)", "sin x/2": "sin(x)/2", "sin xy": "sin(x*y)", "2 sin 3x": "2*sin(3*x)",
    "sin^-1(x)": "arcsin(x)", "tan^{-1} x": "arctan(x)", "ln x": "log(x)", "ln(x)": "log(x)",
    "log(x)": "log(x)", "lg x": "log10(x)", "log2(x)": "log2(x)", "log_2 x": "log2(x)", "log₂(x)": "log2(x)",
    "log10(x)": "log10(x)", "log_3(x)": "log(x)/log(3)", "arctan(x)": "arctan(x)", "atan(x)": "arctan(x)",
    "arctan2(y, x)": "arctan2(y, x)", "atan2(y,x)": "arctan2(y, x)", "tg x": "tan(x)", "sen x": "sin(x)",
    "sgn(x)": "sign(x)", "cbrt(x)": "cbrt(x)", "mod(5x, 2)": "5*x - 2*floor(5*x/2)", "hypot(x, y)": "hypot(x, y)",
    "logistic(x)": "expit(x)", "σ(x)": "expit(x)", "sigmoid x": "expit(x)", "relu(x - 1)": "maximum(x - 1, 0)",
    "ReLU(x-1)": "maximum(x - 1, 0)", "softplus(x)": "logaddexp(x, 0)", "erf(x)": "erf(x)", "gauss(x)": "exp(-x**2)",
    "if(x > 1, x, y)": "where(x > 1, x, y)",
    "piecewise(x<1, x, x<2, y, 5)+x": "where(x < 1, x, where(x < 2, y, 5)) + x",
    "Heaviside(x-1) y": "where(x < 1, 0, 1)*y", "sec x": "1/cos(x)", "cot(x)": "1/tan(x)", "exp -x^2": "exp(-x**2)",
    "arcsinh(x)": "arcsinh(x)", "clip(x, 0, 1)": "minimum(maximum(x, 0), 1)", "sqrt x": "sqrt(x)", "Sqrt[x]": "sqrt(x)",
    "ceil(x)": "ceil(x)", "erfc(x)": "1 - erf(x)", "exp(x)y": "exp(x)*y", "pow(x, 3)": "x**3",
    # programmers
    "np.sin(x) + np.pi*y": "sin(x) + pi*y", "math.exp(-x)": "exp(-x)", "torch.abs(x)": "abs(x)", "jnp.maximum(x, y)":
    "maximum(x, y)", "Math.pow(x, 2) + Math.PI": "x**2 + pi", "Math.E*x": "e*x", "numpy.where(x > 1, x, y)":
    "where(x > 1, x, y)", "np.square(x)": "x**2", "x.^2 .* y": "x**2*y", "x**2 + y**2;": "x**2 + y**2",
    "1e-3*x": "x/1000",
    # spreadsheets
    "=X^2+POWER(Y,2)": "x**2 + y**2", "=IF(X>1;X;Y)": "where(x > 1, x, y)", "PI()*x": "pi*x", "=EXP(-X)": "exp(-x)",
    "IF(x<>1, x, y)": "x", "SQRT(x^2+1)": "sqrt(x**2 + 1)", "if(x=1, y, x)": "x",
    # LaTeX
    r"\frac{1}{2}x^{2}": "x**2/2", r"\frac12 x^2": "x**2/2", r"\sqrt{x}": "sqrt(x)", r"\sqrt[3]{x}": "cbrt(x)",
    r"\left(x+1\right)\cdot y": "(x + 1)*y", r"\sin x": "sin(x)", r"\sin(x)\cos(y)": "sin(x)*cos(y)",
    r"\exp\left(-\frac{x^2+y^2}{2}\right)": "exp(-(x**2 + y**2)/2)", r"$x^2+y^2$": "x**2 + y**2",
    r"\left|x\right|": "abs(x)", r"\ln x": "log(x)", r"\log_{10}(x)": "log10(x)", r"\pi x": "pi*x",
    r"\(x^2\)": "x**2", r"\operatorname{sign}(x)\,y": "sign(x)*y", r"e^{-x}\sin{(2y)}": "exp(-x)*sin(2*y)",
    r"x \times y": "x*y", r"\frac{x}{y}^2": "(x/y)**2", r"\tfrac{1}{4}x^4": "x**4/4", r"\lvert x\rvert": "abs(x)",
    r"\mathrm{e}^{x}": "exp(x)",
    # what stands around it
    "f(x, y) = x^2 + y": "x**2 + y", "f(x,y)=x y": "x*y", "z = x^2 - y^2": "x**2 - y**2", "f = x": "x",
    "y = x^2": "x**2", "x^2 + y^2,": "x**2 + y**2", "x^2 + y^2.": "x**2 + y**2", "x^2  # a bowl": "x**2",
    "x^2\n+ y^2": "x**2 + y**2", "  x ": "x", "f(x) = x^4 - 2x^2": "x**4 - 2*x**2", "L := x^2": "x**2",
    # other names of the axes
    "x1^2 + 2x2^2": "x**2 + 2*y**2", "x_1 x_2": "x*y", "x₁² + x₂": "x**2 + y", "w b + w^2": "x*y + x**2",
    "w1^2+w2": "x**2 + y", "w_0 - w_1": "x - y", "u^2 - v": "x**2 - y", "θ0² + θ1": "x**2 + y",
    "theta_0 theta_1": "x*y",
    "α² + β": "x**2 + y", r"\theta_0^2 + \theta_{1}": "x**2 + y", r"\alpha\beta": "x*y", "L(w, b) = (w - b)^2":
    "(x - y)**2", "f(s, t) = s^2 t": "x**2*y", "g(y, x) = y^2 + x": "x**2 + y", "x_{1} + x_{2}^2": "x + y**2",
    # read in one of two ways, by the rule
    "1/2x": "x/2", "x/2y": "x/2*y", "1/(2x)": "1/(2*x)", "e^-x y": "exp(-x)*y", "2^x y": "2**x*y",
    "sin x y": "sin(x*y)",
    "x/2(y+1)": "x/2*(y + 1)",
}  # fmt: skip


def value(text: str, x: float, y: float) -> float:
    return float(eval(text, {"__builtins__": {}, "nan": float("nan")}, {**KNOWN, "x": x, "y": y}))


@pytest.mark.parametrize(("text", "meant"), WRITTEN.items())
def test_what_is_written_is_what_was_meant(text: str, meant: str) -> None:
    landscape = formula(text)
    for x, y in POINTS:
        with np.errstate(invalid="ignore"):
            expected = value(meant, x, y)
        if np.isfinite(expected):
            assert float(landscape.loss(np.array([x, y]))) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert np.isfinite(value(meant, *POINTS[0])), "at least there it is a number"


def test_there_are_enough_of_them() -> None:
    assert len(WRITTEN) >= 150


@pytest.mark.parametrize("text", WRITTEN)
def test_the_link_s_form_is_read_as_the_same_tree(text: str) -> None:
    reading = read(text)
    plain = plain_text(reading.tree, reading.axes)
    assert (read(plain).tree, read(plain).axes) == (reading.tree, reading.axes)
    assert formula(text).text == f"formula:{plain}"


LETTERED = {
    # what is typed: the formula, its letters and its axes, as the link holds it
    "a*x^2 + y^2": "a*x**2 + y**2", "ax² + by²": "a*x**2 + b*y**2", "2ax": "2*a*x", "x^n + y": "x**n + y",
    "κx² + y²": "kappa*x**2 + y**2", r"\kappa x^2 + \lambda y": "kappa*x**2 + lambda*y", "μ x": "mu*x",
    "A sin(x) + B": "A*sin(x) + B", "a_1 x + a₂ y": "a1*x + a2*y", "a(x+1)": "a*(x + 1)", "x/σ^2": "x/sigma**2",
    r"\frac{x^2}{\sigma^2}": "x**2/sigma**2", "σ(x) + σ y": "sigmoid(x) + sigma*y", "k x y": "k*x*y",
    "exp(-x²/(2s²))": "exp(-x**2/(2*s**2))", "w1 + y": "w1 + y", "x + z": "x + z", "axy": "a*x*y",
    "f(w, b) = (w x + b - y)^2": "f(w, b) = (w*x + b - y)**2", "w b + a w^2": "f(w, b) = w*b + a*w**2",
    "a^2 + b^2": "f(a, b) = a**2 + b**2", "(m t + c)²": None, "m^2 + c^2 + k": "f(m, c) = m**2 + c**2 + k",
    "θ_0² + a θ_1²": "f(theta0, theta1) = theta0**2 + a*theta1**2", "t^2": "f(t, y) = t**2",
    "f(t) = a t^2": "f(t, y) = a*t**2", "β^2 + α": "f(alpha, beta) = beta**2 + alpha",
    "λ² + ε": "f(epsilon, lambda) = lambda**2 + epsilon",
}  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), LETTERED.items())
def test_any_other_letter_is_a_slider(text: str, canonical: str | None) -> None:
    if canonical is None:
        assert read(text).axes == ("m", "c")
        return
    assert formula(text).expression == canonical
    assert read(canonical) == replace(read(text), notes=read(canonical).notes)
    assert [one.name for one in formula(text).parameters] == list(read(text).letters)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a x + κ y", "a and κ are sliders; x and y are the axes."),
        ("θ_0 + p θ_1", "p is a slider; θ₀ and θ₁ are the axes."),
        ("1/2x", "1/2x is read as (1/2)·x, from left to right; with x in the denominator it is 1/(2x)."),
        ("x/2(y+1)", "is read as (x/2)·(y+1)"),
        ("e^-x y", "e^-x y is read as (e^-x)·y"),
        ("sin xy", "sin xy is read as sin(xy)"),
        ("sin x/2", "sin x is read as sin(x)"),
        ("log x", "log is the natural logarithm"),
        ("w b", "w is the horizontal axis, b the vertical one."),
        ("f(s, t) = s t", "s is the horizontal axis, t the vertical one."),
    ],
)
def test_what_could_be_read_otherwise_is_said(text: str, said: str) -> None:
    assert any(said in note for note in read(text).notes)


@pytest.mark.parametrize(
    "text", ["x^2 + y^2", "2x", "sin 2x", "sin(x)/2", "x^2 y", "1/2*x", "(1/2)x", "ln x", "e^(-x) y"]
)
def test_what_has_one_reading_is_not_talked_about(text: str) -> None:
    assert read(text).notes == ()


@pytest.mark.parametrize(
    ("hard", "half"),
    [
        ("sin " * 60 + "x", "sin " * 30 + "x"),
        ("xy" * 300, "xy" * 150),
        ("|" * 400, "|" * 200),
        ("x^" * 300 + "x", "x^" * 150 + "x"),
        ("(" * 49 + "x" + ")" * 49, "(" * 24 + "x" + ")" * 24),
    ],
)
def test_reading_takes_work_in_proportion_to_the_text(hard: str, half: str) -> None:
    """Counted in calls, which are the same on every machine; `benchmarks.catalogue` has the times."""
    assert _calls(hard) < 2.2 * _calls(half)
    assert _calls(hard) < 100 * len(hard)


def _calls(text: str) -> int:
    """Function calls that reading a text takes; it must not have been read before, since answers are kept."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with suppress(FormulaError):
            read(text + "  ")
    finally:
        sys.setprofile(before)
    return calls
