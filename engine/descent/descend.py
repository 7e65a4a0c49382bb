"""Run in, trajectory out: one compiled loop per landscape."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.curvature import bending, extreme_eigenvalues, settle_at_rest
from engine.basis.optimizer import Optimizer
from engine.basis.programs import known, program
from engine.descent.loop import BY_BUDGET, BY_LOSS, DIVERGED, RUNNING, prepare
from engine.descent.resume import LEFT, Resume, feed, memory_size, read
from engine.optimizers import OPTIMIZERS
from engine.runs.feed import bucket, noise, scheduled_rates
from engine.runs.motion import ON_ITS_WAY, motion_of
from engine.runs.packing import FAMILIES, pack, unpack
from engine.runs.place import Found, classify_endpoint, span
from engine.runs.run import Run
from engine.runs.segments import Segment, plain_runs, segments
from engine.runs.trajectory import Outcome, Trajectory
from engine.sentences.ending import Ending
from engine.sentences.outcome import tell, tell_unbegun
from engine.surfaces.surroundings import surroundings
from landscapes.parameters import program_key

if TYPE_CHECKING:
    from jaxtyping import Array, Float

ROW = 7
"""x, y, loss, two gradient components, the rate of the step that follows, evaluations so far."""
FACTS = 13
"""Step and verdict; the Hessian at the end (3); Newton's point from there (2), last step and Hessian (3);
where the next step would have led (2). Behind them is what another part of the run begins with: see `resume.feed`."""
KINDS = {BY_LOSS: "converged_loss", BY_BUDGET: "budget", DIVERGED: "diverged"}
SLOPELESS = {"saddle": "at_saddle", "maximum": "at_maximum", "ridge": "at_maximum"}
"""What a stop by gradient is called where the ground curves down."""


@lru_cache(maxsize=4096)
def build(*keys: str) -> Callable:
    """What traces the descent on one landscape by these optimizers, all of one family; equal keys, the same function.

    Every optimizer takes some ten milliseconds to compile: a landscape's program knows a whole family, and one that
    has to answer soon (see `descend_soon`) only those that are asked for.
    """
    return lambda loss_fn: _descent(loss_fn, [OPTIMIZERS[key] for key in keys], 0)


@lru_cache(maxsize=4096)
def build_part(*keys: str) -> Callable:
    """The same of a part of a branch, which begins and ends where it is told and hands on what it has gathered.

    A program of its own: what only a branch needs would cost a whole run as much again.
    """
    return lambda loss_fn: _descent(loss_fn, [OPTIMIZERS[key] for key in keys], LEFT + memory_size())


def _descent(loss_fn: Callable, rules: Sequence[Optimizer], left: int) -> Callable:
    """The traced descent of a whole run, or of a part of one, which hands on so many numbers."""

    def descent(settings: Float[Array, " s"], rates: Float[Array, " bucket"], z, resume=None):
        # A loop that runs once: XLA compiles a loop as one piece, but hands out what stands around it op by op, and
        # those hundred small ones would cost more than 500 steps. It cannot know the count (steps is traced) and
        # cannot move the unpacking out (the settings change), so the loop stays.
        def once(carry):
            settings, *buffers = carry
            part = None if resume is None else read(resume)
            return jnp.zeros_like(settings), *_whole(loss_fn, rules, settings, part, rates, z, *buffers)

        carry = (settings, jnp.zeros((len(rates) + 1, ROW)), jnp.zeros(FACTS + left))
        _, rows, facts = jax.lax.while_loop(lambda carry: unpack(carry[0]).steps > 0, once, carry)
        return rows, facts

    return descent


def _whole(loss_fn: Callable, rules: Sequence[Optimizer], settings, part: Resume | None, rates, z, rows, facts):
    """Fill the buffers: a row for every point, and the facts of the end. A whole run is asked for nothing more."""
    first, step = prepare(loss_fn, settings, rules, part)
    begin = jnp.asarray(0) if part is None else part.begin.astype(int)
    until = None if part is None else jnp.minimum(part.until, len(rates) + 1.0).astype(int)

    def go_on(carry):
        return carry[1] == RUNNING if until is None else (carry[1] == RUNNING) & (carry[0] < until)

    def advance(carry):
        t, _, lane, rows = carry
        seen, following = step(t, lane, rates[t], z[t])
        row = jnp.concatenate([seen.position, seen.loss[None], seen.gradient, seen.rate[None], seen.evaluations[None]])
        rows = jax.lax.dynamic_update_slice(rows, row[None, :], (t, jnp.zeros_like(t)))
        return t + (seen.verdict == RUNNING), seen.verdict, following, rows

    beginning = (begin, jnp.asarray(RUNNING), first(rates[0]), rows)
    t, verdict, lane, rows = jax.lax.while_loop(go_on, advance, beginning)
    rest = settle_at_rest(bending(loss_fn), rows[t, 0], rows[t, 1])
    values = [
        t,
        verdict,
        *rest.hessian_before,
        rest.x,
        rest.y,
        rest.last_step,
        *rest.hessian,
        *lane.position,
    ]
    left = [] if part is None else [lane.evaluations, lane.last_loss, *lane.watch]
    told = jnp.stack([jnp.asarray(value, facts.dtype) for value in [*values, *left]])
    memory = told[:0] if part is None else jnp.pad(lane.memory, (0, len(facts) - len(told) - len(lane.memory)))
    return rows, jnp.concatenate([told, memory])


class Started(NamedTuple):
    """A run on its way: JAX computes while Python goes on."""

    run: Run
    rows: Any
    facts: Any
    segment: Segment | None = None
    """Of a branch: the part in which it ended."""


def _family(run: Run) -> tuple[str, ...]:
    """The optimizers that share a program with the run's."""
    return tuple(rule.key for rule in FAMILIES[OPTIMIZERS[run.optimizer].curved])


