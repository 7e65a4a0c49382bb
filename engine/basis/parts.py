"""What an optimizer shows of one of its steps: rows of numbers, declared as data beside its rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.basis.numerals import shortest
from i18n import Message, message

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

RATE_DIGITS = 4
"""A schedule's rate has as many digits as a float; a row has room for these."""
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Parts(NamedTuple):
    """The numbers of one step, as the compiled run saw them."""

    step: int
    """Updates made before it."""
    old: Float[np.ndarray, " 2"]
    new: Float[np.ndarray, " 2"]
    update: Float[np.ndarray, " 2"]
    loss: float
    """Exact, at the old position; so is the gradient."""
    gradient: Float[np.ndarray, " 2"]
    effective_gradient: Float[np.ndarray, " 2"]
    """The gradient that the rule was given: noise added, clipped."""
    rate: float
    """The learning rate of this step."""
    knobs: Mapping[str, float]
    before: Any
    """The optimizer's state in its own shape, NumPy arrays: before the step and after it."""
    after: Any
    since: int = 0
    """The step at which that state was begun: of a branch by another optimizer the branch's own."""

    @property
    def age(self) -> int:
        """Updates that the state was gathered in before this one."""
        return self.step - self.since


Words = str | Callable[[Parts], str]
"""A template, or a function to one: see `told`."""


class StateRow(NamedTuple):
    """A row of the optimizer's own: `StateRow("v", "{momentum} × old v + {g}", lambda parts: parts.after)`."""

    symbol: str
    text: Words
    values: Callable[[Parts], Float[np.ndarray, " 2"]]


class StepRow(NamedTuple):
    """The row of the step itself, whose values are the update: `StepRow("−η v", "{rate} × v")`."""

    symbol: Words
    text: Words


class Carried(NamedTuple):
    """The part of an update that earlier gradients made, and what to call it: "The velocity gathered so far"."""

    words: str
    part: Callable[[Parts], Float[np.ndarray, " 2"]]


def told(words: Words, parts: Parts) -> str:
    """The words with this step's numbers.

    A template may name every knob (`{beta1}`), what it leaves of one (`{1-beta1}`), the step's `{rate}`, the number of
    this update, since the state began, as a power (`{t}`), and the gradient the rule was given, as a symbol (`{g}`) or
    in words (`{gradient}`).
    """
    said = words(parts) if callable(words) else words
    changed = not same(parts.effective_gradient, parts.gradient)
    names: dict[str, object] = {
        "rate": shortest(parts.rate, RATE_DIGITS),
        "t": str(parts.age + 1).translate(SUPERSCRIPTS),
        "g": "g′" if changed else "g",
        "gradient": message("gradient felt") if changed else message("gradient"),
    }
    for name, value in parts.knobs.items():
        names[name], names[f"1-{name}"] = shortest(value), shortest(1 - value)
    if isinstance(said, Message):
        return Message(said.template, {**said.arguments, **names})
    return Message(said, names)


def same(a: Float[np.ndarray, " 2"], b: Float[np.ndarray, " 2"]) -> bool:
    """Whether two vectors are equal, numbers that are none included."""
    return all(p == q or (p != p and q != q) for p, q in zip(a.tolist(), b.tolist(), strict=True))
