"""How people write what the language knows: other names, typographic signs, LaTeX's commands, programmers' prefixes."""

from types import MappingProxyType

from landscapes.language.expand import EXPANSIONS
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.letters import GREEK_NAMES

SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("−–—‒﹣－", "-"),
        **dict.fromkeys("×·⋅∙∗•✕⨯", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003", " "),
        "ˆ": "^",
        "∣": "|",
        "∥": "‖",
        "٫": ".",
        "\r": " ",
        "\n": " ",
        "\t": " ",
    }
)
"""One character for one character, so that positions stay those of what was typed."""

OPERATORS = MappingProxyType(
    {
        "^": "**", "**": "**", ".^": "**", ".*": "*", "./": "/", "<>": "!=", "=<": "<=", "=>": ">=", "≤": "<=",
        "≥": ">=", "≠": "!=", "+": "+", "-": "-", "*": "*", "/": "/", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
        "==": "==", "!=": "!=", "=": "=",
    }
)  # fmt: skip
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸ", "0123456789+-()xy")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
FRACTIONS = MappingProxyType(
    {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅙": (1, 6), "⅛": (1, 8)}
)

OTHER_NAMES = MappingProxyType(
    {
        "ln": "log", "lg": "log10", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctg": "atan",
        "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh",
        "arctanh": "atanh", "arctan2": "atan2", "fabs": "abs", "absolute": "abs", "sgn": "sign", "sen": "sin",
        "signum": "sign", "tg": "tan", "maximum": "max", "minimum": "min", "fmax": "max", "fmin": "min",
        "if": "where", "logistic": "sigmoid", "expit": "sigmoid", "σ": "sigmoid", "root": "sqrt", "sine": "sin",
        "cosine": "cos", "tangent": "tan", "sh": "sinh", "ch": "cosh", "th": "tanh", "power": "pow",
        "heaviside": "step", "clamp": "clip", "gaussian": "gauss", "cotan": "cot", "ctg": "cot", "ceiling": "ceil",
        "remainder": "mod", "fmod": "mod", "π": "pi", "𝑒": "e",
    }
)  # fmt: skip
"""The same thing by another name; letters' case does not count."""

PREFIXES = frozenset({"np", "numpy", "jnp", "math", "Math", "torch", "tf", "cmath", "sympy", "sp"})
"""Modules of programming languages, which stand before a name and a dot."""

INVERSE = MappingProxyType(
    {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
)
"""What sin^-1 means."""

COMMANDS = MappingProxyType(
    {
        **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "ln", "lg", "min")},
        **{name: name for name in ("max", "arcsin", "arccos", "arctan", "sec", "csc", "cot", "abs", "pi")},
        **{name: name for name in GREEK_NAMES}, "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi",
        "sigma": "sigmoid", "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=",
        "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "lvert": "|", "rvert": "|",
        "vert": "|", "mid": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "lbrack": "(", "rbrack": ")",
        "frac": "frac", "dfrac": "frac", "tfrac": "frac", "sqrt": "sqrt", "lbrace": "(", "rbrace": ")",
    }
)  # fmt: skip
"""LaTeX's commands and what they mean here: a name, a sign, or `frac` and `sqrt`, which take groups."""
SILENT = frozenset(
    {"left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "displaystyle", "textstyle", "quad"}
)
"""Commands that only say how something looks."""
NAMING = frozenset({"operatorname", "mathrm", "mathit", "text", "textrm", "rm"})
"""Commands whose group is a name."""

CALLABLE = (*FUNCTIONS, *EXPANSIONS)
"""What a formula may call; the latter stand in it as what they are made of."""

NEVER = MappingProxyType({"and": "where", "or": "where", "not": "where", "else": "where"})
"""Words of programming that are refused with what to use instead."""


def spelled(name: str) -> str | None:
    """What a name is called in the language: a function or constant; None if it is neither."""
    for word in (name, name.lower()):
        if word in CONSTANTS or word in CALLABLE:
            return word
        if word in OTHER_NAMES:
            return OTHER_NAMES[word]
    return None
