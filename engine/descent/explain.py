"""Why a step is what it is: every number that went into one update of a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import whole_within
from engine.basis.numerals import shortest
from engine.basis.parts import Parts, same, told
from engine.basis.programs import program
from engine.descent.descend import parts as followed
from engine.descent.loop import RUNNING, prepare
from engine.descent.resume import Resume, from_the_start, read, size, state_of
from engine.descent.sign_rule import sign_rule
from engine.descent.stop_rules import StopTest, ending, stop_rules
from engine.optimizers import OPTIMIZERS
from engine.runs.feed import noise, rates_at, scheduled_rates
from engine.runs.fields import NOISY_STEPS
from engine.runs.packing import FAMILIES, pack, unpack
from engine.runs.place import Pair
from engine.runs.run import Run
from i18n import joined, message
from landscapes.language import letter_text

if TYPE_CHECKING:
    from jaxtyping import Array, Float

SCALARS = 5
"""Step, verdict, loss, the loss before it, rate."""
HEAD = SCALARS + 10
"""Then five pairs: position, gradient, effective gradient, update, new position; then the state before and after."""
LARGEST_STEP = 2**53


class Row(NamedTuple):
    """A line of the step as a page writes it: symbol, text, and a number for x and for y."""

    symbol: str
    text: str
    values: Pair
    signed: bool = False
    """Whether a plus sign is worth showing: the values are a movement."""
    strong: bool = False


@dataclass(frozen=True)
class Explained:
    """The update from `step` to `step` + 1."""

    step: int
    made: bool
    """False at the end of a run: the update that was not made any more."""
    old: Pair
    new: Pair
    loss: float
    """Exact, at the old position; so is the gradient."""
    gradient: Pair
    effective_gradient: Pair
    """The gradient that the rule was given: noise added, clipped."""
    rate: float
    update: Pair
    carried: Pair | None
    """The part of the update that earlier gradients made; None for a rule without momentum."""
    rows: tuple[Row, ...]
    """From the gradient by the optimizer's state to the new position."""
    formula: str
    sentence: str
    """The sign rule, in words."""
    tests: tuple[StopTest, ...]
    """The stop rules at the old position."""


class State(NamedTuple):
    """Where a run is after some updates."""

    step: int
    """Updates made: fewer than asked for where it ended before."""
    verdict: int
    """Of `engine.descent.loop`: which rule ends it here, or RUNNING."""
    position: Pair
    loss: float
    slope: float
    """Gradient norm."""


def state_at(run: Run, step: int) -> State:
    """Where `run` is after `step` updates, or where it ended before; the path is not kept. At most 10,000 steps."""
    parts, verdict, _ = _parts(_seen(run, min(step, run.steps)))
    return State(parts.step, verdict, _pair(parts.old), parts.loss, math.hypot(*_pair(parts.gradient)))


def explain(run: Run, step: int) -> Explained:
    """The update of `run` after `step` updates, to the last bit the one `descend` makes.

    A step beyond the end is the end: the last point with finite coordinates, `step` says which that is. Values may be
    infinite or NaN where a run diverged. A branch's steps before it began are those of its parent. Raises ValueError
    with a sentence for a step that is no whole number from 0.
    """
    step = min(whole_within("The step", step, 0, LARGEST_STEP), run.steps)
    seen = _seen(run, step)
    if not np.isfinite(seen.told[SCALARS : SCALARS + 2]).all():  # the last update led out of the numbers: show that one
        seen = _seen(run, int(seen.told[0]) - 1)
    run = seen.run
    made_of, verdict, last_loss = _parts(seen)
    optimizer = OPTIMIZERS[run.optimizer]
    made = verdict == RUNNING
    with np.errstate(all="ignore"):
        carried = _pair(optimizer.carried.part(made_of)) if optimizer.carried else None
        rows = _rows(run, made_of)
    letters = tuple(map(letter_text, run.landscape.axes))
    sentence = sign_rule(optimizer.name, made_of, made, optimizer.carried, carried, letters)
    if not made:
        sentence = message("{sentence} The run ends here: {why}.", sentence=sentence, why=ending(run, verdict, made_of))
    return Explained(
        step=made_of.step,
        made=made,
        old=_pair(made_of.old),
        new=_pair(made_of.new),
        loss=made_of.loss,
        gradient=_pair(made_of.gradient),
        effective_gradient=_pair(made_of.effective_gradient),
        rate=made_of.rate,
        update=_pair(made_of.update),
        carried=carried,
        rows=rows,
        formula=told(optimizer.formula, made_of),
        sentence=sentence,
        tests=stop_rules(run, made_of.step, verdict, made_of.loss, last_loss, _pair(made_of.gradient)),
    )


def build(loss_fn: Callable, curved: bool = False) -> Callable:
    """The traced descent up to a step, remembering only that one."""

    def up_to(settings: Float[Array, " s"], resume: Float[Array, " r"], until, rates: Float[Array, " bucket"], z):
        # Inside a loop that runs once, as in engine/descent/descend.py and for the same reason.
        def once(carry):
            return jnp.zeros_like(carry[0]), _last(loss_fn, curved, carry[0], read(resume), until, rates, z)

        return jax.lax.while_loop(
            lambda carry: unpack(carry[0]).steps > 0, once, (settings, jnp.zeros(_length(curved)))
        )[1]

    return up_to


def build_curved(loss_fn: Callable) -> Callable:
    """The same for the optimizers that look at curvature."""
    return build(loss_fn, curved=True)


