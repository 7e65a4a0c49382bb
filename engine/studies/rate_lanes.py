"""One run under many learning rates, side by side and a block of steps at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.programs import program
from engine.descent.descend import own_part
from engine.descent.ensemble import Ends
from engine.descent.lanes import CHUNK, CHUNKS, END
from engine.descent.loop import BY_GRADIENT, RUNNING, Lane, prepare
from engine.descent.resume import HEAD, Resume, read
from engine.optimizers import OPTIMIZERS
from engine.runs.feed import noise
from engine.runs.packing import FAMILIES, LENGTH, pack
from engine.runs.run import Run
from engine.schedules import SCHEDULES
from engine.studies.arrivals import KIND_OF_VERDICT, Surveyor
from engine.surfaces.grids import losses

if TYPE_CHECKING:
    from jaxtyping import Array, Float

LANES = CHUNK
"""Rates of one call, those of `engine.studies.arrivals` to a chunk: one shape, so one compilation."""
BLOCK = 128
"""Steps that one call makes at most: one compilation for runs of any length, and a search stops soon after it knows."""


class RateLanes:
    """A run under up to LANES rates; a lane that has stopped stays as it stopped.

    Of a branch it is the part from where it begins, on what its parent left there; steps are counted from there.
    Raises ValueError with a sentence for one whose parent ends before.
    """

    def __init__(self, run: Run, rates: Float[np.ndarray, " k"], loose: bool = False):
        """`loose` lets a run arrive that its gradient rule stops beside a minimum, short of it."""
        self.made = 0
        """Steps made so far by those that still go on."""
        self.steps = np.full(len(rates), np.inf)
        """(k,): updates made on arriving; infinite for a lane that did not arrive, or has not yet."""
        part = own_part(run) if run.before else None
        if run.before and part is None:
            raise ValueError(f"The run ends before step {run.begin:,}, where the branch begins: branch off earlier.")
        self._run, self._loose, self._count = run, loose, len(rates)
        self._rates = np.full(LANES, rates[-1])
        self._rates[: len(rates)] = rates
        self._surveyor = Surveyor(run.landscape)
        curved = OPTIMIZERS[run.optimizer].curved
        self.outcomes = np.full(len(rates), KIND_OF_VERDICT[RUNNING])
        """(k,): indices into OUTCOME_KINDS, once all are over."""
        self._settings, self._counted, self._resumed = pack(replace(run, before=())), 0, ()
        built = _curved_side_by_side if curved else _side_by_side
        if part is not None:
            self._settings, self._counted = part.settings, part.segment.counted
            # Of what the plateau schedule hands on, the rate alone goes with the lane's own.
            self._resumed = part.resume, part.resume[HEAD + 2] / run.rate * self._rates
            built = _curved_parts_side_by_side if curved else _parts_side_by_side
        self._program = program(built, run.landscape.loss)
        self._state = _blank(curved)
        self._going = len(rates)
        self._stopped = -1

    @property
    def over(self) -> bool:
        """Whether all have stopped."""
        return self._going == 0

    @property
    def failed(self) -> bool:
        """Whether some lane has stopped and did not arrive."""
        return self._count - self._going > int(np.isfinite(self.steps).sum())

    @property
    def final_losses(self) -> Float[np.ndarray, " k"]:
        """Where each lane has stopped, or is; not finite for one that diverged there."""
        return losses(self._run.landscape, np.asarray(self._state.lanes.position)[: self._count])

    def advance(self) -> None:
        """Make a block of steps."""
        run, begin = self._run, self._run.begin + self.made
        numbers = np.maximum(np.arange(begin, begin + BLOCK, dtype=np.float64) - self._counted, 0.0)
        total = max(1, run.steps - self._counted)
        with np.errstate(all="ignore"):
            scheduled = SCHEDULES[run.schedule].rates(np, numbers[:, None], self._rates, run.schedule_knobs, total)
        self._state = self._program(self._settings, np.int64(begin), self._state, scheduled, noise(run), *self._resumed)
        self.made += BLOCK
        verdict = np.asarray(self._state.verdict)[: self._count]
        self._going = int(np.sum(verdict == RUNNING))
        if self._count - self._going != self._stopped:
            self._stopped = self._count - self._going
            self._judge(verdict)

    def _judge(self, verdict) -> None:
        state = self._state
        ends = np.zeros((CHUNKS, len(END), CHUNK))
        ends[0, :2] = np.asarray(state.lanes.position).T
        ends[0, 3], ends[0, 5] = state.slope, state.steps
        ends[0, 4, : self._count] = verdict
        told = self._surveyor.tell(Ends(jnp.asarray(ends), self._count))
        self.outcomes, arrived = told.outcomes, told.minima >= 0
        if self._loose:
            arrived |= told.beside & (verdict == BY_GRADIENT)
        self.steps = np.where(arrived, np.asarray(state.steps)[: self._count], np.inf)


class State(NamedTuple):
    """All lanes between two blocks."""

    lanes: Lane
    verdict: Any
    steps: Any
    slope: Any


def _fresh(
    loss_fn: Callable, curved: bool, settings, rates: Float[Array, " lanes"], resume: Resume | None = None, watched=None
) -> State:
    none = jnp.zeros(len(rates), dtype=int)
    lanes = jax.vmap(prepare(loss_fn, settings, FAMILIES[curved], resume)[0])(rates)
    if watched is not None:
        lanes = lanes._replace(watch=lanes.watch._replace(rate=watched))
    return State(lanes, none, none, jnp.zeros_like(rates))


@lru_cache(maxsize=2)
def _blank(curved: bool) -> State:
    """A state of the right shapes for the first block, which does not read it; no landscape changes them."""
    shapes = jax.eval_shape(partial(_fresh, jnp.sum, curved), np.zeros(LENGTH), np.zeros(LANES))
    return jax.tree.map(lambda shape: np.zeros(shape.shape, shape.dtype), shapes)


def _curved_side_by_side(loss_fn: Callable) -> Callable:
    return _side_by_side(loss_fn, curved=True)


def _parts_side_by_side(loss_fn: Callable) -> Callable:
    return _side_by_side(loss_fn)


def _curved_parts_side_by_side(loss_fn: Callable) -> Callable:
    return _side_by_side(loss_fn, curved=True)


def _side_by_side(loss_fn: Callable, curved: bool = False) -> Callable:
    def search(
        settings: Float[Array, " s"],
        begin,
        state: State,
        rates: Float[Array, "block lanes"],
        z,
        part=None,
        watched=None,
    ):
        resume = None if part is None else read(part)
        step = jax.vmap(prepare(loss_fn, settings, FAMILIES[curved], resume)[1], in_axes=(None, 0, 0, None))
        fresh = _fresh(loss_fn, curved, settings, rates[0], resume, watched)
        first = begin == (0 if resume is None else resume.begin)
        state = jax.tree.map(lambda new, old: jnp.where(first, new, old), fresh, state)

        def go_on(carry):
            t, state = carry
            return (t < begin + BLOCK) & jnp.any(state.verdict == RUNNING)

        def advance(carry):
            t, state = carry
            seen, following = step(t, state.lanes, rates[t - begin], z[t])
            running = state.verdict == RUNNING
            goes_on = running & (seen.verdict == RUNNING)
            # A lane that stops stays where it stopped: there it is judged.
            lanes = jax.tree.map(
                lambda new, old: jnp.where(goes_on.reshape((-1,) + (1,) * (new.ndim - 1)), new, old),
                following,
                state.lanes,
            )
            slope = jnp.sqrt(jnp.sum(seen.gradient**2, axis=1))
            return t + 1, State(
                lanes,
                jnp.where(running, seen.verdict, state.verdict),
                state.steps + goes_on,
                jnp.where(running, slope, state.slope),
            )

        return jax.lax.while_loop(go_on, advance, (begin, state))[1]

    return search
