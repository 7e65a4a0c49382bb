"""The loss along one line through a step: its slope, its curvature, and the parabola they make, in one dimension."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.numerals import compared, number
from engine.basis.programs import program
from engine.descent.explain import Explained, explain
from engine.optimizers import OPTIMIZERS
from engine.runs.place import Pair
from engine.runs.run import Run
from engine.surfaces.grids import losses
from i18n import joined, message
from landscapes.language import letter_text
from landscapes.on_data import is_heavy

if TYPE_CHECKING:
    from jaxtyping import Array, Float

Along = Literal["step", "x", "y"]
ALONG: tuple[Along, ...] = get_args(Along)

PLACES, HEAVY_PLACES = 241, 31
"""Points of the curve; fewer where each of them asks a whole network."""
PAST_BEST = 2.5
"""How far the picture reaches, in best steps: past two of them the parabola is higher than at the ball."""
BEHIND = 0.5
"""Of that, on the ball's other side."""
STRAIGHT = 1e-9
"""Sine of the angle below which a step is along the gradient: rounding makes some 1e-16 of it."""
MOST_DOUBLINGS = 3
"""A step that goes still farther leaves the picture, which would else show nothing but the step."""
CRAWLS, ARRIVES = 0.25, 0.05
"""Of the best step: one shorter than the first crawls, one that differs by less than the second is as good as it."""


@dataclass(frozen=True)
class Cut:
    """A line through the ball, and the loss along it; distances are signed and count from the ball."""

    explained: Explained
    along: Along
    direction: Pair | None
    """Of length 1; None where the step moves nothing, or nowhere that is a number."""
    slope: float
    """Of the tangent: the gradient along the line. This and the curvature are NaN where the surface has none."""
    curvature: float
    """Of the parabola: the Hessian along the line, λ."""
    reach: float
    """Where the step lands, on an axis its part along that axis."""
    landing: float
    """The loss there, on this line."""
    best: float | None
    """Where the parabola is lowest; None where it opens to no minimum."""
    best_rate: float | None
    """1/λ, where the step is the rate times the gradient and nothing else: the rate that would land there."""
    angle: float | None
    """Degrees between the step and −gradient; 0 for one along it."""
    places: Float[np.ndarray, " m"]
    losses: Float[np.ndarray, " m"]
    """As the surface has them: not finite where it is not."""
    sentence: str


def cut(run: Run, step: int, along: Along = "step") -> Cut:
    """The loss of `run`'s landscape along the line of its update after `step` updates, or through there along an axis.

    Raises ValueError with a sentence for a step that is no whole number from 0.
    """
    explained = explain(run, step)
    direction = _direction(explained, along)
    if direction is None:
        return _nowhere(run, explained, along)
    ball, ahead = np.array(explained.old), np.array(direction)
    hessian = np.asarray(program(_hessian, run.landscape.loss)(ball))
    with np.errstate(all="ignore"):
        slope = float(np.dot(explained.gradient, ahead))
        curvature = float(ahead @ hessian @ ahead)
        best = -slope / curvature if curvature > 0 else None
        reach = float(np.dot(explained.update, ahead))
    if best is not None and not math.isfinite(best):
        best = None
    places = _places(run, reach, best)
    with np.errstate(all="ignore"):
        points = ball + np.append(places, reach)[:, None] * ahead
    if along == "step":
        points[-1] = explained.new  # to the last bit
    heights = losses(run.landscape, points)
    angle = _angle(explained)
    plain = angle == 0 and _is_rate_times_gradient(explained)
    made = Cut(
        explained=explained,
        along=along,
        direction=direction,
        slope=slope,
        curvature=curvature,
        reach=reach,
        landing=float(heights[-1]),
        best=best,
        best_rate=1 / curvature if plain and best is not None and along == "step" else None,
        angle=angle,
        places=places,
        losses=heights[:-1],
        sentence="",
    )
    return replace(made, sentence=_sentence(run, made))


def _hessian(loss_fn: Callable) -> Callable[[Float[Array, " 2"]], Float[Array, "2 2"]]:
    return jax.hessian(lambda point: jnp.asarray(loss_fn(point), point.dtype))


def _direction(explained: Explained, along: Along) -> Pair | None:
    if along != "step":
        return (1.0, 0.0) if along == "x" else (0.0, 1.0)
    length = math.hypot(*explained.update)
    if not math.isfinite(length) or length == 0 or not all(map(math.isfinite, explained.old)):
        return None
    # Scaled first: the square of a tiny step is none.
    x, y = (part / max(map(abs, explained.update)) for part in explained.update)
    return x / math.hypot(x, y), y / math.hypot(x, y)


def _places(run: Run, reach: float, best: float | None) -> Float[np.ndarray, " m"]:
    """Distances from the ball: as far as the best step asks, or the window, and in doublings as far as the step goes.

    By doublings, so that the picture stands still while the step grows under the hand.
    """
    (x0, x1), (y0, y1) = run.landscape.window
    window = min(x1 - x0, y1 - y0)
    wide = window / 2 if best is None or best == 0 else min(PAST_BEST * abs(best), 2 * window)
    if math.isfinite(reach) and abs(reach) > wide / 1.1:
        wide *= 2.0 ** min(MOST_DOUBLINGS, math.ceil(math.log2(1.1 * abs(reach) / wide)))
    low = BEHIND if reach >= 0 and (best is None or best >= 0) else 1.0
    high = BEHIND if reach < 0 and (best is None or best <= 0) else 1.0
    count = HEAVY_PLACES if is_heavy(run.landscape.loss) else PLACES
    return np.linspace(-low * wide, high * wide, count)