def _last(loss_fn: Callable, curved: bool, settings, resume: Resume, until, rates, z):
    """What the step `until` saw and did, or the one that ended the run before it."""
    first, step = prepare(loss_fn, settings, FAMILIES[curved], resume)
    lane = first(rates[0])

    def advance(carry):
        t, _, lane, _ = carry
        seen, following = step(t, lane, rates[t], z[t])
        scalars = (t, seen.verdict, seen.loss, lane.last_loss, seen.rate)
        told = jnp.concatenate(
            [
                jnp.stack([jnp.asarray(value, settings.dtype) for value in scalars]),
                seen.position,
                seen.gradient,
                seen.effective_gradient,
                seen.update,
                following.position,
                lane.memory,
                following.memory,
            ]
        )
        goes_on = (t < until) & (seen.verdict == RUNNING)
        return t + goes_on, goes_on, following, told

    beginning = (resume.begin.astype(int), jnp.asarray(True), lane, jnp.zeros(_length(curved)))
    return jax.lax.while_loop(lambda carry: carry[1], advance, beginning)[3]


class Seen(NamedTuple):
    """What a step saw and did, and in which part of its run."""

    run: Run
    """With the settings of that part, and nothing before."""
    since: int
    """The step at which its optimizer's memory began."""
    told: Float[np.ndarray, " m"]


def _seen(run: Run, step: int) -> Seen:
    if not run.before:
        return Seen(run, 0, _told(run, pack(run), from_the_start(), step, 0))
    part = next(part for part in followed(run) if part.segment.until is None or step < part.segment.until or part.over)
    segment = part.segment
    return Seen(segment.run, segment.since, _told(segment.run, part.settings, part.resume, step, segment.counted))


def _told(run: Run, settings, resume, step: int, counted: int) -> Float[np.ndarray, " m"]:
    compiled = program(build_curved if OPTIMIZERS[run.optimizer].curved else build, run.landscape.loss)
    return np.asarray(compiled(settings, resume, np.int64(step), _rates(run, counted), noise(run)))


def _rates(run: Run, counted: int) -> Float[np.ndarray, " bucket"]:
    """The descent's own rates, and behind them the one that a step after the last would have.

    Of one length, so of one compilation, for every run that the wire may ask about.
    """
    rates = scheduled_rates(run, counted)
    beyond = rates_at(run, np.array([float(len(rates))]), counted)
    return np.concatenate([rates, np.full(max(1, NOISY_STEPS + 1 - len(rates)), beyond)])


def _parts(seen: Seen) -> tuple[Parts, int, float]:
    """The parts of a step, the verdict on its point, and the loss before it."""
    run, since, told = seen
    step, verdict, loss, last_loss, rate = told[:SCALARS].tolist()
    old, gradient, effective_gradient, update, new = told[SCALARS:HEAD].reshape(5, 2)
    before, after = (state_of(run.optimizer, flat) for flat in np.split(told[HEAD:], 2))
    parts = Parts(
        int(step), old, new, update, loss, gradient, effective_gradient, rate, run.knobs, before, after, since
    )
    return parts, int(verdict), last_loss


def _length(curved: bool) -> int:
    """Of what `_last` gives: the states of all optimizers of a program have the length of the longest."""
    return HEAD + 2 * max(size(one.key) for one in FAMILIES[curved])


def _rows(run: Run, parts: Parts) -> tuple[Row, ...]:
    optimizer = OPTIMIZERS[run.optimizer]
    rows = [Row("g", message("gradient here"), _pair(parts.gradient))]
    if not same(parts.effective_gradient, parts.gradient):
        rows.append(Row(told("{g}", parts), _disturbance(run, parts), _pair(parts.effective_gradient)))
    rows += [Row(row.symbol, told(row.text, parts), _pair(row.values(parts))) for row in optimizer.rows]
    step = optimizer.step_row
    rows += [
        Row("", message("old position"), _pair(parts.old)),
        Row(told(step.symbol, parts), told(step.text, parts), _pair(parts.update), signed=True),
        Row("", message("new position"), _pair(parts.new), strong=True),
    ]
    return tuple(rows)


def _disturbance(run: Run, parts: Parts) -> str:
    """What made the effective gradient another one: "with noise σ 2, clipped to norm 1"."""
    causes = []
    gradient = parts.gradient
    # The update that is not made after 10,000 steps has no chance of its own: JAX reads the last row again.
    row = min(parts.step, NOISY_STEPS - 1)
    if run.batch_size is not None:
        causes.append(message("of this batch of {n}", n=run.batch_size))
        gradient = _of_batch(run, parts.old, row)
    if run.noise > 0:
        causes.append(message("with noise σ {noise}", noise=shortest(run.noise)))
        gradient = gradient + run.noise * np.asarray(noise(run))[row, :2]
    if run.clip_value is not None and np.abs(gradient).max() > run.clip_value:
        causes.append(message("clipped to ±{value}", value=shortest(run.clip_value)))
        gradient = np.clip(gradient, -run.clip_value, run.clip_value)
    if run.clip_norm is not None and math.hypot(*gradient) + 1e-6 > run.clip_norm:
        causes.append(message("clipped to norm {norm}", norm=shortest(run.clip_norm)))
    return joined(", ", causes) if causes else message("as the rule is given it")


def _on_batch(loss_fn: Callable) -> Callable:
    return jax.grad(loss_fn.on_rows)  # pyright: ignore[reportFunctionMemberAccess]


def _of_batch(run: Run, position, row: int) -> Float[np.ndarray, " 2"]:
    """The gradient that one mini-batch feels at a position."""
    return np.asarray(program(_on_batch, run.landscape.loss)(position, np.asarray(noise(run))[row, 2:]))


def _pair(vector: Float[np.ndarray, " 2"]) -> Pair:
    x, y = vector.tolist()
    return x, y
