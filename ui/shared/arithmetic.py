"""A number as it is typed: what the formula language reads without its variables, in any script's digits.

`stage/web/base/arithmetic.js` reads the same for the stage's boxes.
"""

from __future__ import annotations

import math
import re

from landscapes.language import FormulaError, arithmetic

LONGEST = 200
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def evaluate(text: str) -> float:
    """The value of `text`, such as "0,02", "1/50", "10^-3" or "٠٫٠٢"; NaN if it is no arithmetic of numbers."""
    if len(text) > LONGEST:
        return math.nan
    text = text.strip().replace(",", ".")
    if _PLAIN.fullmatch(text):  # a number as it is, also one beyond those of formulas
        return float(text)
    try:
        return arithmetic(text)
    except FormulaError:
        return math.nan
