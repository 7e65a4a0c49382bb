"""A number as it is typed: what the formula language reads without its variables, in any script's digits.

`stage/web/arithmetic.js` reads the same for the stage's boxes.
"""

from __future__ import annotations

import math
import re
import unicodedata

from landscapes.language import FormulaError, arithmetic

LONGEST = 200
_RAISED = {ord(raised): plain for raised, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)}
_POWER = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SIGNS = str.maketrans(dict.fromkeys("−–﹣－", "-") | dict.fromkeys("×·⋅", "*") | dict.fromkeys("÷⁄∕", "/"))
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def evaluate(text: str) -> float:
    """The value of `text`, such as "0,02", "1/50", "10^-3" or "٠٫٠٢"; NaN if it is no arithmetic of numbers."""
    if len(text) > LONGEST:
        return math.nan
    text = _POWER.sub(lambda power: f"**({power[0].translate(_RAISED)})", text.strip())
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    text = re.sub("[,٫]", ".", text.translate(_SIGNS)).replace("^", "**").replace("π", "pi")
    if _PLAIN.fullmatch(text):
        return float(text)
    try:
        return arithmetic(text)
    except FormulaError:
        return math.nan
