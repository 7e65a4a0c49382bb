"""Checks of single values: each returns the cleaned value or raises ValueError with a sentence."""

import math
from numbers import Integral, Real

from engine.basis import numerals

ECHO_LENGTH = 40


def echo(value: object) -> str:
    """`value` as a sentence may safely repeat it: ASCII, at most 40 characters, no nested contents."""
    if isinstance(value, (dict, set, frozenset)):
        return f"a {type(value).__name__}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_echo_one, value))}]" if len(value) <= 2 else f"a list of {len(value)} values"
    return _echo_one(value)


def _echo_one(value: object) -> str:
    if isinstance(value, str):
        text = value[:ECHO_LENGTH].encode("unicode_escape").decode("ascii")
        cut = len(text) > ECHO_LENGTH or len(value) > ECHO_LENGTH
        return f'"{text[: ECHO_LENGTH - 3]}..."' if cut else f'"{text}"'
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number with dozens of digits"  # Python refuses to print an int beyond 4,300 digits
    return str(value)[:ECHO_LENGTH] if isinstance(value, Real) else f"a {type(value).__name__}"


def finite_number(name: str, value: object) -> float:
    """A finite float. Booleans and text are refused, so that `true` on the wire is no learning rate of 1."""
    # Nearly all that comes is of these two types; what the abstract class takes longer to say is asked of the others.
    if type(value) not in (float, int) and (isinstance(value, bool) or not isinstance(value, Real)):
        raise ValueError(f"{name} must be a number, got {echo(value)}.")
    try:
        number = float(value)  # pyright: ignore[reportArgumentType]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {echo(value)}.")
    return number


def number_within(name: str, value: object, least: float, most: float, open_end: bool = False) -> float:
    """A finite float in [least, most], or in [least, most) if `open_end`."""
    number = finite_number(name, value)
    if number < least or number > most or (open_end and number == most):
        raise ValueError(f"{name} must be {_range(least, most, open_end)}, got {echo(value)}.")
    return number


def whole_within(name: str, value: object, least: int, most: int) -> int:
    """A whole number in [least, most]; 500.0 counts as 500, because JSON has one kind of number."""
    number = finite_number(name, value)
    if number != math.floor(number):
        raise ValueError(f"{name} must be a whole number, got {echo(value)}.")
    whole = int(value) if isinstance(value, (int, Integral)) else int(number)
    if not least <= whole <= most:
        raise ValueError(f"{name} must be {_range(least, most)}, got {echo(value)}.")
    return whole


def positive(name: str, value: object) -> float:
    """A finite float above 0."""
    number = finite_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be above 0, got {echo(value)}.")
    return number


def not_negative(name: str, value: object) -> float:
    """A finite float of at least 0."""
    number = finite_number(name, value)
    if number < 0:
        raise ValueError(f"{name} must be 0 or more, got {echo(value)}.")
    return number


def pair(name: str, value: object) -> tuple[object, object]:
    """Two values, from anything that unpacks into two (a list of the wire, a tuple, a NumPy row)."""
    if isinstance(value, (str, bytes, dict, set, frozenset)):
        raise ValueError(f"{name} must be a pair, got {echo(value)}.")
    try:
        first, second = value  # pyright: ignore[reportGeneralTypeIssues]
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a pair, got {echo(value)}.") from None
    return first, second


def _range(least: float, most: float, open_end: bool = False) -> str:
    def plain(number: float) -> str:
        whole = isinstance(number, int) or (number == math.floor(number) and abs(number) < 1e7)
        return f"{number:,.0f}" if whole else numerals.number(number, 6)

    if open_end:
        return f"at least {plain(least)} and below {plain(most)}"
    return f"between {plain(least)} and {plain(most)}"
