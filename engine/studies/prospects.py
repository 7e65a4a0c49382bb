"""What becomes of the same run with more steps, or at another rate: asked of the engine before a verdict claims it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from engine.basis.numerals import after
from engine.descent.descend import descend
from engine.descent.explain import state_at
from engine.descent.loop import BY_BUDGET, DIVERGED
from engine.runs.fields import NOISY_STEPS
from engine.runs.place import NEAR
from engine.runs.run import Run
from engine.sentences.outcome import STILL
from engine.surfaces.surroundings import surroundings
from i18n import message
from landscapes.on_data import is_heavy

LONGER = 10
"""Times the steps of the run: as far as a claim about more of them is checked, within what the page offers."""
LOWER = (3, 10, 100)
"""Times lower: the textbook's 2 to 5, its 10, and that once more."""
LESS = 0.6
"""Of the momentum: what less of it means."""


class Prospect(NamedTuple):
    """How a run ends that nobody has asked for."""

    run: Run
    steps: int
    """Updates made when it ended."""
    loss: float
    arrives: bool
    """Whether it ends at a minimum, stopped by a rule or with a slope that the usual rule would stop at."""
    diverges: bool
    stopped: bool
    """Whether a rule stops it, wherever that is."""

    @property
    def when(self) -> str:
        """Of one that arrives, after how many steps: "arrive after 701 steps"."""
        when = after(self.steps)
        return message("arrive {when}", when=when) if self.stopped else message("be there {when}", when=when)


def can_be_asked(run: Run) -> bool:
    """Whether answers cost little: not where every step asks a whole network."""
    return not is_heavy(run.landscape.loss)


def with_more_steps(run: Run) -> Prospect | None:
    """The run with ten times its steps, 10,000 at the most; None if it has as many already."""
    steps = min(LONGER * run.steps, NOISY_STEPS)
    return prospect(replace(run, steps=steps)) if steps > run.steps else None


def at_rate(run: Run, times: float) -> Prospect:
    """The run at so many times its rate."""
    return prospect(replace(run, rate=times * run.rate, steps=min(run.steps, NOISY_STEPS)))


def with_less_momentum(run: Run) -> Prospect:
    """The run with less momentum, of a method that has it."""
    knobs = {**run.knobs, "momentum": LESS * run.knobs["momentum"]}
    return prospect(replace(run, knobs=knobs, steps=min(run.steps, NOISY_STEPS)))


@lru_cache(maxsize=512)
def prospect(run: Run) -> Prospect:
    """How a run of up to 10,000 steps ends; no path is kept."""
    state = state_at(run, run.steps)
    x, y = state.position
    sound = state.verdict != DIVERGED and isfinite(x) and isfinite(y)
    stopped = sound and state.verdict != BY_BUDGET
    # What a rule that is always met says of the ground there.
    there = replace(run, start=(x, y), steps=1, gradient_tolerance=1e300, schedule="constant", schedule_knobs={})
    still = stopped or (sound and state.slope < STILL)  # no rule may be there to stop it
    arrives = still and (descend(there).outcome.arrived or no_side_is_lower(there))
    return Prospect(run, state.step, state.loss, arrives, not sound, stopped)


def no_side_is_lower(there: Run) -> bool:
    """Whether curvature cannot tell what the start is, and no side is lower: a kink, or one of a line of minima."""
    near = descend(there).outcome.nearest
    if near is None or near.kind != "degenerate" or near.distance > NEAR:
        return False
    around = surroundings(there.landscape, there.start)
    return not around.falls and not around.is_plain
