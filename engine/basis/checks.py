"""Checks of single values: each returns the cleaned value or raises ValueError with a sentence."""

import math
from numbers import Integral, Real

from engine.basis import numerals
from i18n import joined, message

ECHO_LENGTH = 40


def echo(value: object) -> str:
    """`value` as a sentence may safely repeat it: ASCII, at most 40 characters, no nested contents."""
    if isinstance(value, (dict, set, frozenset)):
        return _a_kind(value)
    if isinstance(value, (list, tuple)):
        few = len(value) <= 2
        return "[" + joined(", ", map(_echo_one, value)) + "]" if few else message("a list of {n} values", n=len(value))
    return _echo_one(value)


def _echo_one(value: object) -> str:
    if isinstance(value, str):
        text = value[:ECHO_LENGTH].encode("unicode_escape").decode("ascii")
        cut = len(text) > ECHO_LENGTH or len(value) > ECHO_LENGTH
        return f'"{text[: ECHO_LENGTH - 3]}..."' if cut else f'"{text}"'
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and value.bit_length() > 128:
        return message("a number with dozens of digits")  # Python refuses to print an int beyond 4,300 digits
    return str(value)[:ECHO_LENGTH] if isinstance(value, Real) else _a_kind(value)


def _a_kind(value: object) -> str:
    return message("a {kind}", kind=type(value).__name__)


def finite_number(name: str, value: object) -> float:
    """A finite float. Booleans and text are refused, so that `true` on the wire is no learning rate of 1."""
    # Nearly all that comes is of these two types; what the abstract class takes longer to say is asked of the others.
    if type(value) not in (float, int) and (isinstance(value, bool) or not isinstance(value, Real)):
        raise ValueError(message("{name} must be a number, got {value}.", name=message(name), value=echo(value)))
    try:
        number = float(value)  # pyright: ignore[reportArgumentType]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(message("{name} must be a finite number, got {value}.", name=message(name), value=echo(value)))
    return number


def number_within(name: str, value: object, least: float, most: float, open_end: bool = False) -> float:
    """A finite float in [least, most], or in [least, most) if `open_end`."""
    number = finite_number(name, value)
    if number < least or number > most or (open_end and number == most):
        raise ValueError(_outside(name, value, least, most, open_end))
    return number


def whole_within(name: str, value: object, least: int, most: int) -> int:
    """A whole number in [least, most]; 500.0 counts as 500, because JSON has one kind of number."""
    number = finite_number(name, value)
    if number != math.floor(number):
        raise ValueError(message("{name} must be a whole number, got {value}.", name=message(name), value=echo(value)))
    whole = int(value) if isinstance(value, (int, Integral)) else int(number)
    if not least <= whole <= most:
        raise ValueError(_outside(name, value, least, most))
    return whole


def positive(name: str, value: object) -> float:
    """A finite float above 0."""
    number = finite_number(name, value)
    if number <= 0:
        raise ValueError(message("{name} must be above 0, got {value}.", name=message(name), value=echo(value)))
    return number


def not_negative(name: str, value: object) -> float:
    """A finite float of at least 0."""
    number = finite_number(name, value)
    if number < 0:
        raise ValueError(message("{name} must be 0 or more, got {value}.", name=message(name), value=echo(value)))
    return number


def pair(name: str, value: object) -> tuple[object, object]:
    """Two values, from anything that unpacks into two (a list of the wire, a tuple, a NumPy row)."""
    if isinstance(value, (str, bytes, dict, set, frozenset)):
        raise ValueError(message("{name} must be a pair, got {value}.", name=message(name), value=echo(value)))
    try:
        first, second = value  # pyright: ignore[reportGeneralTypeIssues]
    except (TypeError, ValueError):
        raise ValueError(
            message("{name} must be a pair, got {value}.", name=message(name), value=echo(value))
        ) from None
    return first, second


def _outside(name: str, value: object, least: float, most: float, open_end: bool = False) -> str:
    told = {"name": message(name), "least": _plain(least), "most": _plain(most), "value": echo(value)}
    if open_end:
        return message("{name} must be at least {least} and below {most}, got {value}.", **told)
    return message("{name} must be between {least} and {most}, got {value}.", **told)


def _plain(number: float) -> str:
    whole = isinstance(number, int) or (number == math.floor(number) and abs(number) < 1e7)
    return f"{number:,.0f}" if whole else numerals.number(number, 6)