def start(run: Run, asked: Sequence[Run] = ()) -> Started:
    """Hand a run to the program of its family, or to the one that answers `asked` runs soonest."""
    if run.before:
        return _start_branch(run, asked)
    return Started(run, *_program(run, build, asked)(pack(run), scheduled_rates(run), noise(run)))


def _program(run: Run, built: Callable, asked: Sequence[Run]) -> Callable:
    among = soonest(run, asked, built) if asked else _family(run)
    return program(built(*among), run.landscape.loss, bucket(run.steps))


class Part:
    """A part of a run, and what it is computed from."""

    def __init__(self, segment: Segment, settings, resume, asked: Sequence[Run]):
        self.segment, self.settings, self.resume, self._asked = segment, settings, resume, asked

    @cached_property
    def made(self) -> tuple[Float[np.ndarray, "bucket+1 7"], Float[np.ndarray, " f"]]:
        """Its rows, of which those of its own steps are filled, and the facts of its end."""
        run = self.segment.run
        rates = scheduled_rates(run, self.segment.counted)
        rows, facts = _program(run, build_part, self._asked)(self.settings, rates, noise(run), self.resume)
        return np.asarray(rows), np.asarray(facts)

    @property
    def over(self) -> bool:
        """Whether the run ends in it."""
        return self.made[1][1] != RUNNING


def parts(run: Run, asked: Sequence[Run] = ()) -> Iterator[Part]:
    """The parts of a run up to the one in which it ends, computed as far as the next one is asked for."""
    before, left, position = None, None, np.zeros(2)
    for segment in segments(run):
        part = Part(segment, *feed(segment, before, left, position), asked)
        yield part
        if part.over:
            return
        _, facts = part.made
        before, left, position = segment, facts[FACTS:], facts[11:FACTS]


def own_part(run: Run) -> Part | None:
    """The part of a branch that its own settings make; None where it ends before that one begins."""
    return next((part for part in parts(run) if part.segment.until is None), None)


