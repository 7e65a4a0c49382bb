"""The sign rule in words: which way the slope says, and which way the step goes.

"Too high" would promise a best value somewhere below, and often there is none (scenarios.md, sign_rule): a partial
derivative only knows which way has less loss just here, and that is what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from engine.basis.parts import Carried, Parts
from engine.runs.place import Pair

WAYS = (("left", "right"), ("down", "up"))
"""Where a step against and along each axis leads on the map."""


def sign_rule(
    name: str, parts: Parts, made: bool, carried: Carried | None, share: Pair | None, letters: Sequence[str] = "xy"
) -> str:
    """One or two sentences on the coordinate with the larger slope; on the step's larger one where there is no slope.

    Args:
        name: the optimizer's.
        parts: the step's numbers.
        made: whether the step is taken; what is not is told as what would be.
        carried: what the optimizer's momentum is called, if it has one.
        share: its part of the update.
        letters: what the two coordinates are called.
    """
    slopes, moves = parts.gradient.tolist(), parts.update.tolist()
    if not all(map(isfinite, (parts.loss, *slopes))):
        lost = "slope" if isfinite(parts.loss) else "loss"
        return f"The {lost} here is not a finite number: nothing says which way is down."
    flat = slopes == [0.0, 0.0]
    sizes = moves if flat else slopes
    axis = int(abs(sizes[1]) > abs(sizes[0]))
    slope, move = slopes[axis], moves[axis]
    letter, still = letters[axis], parts.old[axis] == parts.new[axis]
    if flat:
        head = "The slope is zero here: nothing says which way is down"
        if still:
            return f"{head}, and the position {'stays' if made else 'would stay'}."
        return f"{head}. {_against(name, parts, axis, made, carried, share)}"
    sign, better = ("positive", "smaller") if slope > 0 else ("negative", "larger")
    head = f"∂L/∂{letter} is {sign} here: a slightly {better} {letter} has less loss"
    if not isfinite(move):
        return f"{head}, but the step is not a finite number."
    if still:
        stays = "stays" if made else "would stay"
        return f"{head}, but {letter} {stays} where it is: {_why_still(parts.rate, move)}."
    if (move < 0) == (slope > 0):
        goes = "goes" if made else "would go"
        return f"{head}, so {letter} {goes} {'up' if move > 0 else 'down'}."
    should = f"so {letter} should go {'down' if slope > 0 else 'up'}"
    return f"{head}, {should}. {_against(name, parts, axis, made, carried, share)}"


def _why_still(rate: float, move: float) -> str:
    if rate == 0:
        return "the learning rate is 0 by now"
    return "its step is 0" if move == 0 else "its step is less than a number of 16 digits can show"


def _against(name: str, parts: Parts, axis: int, made: bool, carried: Carried | None, share: Pair | None) -> str:
    """Why the step does not go down the slope: by momentum, by noise, or by the rule itself."""
    move, slope = parts.update.tolist()[axis], parts.gradient.tolist()[axis]
    way = WAYS[axis][move > 0]
    effective = parts.effective_gradient.tolist()[axis]
    turned = effective != 0 and (effective > 0) == (move < 0) and (slope == 0 or (effective > 0) != (slope > 0))
    if carried and share and share[axis] and (share[axis] > 0) == (move > 0):
        if turned:
            return f"{carried.words} and the noise {'carry' if made else 'would carry'} it {way}."
        return f"{carried.words} {'still carries' if made else 'would still carry'} it {way}."
    if turned:
        return f"The noise on it points the other way and {'takes' if made else 'would take'} it {way}."
    return f"The rule of {name} {'takes' if made else 'would take'} it {way} all the same."
