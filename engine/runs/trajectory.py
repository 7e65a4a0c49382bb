"""What a run leaves behind: the path, its numbers and its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.runs.motion import ON_ITS_WAY, Motion
from engine.runs.place import Place
from engine.runs.run import Run
from i18n import message

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

OUTCOME_KINDS = ("converged_gradient", "converged_loss", "at_saddle", "at_maximum", "budget", "diverged")
LOST = OUTCOME_KINDS.index("diverged")
"""That one where outcomes are numbers, as on maps."""
UNBEGUN = message("never begins")
"""The fate of a branch whose way ends before it begins."""
CANNOT_START = message("cannot start")
"""The fate of a run whose start is no place to begin at: the loss or its gradient there is no finite number."""
FALLS_FOR_EVER = message("falls for ever")
"""The fate of a run that goes downhill past every bound."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended. A stop rule is not an arrival: `arrived` says whether the end is a minimum."""

    kind: str
    """One of OUTCOME_KINDS: which rule ended the run."""
    step: int
    """Updates made when that was seen."""
    sentence: str
    """What happened, in words and numbers."""
    arrived: bool = False
    """Whether the run was stopped by a rule at a minimum."""
    place: str | None = None
    """The critical point it stopped at, in words: "the saddle (0, 0)"."""
    nearest: Place | None = None
    """The critical point at or beside the end, whatever ended the run; None if there is none near."""
    growth: float | None = None
    """How many-fold the loss grew per step over the last steps of a run that blew up; None for any other end."""
    fate: str = ""
    """The sentence in two or three words: "arrives at 32", "still moving"."""
    motion: Motion = ON_ITS_WAY
    """What its last steps do, where only its steps ran out."""
    why: str = ""
    """Why a run cannot start where it should, as a clause; empty for any other end."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One computed descent of n updates; row t is the state after t updates, row 0 the start. Arrays are read-only."""

    points: Float[np.ndarray, "n+1 2"]
    losses: Float[np.ndarray, " n+1"]
    """Exact; the last may be infinite or NaN if the run diverged."""
    gradients: Float[np.ndarray, "n+1 2"]
    """Exact, without noise and clipping."""
    rates: Float[np.ndarray, " n"]
    """The learning rate each update used."""
    evaluations: Float[np.ndarray, " n+1"]
    """Gradient evaluations that the updates up to this row cost; 0 at the start."""
    outcome: Outcome
    run: Run
