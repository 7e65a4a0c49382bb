"""How a run's final loss changes with its learning rate and every other knob: forward mode through the whole run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.knob import Knob
from engine.basis.numerals import after, count, number
from engine.basis.programs import program
from engine.basis.schedule import Schedule
from engine.descent.descend import descend
from engine.descent.lanes import lane
from engine.optimizers import OPTIMIZERS
from engine.runs.feed import noise
from engine.runs.packing import HEAD, KNOBS, STOP_RULES, pack
from engine.runs.run import Run
from engine.runs.trajectory import CANNOT_START
from engine.schedules import SCHEDULES
from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Float

NUDGE = 1e-5
"""Share of its value by which each knob is moved, up and down, to see whether the run follows its derivative; a knob at
0 is moved by as much of 1."""
FOLLOWS = 0.05
"""The two may differ by this share: more, and the derivative speaks for less than the hundredth part of a slider."""
ROUNDINGS = 100 * np.finfo(float).eps
"""How well a final loss is known, in units of itself and of its slope times its position."""


@dataclass(frozen=True)
class Slope:
    """The derivative of the final loss with respect to one knob."""

    knob: str
    value: float | None
    """Loss per unit of the knob, the number of updates held fixed; None where there is none."""
    difference: float | None
    """The same from two runs a hundred-thousandth to either side."""
    trusted: bool
    """Whether the value means something: the run follows it."""
    sentence: str


@dataclass(frozen=True)
class Hypergradients:
    """Derivatives of a run's final loss, by knob: "rate", the optimizer's, the schedule's."""

    run: Run
    steps: int
    """Updates the run made; the derivatives are of the loss after as many."""
    loss: float
    slopes: Mapping[str, Slope]


def hypergradients(run: Run) -> Hypergradients:
    """dL_T / d(rate) and with respect to every continuous knob of the run's optimizer and schedule.

    The number of updates T is the run's own, held fixed, as are the decisions it took on the way (clipping, the cuts of
    a plateau schedule). Nothing is differentiated after a divergence. Each value is checked against two runs with the
    knob moved a little: where they do not agree (a chaotic run, a cut that moved) it is not trusted, and says so.
    """
    path = descend(run)
    optimizer, schedule = OPTIMIZERS[run.optimizer], SCHEDULES[run.schedule]
    knobs: dict[str, Knob | None] = {"rate": None, **optimizer.knobs, **single_knobs(schedule)}
    steps, loss = path.outcome.step, float(path.losses[-1])
    names = list(knobs)
    if path.outcome.kind == "diverged":
        started = path.outcome.fate != CANNOT_START
        why = (
            message("the run diverges, and its last loss has no slope worth following")
            if started
            else message("the run cannot start")
        )
        told = {name: _none(name, why) for name in names}
        return Hypergradients(run, steps, loss, told)
    if steps == 0:
        told = {name: _none(name, message("the run makes no step")) for name in names}
        return Hypergradients(run, steps, loss, told)
    planned = [run.schedule_knobs[name] for name in single_knobs(schedule)]
    values = np.array([run.rate, *run.knobs.values(), *planned], dtype=float)
    nudges = NUDGE * np.where(values == 0, 1.0, np.abs(values))
    lists = tuple((name, run.schedule_knobs[name]) for name, knob in schedule.knobs.items() if knob.many)
    compiled = program(_whole_run(run.optimizer, run.schedule, lists), run.landscape.loss)
    derivatives, moved = map(np.asarray, compiled(values, nudges, pack(run), np.int64(steps), noise(run)))
    above, below = np.split(moved, 2)
    with np.errstate(all="ignore"):
        differences = (above - below) / (2 * nudges)
        reach = float(np.linalg.norm(path.gradients[-1])) * (1 + float(np.abs(path.points[-1]).max()))
        unknown = ROUNDINGS * (abs(loss) + reach) / nudges
        follows = np.abs(differences - derivatives) <= FOLLOWS * np.abs(derivatives) + unknown
    told = {}
    for index, (name, knob) in enumerate(knobs.items()):
        if knob is not None and knob.whole:
            told[name] = _none(name, message("it counts whole steps"))
        elif schedule.reacts and name == "threshold":
            told[name] = _none(name, message("it only decides when the rate is cut, and a decision has no slope"))
        else:
            told[name] = _slope(name, float(derivatives[index]), float(differences[index]), bool(follows[index]), steps)
    return Hypergradients(run, steps, loss, told)