def _angle(explained: Explained) -> float | None:
    """Degrees between the step and −gradient; None where one of them is no direction."""
    (ux, uy), (gx, gy) = explained.update, explained.gradient
    lengths = math.hypot(ux, uy), math.hypot(gx, gy)
    if not all(math.isfinite(length) and length > 0 for length in lengths):
        return None
    (ux, uy), (gx, gy) = (ux / lengths[0], uy / lengths[0]), (-gx / lengths[1], -gy / lengths[1])
    sine, cosine = abs(ux * gy - uy * gx), ux * gx + uy * gy
    return 0.0 if sine < STRAIGHT and cosine > 0 else math.degrees(math.atan2(sine, cosine))


def _is_rate_times_gradient(explained: Explained) -> bool:
    wanted = [-explained.rate * part for part in explained.gradient]
    off = max(abs(one - other) for one, other in zip(wanted, explained.update, strict=True))
    return off <= STRAIGHT * math.hypot(*wanted)


def _nowhere(run: Run, explained: Explained, along: Along) -> Cut:
    finite = all(map(math.isfinite, explained.update))
    first, second = map(letter_text, run.landscape.axes)
    told = {"first": first, "second": second}
    if finite:
        sentence = message("This step moves nothing, so it has no line. Look along {first} or along {second}.", **told)
    else:
        sentence = message("This step is no number, so it has no line. Look along {first} or along {second}.", **told)
    none = np.zeros(0)
    nan = math.nan
    return Cut(explained, along, None, nan, nan, nan, nan, None, None, None, none, none, sentence)


def _sentence(run: Run, made: Cut) -> str:
    return joined(" ", [part for part in (_line(run, made), _shape(made), _end(made)) if part])


def _line(run: Run, made: Cut) -> str:
    if made.along != "step":
        axis = letter_text(run.landscape.axes[made.along == "y"])
        return message("Along {axis}: of the step only its part in {axis}.", axis=axis)
    told = {"name": OPTIMIZERS[run.optimizer].name, "angle": "" if made.angle is None else number(made.angle)}
    step = _STEP if made.explained.made else _NEXT_STEP
    return message(step.of if made.angle is None else step.off if made.angle else step.along, **told)


class _Line(NamedTuple):
    """What is said of the line along a step: by whom it is, without a gradient beside it, along that or off it."""

    of: str
    along: str
    off: str


_STEP = _Line(
    message("Along the step of {name}."),
    message("Along the step, which is along −gradient."),
    message("Along the step of {name}, {angle}° off −gradient."),
)
_NEXT_STEP = _Line(
    message("The run ends here; along the step it would make next of {name}."),
    message("The run ends here; along the step it would make next, which is along −gradient."),
    message("The run ends here; along the step it would make next of {name}, {angle}° off −gradient."),
)


def _shape(made: Cut) -> str:
    if not (math.isfinite(made.slope) and math.isfinite(made.curvature)):
        return message("The loss has no slope or no curvature here that is a number.")
    told = {"slope": number(made.slope), "curvature": number(made.curvature)}
    if made.best is None:
        return message("Slope {slope}, curvature {curvature}: not above 0, so no step is best.", **told)
    if made.best_rate is not None:
        return message(
            "Slope {slope}, curvature λ = {curvature}: the parabola's best rate is 1/λ = {rate}.",
            rate=number(made.best_rate),
            **told,
        )
    return message(
        "Slope {slope}, curvature λ = {curvature}: the parabola is lowest {distance} away.",
        distance=number(abs(made.best)),
        **told,
    )


def _end(made: Cut) -> str:
    """What the step does, against the parabola and in loss."""
    if made.along != "step" or not math.isfinite(made.explained.loss):
        return ""
    if not math.isfinite(made.landing):
        return message("The step lands where the loss is no number.")
    told: dict[str, object] = {"loss": _change(made)}
    if made.slope > 0:
        return message("The step goes up the slope: {loss}.", **told)
    if made.best is None or made.best == 0:
        return message("The step: {loss}.", **told)
    share = made.reach / made.best
    told["times"] = message("{share} times the best step", share=number(share))
    rate = made.best_rate is not None
    if share < CRAWLS:
        return message("Too low, it crawls: {times}, {loss}." if rate else "It crawls: {times}, {loss}.", **told)
    if share < 1 - ARRIVES:
        return message("It stops short: {times}, {loss}.", **told)
    if share <= 1 + ARRIVES:
        return message("It lands at the parabola's lowest point: {loss}.", **told)
    if share <= 2:
        return message("It overshoots: {times}, {loss}.", **told)
    if rate:
        return message("Too high, it overshoots past twice the best step: {times}, {loss}.", **told)
    return message("It overshoots past twice the best step: {times}, {loss}.", **told)


def _change(made: Cut) -> str:
    """Of the loss."""
    before, after = compared(made.explained.loss, made.landing)
    told = {"before": before, "after": after}
    if made.landing > made.explained.loss:
        return message("loss {before} → {after}, higher", **told)
    if made.landing < made.explained.loss:
        return message("loss {before} → {after}, lower", **told)
    return message("loss {before} → {after}, equal", **told)
