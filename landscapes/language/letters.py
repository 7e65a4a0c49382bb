"""Which letters of a formula are its two axes, and which are parameters.

The rule: the letters that the text itself names in front, f(w, b) = ...; else x and y, where one of them occurs; else
the first pair of `AXES` that does; else the only two letters there are, by the alphabet. Every other letter or Greek
name is a parameter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from landscapes.language.functions import CONSTANTS

AXES = (
    ("x1", "x2"), ("x0", "x1"), ("w", "b"), ("w1", "w2"), ("w0", "w1"), ("u", "v"), ("theta0", "theta1"),
    ("theta1", "theta2"), ("alpha", "beta"), ("m", "b"), ("m", "c"), ("p", "q"), ("s", "t"), ("beta0", "beta1"),
)  # fmt: skip
"""Names that the two axes go by beside x and y; the first pair of which both occur in a formula counts."""

_SMALL = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_VARIANTS = {"ϑ": "theta", "ϵ": "epsilon", "ϕ": "phi", "ϱ": "rho", "ς": "sigma", "µ": "mu"}
_CAPITAL = {letter.upper(): name.capitalize() for letter, name in _SMALL.items() if letter in "γδθλξσφψω"}
GREEK = MappingProxyType({**_SMALL, **_CAPITAL, **_VARIANTS})
"""Greek letters by their names; the capitals are those that do not look Latin. π is a constant."""
GREEK_NAMES = frozenset(GREEK.values())
SIGNS = MappingProxyType({name: letter for letter, name in {**_SMALL, **_CAPITAL}.items()})
"""Greek names by their letters."""

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LETTER = re.compile(
    rf"(?P<base>[A-Za-z]|{'|'.join(sorted(GREEK_NAMES, key=len, reverse=True))})(?P<index>[0-9]{{0,3}})"
)
IMAGINARY = ("i", "j")
"""Letters that are a number everywhere else."""


@lru_cache(maxsize=1024)
def one_spelling(typed: str) -> str:
    """One spelling of a letter with an index: x_1, x_{1} and x₁ are x1, θ is theta; X and Y are x and y."""
    name = re.sub(r"[\\_{}]", "", typed.translate(_SUBSCRIPTS))
    name = "".join(GREEK.get(letter, letter) for letter in name)
    return name.lower() if name in ("X", "Y") else name


def parameter_name(typed: str) -> str | None:
    """What a parameter of this spelling is called in the language; None where it cannot be one.

    x2 is a slip for x^2 far more often than a letter.
    """
    name = one_spelling(typed)
    found = _LETTER.fullmatch(name)
    if found is None or name in CONSTANTS or name in IMAGINARY or found["base"] in ("e", "E"):
        return None
    if found["base"] in "xyXY" and found["index"]:
        return None
    return name


def parts_of(name: str) -> tuple[str, str]:
    """A letter's sign on paper and its index: theta0 is θ and 0."""
    found = _LETTER.fullmatch(name)
    if found is None:
        return name, ""
    return SIGNS.get(found["base"], found["base"]), found["index"]


def letter_text(name: str) -> str:
    """A letter as a sentence has it: θ₀ for theta0."""
    sign, index = parts_of(name)
    return sign + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in index)
