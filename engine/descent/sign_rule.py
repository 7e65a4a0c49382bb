"""The sign rule in words: which way the slope says, and which way the step goes.

"Too high" would promise a best value somewhere below, and often there is none (scenarios.md, sign_rule): a partial
derivative only knows which way has less loss just here, and that is what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from engine.basis.parts import Carried, Parts
from engine.runs.place import Pair
from i18n import message

WAYS = ((message("left"), message("right")), (message("down"), message("up")))
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
    if not isfinite(parts.loss):
        return message("The loss here is not a finite number: nothing says which way is down.")
    if not all(map(isfinite, slopes)):
        return message("The slope here is not a finite number: nothing says which way is down.")
    flat = slopes == [0.0, 0.0]
    sizes = moves if flat else slopes
    axis = int(abs(sizes[1]) > abs(sizes[0]))
    slope, move = slopes[axis], moves[axis]
    letter, still = letters[axis], parts.old[axis] == parts.new[axis]
    if flat and still and made:
        return message("The slope is zero here: nothing says which way is down, and the position stays.")
    if flat and still:
        return message("The slope is zero here: nothing says which way is down, and the position would stay.")
    if flat:
        against = _against(name, parts, axis, made, carried, share)
        return message("The slope is zero here: nothing says which way is down. {against}", against=against)
    if slope > 0:
        head = message("∂L/∂{letter} is positive here: a slightly smaller {letter} has less loss", letter=letter)
    else:
        head = message("∂L/∂{letter} is negative here: a slightly larger {letter} has less loss", letter=letter)
    told: dict[str, object] = {"head": head, "letter": letter}
    if not isfinite(move):
        return message("{head}, but the step is not a finite number.", **told)
    if still:
        told["why"] = _why_still(parts.rate, move)
        if made:
            return message("{head}, but {letter} stays where it is: {why}.", **told)
        return message("{head}, but {letter} would stay where it is: {why}.", **told)
    if (move < 0) == (slope > 0):
        return message(_GOES[made][move > 0], **told)
    told["against"] = _against(name, parts, axis, made, carried, share)
    if slope > 0:
        return message("{head}, so {letter} should go down. {against}", **told)
    return message("{head}, so {letter} should go up. {against}", **told)


_GOES = (
    (message("{head}, so {letter} would go down."), message("{head}, so {letter} would go up.")),
    (message("{head}, so {letter} goes down."), message("{head}, so {letter} goes up.")),
)
"""Of a step that would be made, and of one that is."""


def _why_still(rate: float, move: float) -> str:
    if rate == 0:
        return message("the learning rate is 0 by now")
    if move == 0:
        return message("its step is 0")
    return message("its step is less than a number of 16 digits can show")


def _against(name: str, parts: Parts, axis: int, made: bool, carried: Carried | None, share: Pair | None) -> str:
    """Why the step does not go down the slope: by momentum, by noise, or by the rule itself."""
    move, slope = parts.update.tolist()[axis], parts.gradient.tolist()[axis]
    way = WAYS[axis][move > 0]
    effective = parts.effective_gradient.tolist()[axis]
    turned = effective != 0 and (effective > 0) == (move < 0) and (slope == 0 or (effective > 0) != (slope > 0))
    if carried and share and share[axis] and (share[axis] > 0) == (move > 0):
        memory = message(carried.words)
        return message((_MEMORY_AND_NOISE if turned else _MEMORY)[made], memory=memory, way=way)
    return message((_NOISE if turned else _RULE)[made], name=name, way=way)


_MEMORY_AND_NOISE = (
    message("{memory} and the noise would carry it {way}."),
    message("{memory} and the noise carry it {way}."),
)
_MEMORY = (message("{memory} would still carry it {way}."), message("{memory} still carries it {way}."))
_NOISE = (
    message("The noise on it points the other way and would take it {way}."),
    message("The noise on it points the other way and takes it {way}."),
)
_RULE = (
    message("The rule of {name} would take it {way} all the same."),
    message("The rule of {name} takes it {way} all the same."),
)