_NO_DERIVATIVE = message("No derivative with respect to {name}: {why}.")


def _none(name: str, why: str) -> Slope:
    return Slope(name, None, None, False, message(_NO_DERIVATIVE, name=name, why=why))


def _slope(name: str, value: float, difference: float, follows: bool, steps: int) -> Slope:
    if not np.isfinite(value):
        return _none(name, message("the rule has a root or a quotient of zero on the way, where there is none"))
    if not follows:
        return Slope(
            name,
            value,
            difference,
            False,
            message(
                "The derivative {value} with respect to {name} means nothing here: the loss does not follow it. "
                "Runs with {name} a hundred-thousandth higher and lower differ by {difference} per unit.",
                value=number(value),
                name=name,
                difference=number(difference),
            ),
        )
    if value == 0:
        said = message("The loss {when} does not depend on {name}.", when=after(steps), name=name)
        return Slope(name, value, difference, True, said)
    told = {"name": name, "value": number(value), "steps": count(steps)}
    if value < 0:
        said = message("A little more {name} would end lower: {value} per unit, after the same {steps}.", **told)
    else:
        said = message("A little more {name} would end higher: {value} per unit, after the same {steps}.", **told)
    return Slope(
        name,
        value,
        difference,
        True,
        said,
    )


def single_knobs(schedule: Schedule) -> dict[str, Knob]:
    """A schedule's knobs of one number: whole steps in a list have no derivative."""
    return {name: knob for name, knob in schedule.knobs.items() if not knob.many}


@lru_cache(maxsize=256)
def _whole_run(optimizer: str, schedule: str, lists: tuple[tuple[str, tuple[float, ...]], ...]) -> Callable:
    rule, plan = OPTIMIZERS[optimizer], SCHEDULES[schedule]
    own = len(rule.knobs)
    single = single_knobs(plan)

    def build(loss_fn: Callable) -> Callable:
        first, step = lane(loss_fn, rule, plain=False)

        def final_loss(values: Float[np.ndarray, " k"], settings, steps, z):
            rate, planned = values[0], dict(zip(single, values[1 + own :], strict=True)) | dict(lists)
            total = settings[STOP_RULES][0]
            # No rule may stop it on the way: the number of updates is held fixed.
            settings = settings.at[STOP_RULES].set(jnp.array([jnp.inf, 0.0, 0.0]))
            settings = settings.at[KNOBS : KNOBS + own].set(values[1 : 1 + own])
            if plan.reacts:
                settings = settings.at[HEAD : HEAD + len(plan.own)].set(values[1 + own : 1 + own + len(plan.own)])

            def advance(t, walker):
                at = t.astype(float)
                now = plan.rates(jnp, at, rate, planned, total)
                return step(settings, t, walker, now, z[jnp.minimum(t, len(z) - 1)])

            begun = first(settings, settings[1], settings[2], rate)
            walker = jax.lax.fori_loop(0, steps, advance, begun)
            return loss_fn(jnp.stack([walker.x, walker.y]))

        def compute(values, nudges, settings, steps, z):
            rest = (settings, steps, z)
            moves = jnp.concatenate([jnp.diag(nudges), -jnp.diag(nudges)])
            runs = jax.vmap(lambda moved: final_loss(moved, *rest))(values[None, :] + moves)
            return jax.jacfwd(final_loss)(values, *rest), runs

        return compute

    return build
