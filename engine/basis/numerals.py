"""Numbers as the screen shows them: the one notation of all pages, which stage/web/base/numbers.js writes too.

A true minus, digits as many as matter, whole parts whole and with commas, and powers of ten beyond: −0.0123, 12,345,
1.2 × 10⁻¹³. What programs, links, files and number boxes hold is written elsewhere, as machines read it.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from i18n import Message, joined, message, plural

LEAST, MOST = -4, 5
"""Powers of ten: numbers from the first up to the second are written out."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACE = "\u00a0"
"""Does not break: a number, or a place, stands on one line."""
EXACT = 17
"""Digits with which no two numbers are written alike."""
_WIDE = 400
"""More digits than the whole part of any number has."""


def number(value: float, digits: int = 3) -> str:
    """So many significant digits, without zeros at the end: 0.03, 12,345, 10⁻⁶."""
    if math.isnan(value):
        return message("not a number")
    if math.isinf(value):
        return message("infinity") if value > 0 else message("−infinity")
    return _written(float(value), digits, keep=False)


def short(value: float, digits: int = 3) -> str:
    """So many significant digits, zeros at the end too, as in a column: 0.0300, 12,345, 1.00 × 10⁻⁶."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return _written(float(value), digits, keep=True)


def power_of_ten(exponent: int) -> str:
    """10⁻⁶ and the like."""
    return "10" + str(exponent).translate(_RAISED)


@lru_cache(maxsize=4096)  # a drag says the same places and tolerances in each of its answers
def _written(value: float, digits: int, keep: bool) -> str:
    if value == 0:
        return "0"
    # Halves are rounded up, as JavaScript does it, and not to even.
    sign, exact = "−" if value < 0 else "", abs(Decimal(value))
    rounded = _to(digits).plus(exact)
    power = rounded.adjusted()
    if digits - 1 <= power <= MOST:
        # The whole part is whole, however many digits were asked for.
        whole = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=Context(prec=_WIDE)))
        if whole < 10**MOST:
            return f"{sign}{whole:,}"
    if LEAST <= power < MOST:
        return sign + _fraction(rounded, max(0, digits - 1 - power), keep)
    mantissa = _fraction(rounded.scaleb(-power), digits - 1, keep)
    return f"{sign}{'' if mantissa == '1' and not keep else f'{mantissa}{_SPACE}×{_SPACE}'}{power_of_ten(power)}"


@cache
def _to(digits: int) -> Context:
    """What rounds to so many digits."""
    return Context(prec=digits, rounding=ROUND_HALF_UP)


def _fraction(value: Decimal, decimals: int, keep: bool) -> str:
    text = f"{value:,.{decimals}f}"
    return text if keep or "." not in text else text.rstrip("0").rstrip(".")


ROUNDED = 1e-14
"""Two evaluations of one formula differ in gradients below this, by factors, wherever its terms are about 1."""


def slope(value: float) -> str:
    """A gradient norm: three digits, where they are more than rounding."""
    return message("below {number}", number=number(ROUNDED)) if 0 < value < ROUNDED else number(value)


def settled(value: float, digits: int = 3) -> str:
    """A number of a critical point, where all that is left of a zero is rounding: −4 × 10⁻¹⁶ is 0."""
    return number(0.0 if abs(value) < ROUNDED else value, digits)


def digits_apart(value: float, other: float, least: int = 3) -> int:
    """As many digits as it takes for two numbers to read as they compare: 9.9996 × 10⁻⁷ is not 10⁻⁶ to three.

    With equally many digits rounding keeps the order, so that all it can do is make one number of two.
    """
    enough = (digits for digits in range(least, EXACT) if number(value, digits) != number(other, digits))
    return least if value == other else next(enough, EXACT)


def compared(value: float, other: float) -> tuple[str, str]:
    """Both numbers, with as many digits as it takes for what is read to compare as they do."""
    digits = digits_apart(value, other)
    return number(value, digits), number(other, digits)


def point(position: tuple[float, float]) -> str:
    """A position: (−2.5, 0). It does not break."""
    x, y = number(position[0]), number(position[1])
    if isinstance(x, Message) or isinstance(y, Message):
        return joined("", ["(", x, f",{_SPACE}", y, ")"])
    return f"({x},{_SPACE}{y})"


def count(steps: int) -> Message:
    """A number of steps: "1 step", "40,672 steps"."""
    return plural("{n} step", "{n} steps", steps, n=f"{steps:,}")


def after(steps: int) -> Message:
    """The same as a time: "after 1 step", "after 40,672 steps"."""
    return plural("after {n} step", "after {n} steps", steps, n=f"{steps:,}")


def shortest(value: float, digits: int = 12) -> str:
    """A setting: 0.9, 10⁻⁸, and 0.1 where 1 − 0.9 left 0.09999999999999998."""
    return number(value, digits)


def three_digits(value: float) -> float:
    """The nearest number of three significant digits, read as a decimal: what somebody would type."""
    return float(f"{value:.2e}")


def typed_rates(low: float, high: float, count: int) -> list[float]:
    """`count` numbers from `low` to `high`, evenly spaced on a log scale, of three digits, or of as many more as it
    takes to tell neighbours apart.
    """
    exact = [low * (high / low) ** (index / (count - 1)) for index in range(count)]
    for digits in range(2, 16):
        rates = [float(f"{rate:.{digits}e}") for rate in exact]
        if len(set(rates)) == count:
            return rates
    return exact
