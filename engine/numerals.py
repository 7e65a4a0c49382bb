"""Numbers as sentences print them."""

import math


def number(value: float, digits: int = 3) -> str:
    """Three significant digits (or so many), a true minus sign, powers of ten as 1e-6."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinity" if value > 0 else "−infinity"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        exponent = int(power)
        text = f"{float(text):.0f}" if 0 < exponent < 5 else f"{mantissa}e{exponent}"
    elif value and abs(value) < 1e-3:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{float(mantissa):.{digits}g}e{int(power)}"
    return ("0" if text == "-0" else text).replace("-", "−", 1 if value < 0 else 0)


ROUNDED = 1e-14
"""Two evaluations of one formula differ in gradients below this, by factors, wherever its terms are about 1."""


def slope(value: float) -> str:
    """A gradient norm: three digits, where they are more than rounding."""
    return f"below {number(ROUNDED)}" if 0 < value < ROUNDED else number(value)


def apart(value: float, limit: float) -> str:
    """`value` with as many digits as it takes to look different from `limit`: 9.9996e-7 is not 1e-6."""
    texts = (number(value, digits) for digits in range(3, 18))
    return next((text for text in texts if text != number(limit)), number(value))


def point(position: tuple[float, float]) -> str:
    """A position: (−2.5, 0)."""
    return f"({number(position[0])}, {number(position[1])})"


def count(steps: int) -> str:
    """A number of steps: "1 step", "40,672 steps"."""
    return f"{steps:,} step" if steps == 1 else f"{steps:,} steps"


def shortest(value: float, digits: int = 12) -> str:
    """A setting as one would type it: 0.9, 1e-8, and 0.1 where 1 − 0.9 left 0.09999999999999998."""
    if not math.isfinite(value):
        return number(value)
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    text = f"{mantissa}e{int(power)}" if power else mantissa
    return ("0" if text == "-0" else text).replace("-", "−", 1 if value < 0 else 0)