def _start_branch(run: Run, asked: Sequence[Run]) -> Started:
    whole, facts, segment = np.zeros((bucket(run.steps) + 1, ROW)), None, None
    for part in parts(run, asked):
        rows, facts = part.made
        segment = part.segment
        end = int(facts[0]) + 1
        whole[segment.begin : end] = rows[segment.begin : end]
    return Started(run, whole, facts, segment)


def descend(run: Run) -> Trajectory:
    """Compute one run.

    Divergence and a stop at a saddle are outcomes, not errors; rows end at the last point with finite coordinates.
    The first run on a landscape compiles its program (some tenths of a second, see `warm_up`).
    """
    return _finish(start(run))


def descend_many(runs: Iterable[Run]) -> list[Trajectory]:
    """Compute several runs, in the same order; they overlap where there are cores."""
    return [_finish(started) for started in [start(run) for run in runs]]


def descend_soon(runs: Iterable[Run]) -> list[Trajectory]:
    """The same trajectories, sooner where a landscape is new: by a program of the asked optimizers alone.

    It compiles in half the time of the landscape's own, which is used as soon as `descend` has compiled it. Where the
    two differ, they differ by rounding.
    """
    asked = list(runs)
    single = [part for run in asked for part in plain_runs(run)]
    return [_finish(started) for started in [start(run, single) for run in asked]]


def soonest(run: Run, asked: Iterable[Run], built: Callable = build) -> tuple[str, ...]:
    """The optimizers whose program answers the run soonest, among others: all its family where that one is compiled."""
    family, loss = _family(run), run.landscape.loss
    if known(built(*family), loss, bucket(run.steps)):
        return family
    wanted = {other.optimizer for other in asked if program_key(other.landscape.loss) is program_key(loss)}
    return tuple(key for key in family if key in wanted)


def _finish(started: Started) -> Trajectory:
    run, rows, facts = started.run, np.asarray(started.rows), np.asarray(started.facts).tolist()
    ended_in = started.segment
    begun = ended_in is None or ended_in.until is None
    step, verdict = int(facts[0]), int(facts[1])
    count = step + 1
    x, y, loss, gx, gy, _, _ = rows[step].tolist()
    if not (math.isfinite(x) and math.isfinite(y)):
        count = step
    trajectory_rows = rows[:count].copy()  # one copy, or the whole bucket would live as long as the trajectory
    trajectory_rows.setflags(write=False)
    bends = extreme_eigenvalues(math, *facts[2:5])
    rest = Found((facts[5], facts[6]), facts[7], extreme_eigenvalues(math, *facts[8:11]))
    place, ground = classify_endpoint(run.landscape, (x, y), bends, rest)
    kind = KINDS.get(verdict) or SLOPELESS.get(ground, "converged_gradient")
    points, losses, gradients = trajectory_rows[:, :2], trajectory_rows[:, 2], trajectory_rows[:, 3:5]
    rates, evaluations = trajectory_rows[: count - 1, 5], trajectory_rows[:, 6]
    motion = (
        motion_of(points[min(run.begin, step) if begun else 0 :], span(run.landscape), run.by_chance)
        if kind == "budget"
        else ON_ITS_WAY
    )
    level = kind.startswith("converged") and place is not None and place.kind == "degenerate"
    around = surroundings(run.landscape, rest.position) if level else None
    slope, next_step = math.sqrt(gx * gx + gy * gy), math.dist((x, y), facts[11:FACTS])
    ending = Ending(kind, step, (x, y), loss, slope, next_step, place, motion, around)
    if ended_in is not None and not begun:
        told = tell_unbegun(run, tell(ended_in.run, losses, rates, ending))
    elif run.before:
        told = tell(run, losses[run.begin :], rates[run.begin :], ending)
    else:
        told = tell(run, losses, rates, ending)
    said = told.sentence, told.arrived, told.place, place, told.growth, told.fate, motion, told.why
    outcome = Outcome(kind, step, *said)
    return Trajectory(points, losses, gradients, rates, evaluations, outcome, run)
