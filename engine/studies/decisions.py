"""Where reduce on plateau cut the rate, and why: its watch over the losses, followed anew."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from engine.basis.numerals import compared, number
from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.schedules import SCHEDULES
from engine.schedules.plateau import SMALLEST_CUT
from i18n import message


class Decision(NamedTuple):
    """The patience was used up by the loss that a step began with."""

    step: int
    """With whose loss; the next step has the new rate."""
    best: float
    """Loss that was not beaten."""
    best_step: int
    """That had it."""
    before: float
    """Rate."""
    after: float
    """The same where it was as low as it gets, or a cut too small to count."""
    sentence: str


def decisions(trajectory: Trajectory) -> list[Decision]:
    """Each time that a run's patience was used up; none where the schedule reads no loss.

    PyTorch's ReduceLROnPlateau, in mode "min" with a relative threshold, called with the loss of each step after it.
    """
    run = trajectory.run
    if not SCHEDULES[run.schedule].reacts:
        return []
    knobs = run.schedule_knobs
    factor, patience, least = knobs["factor"], knobs["patience"], knobs["min_lr"]
    begin, beat = int(knobs["warmup_steps"]), 1 - knobs["threshold"]
    losses, rates = trajectory.losses.tolist(), trajectory.rates.tolist()
    best, best_step, bad, cooling = inf, begin, 0, 0
    made = []
    for step in range(begin, len(rates) - 1):
        loss = losses[step]
        if loss < best * beat:
            best, best_step, bad = loss, step, 0
        elif cooling > 0:
            bad = 0
        else:
            bad += 1
        cooling = max(0, cooling - 1)
        if bad <= patience:
            continue
        bad, cooling = 0, knobs["cooldown"]
        before, lower = rates[step], max(rates[step] * factor, least)
        after = lower if before - lower > SMALLEST_CUT else before
        sentence = _sentence(step, best, best_step, before, after, run)
        made.append(Decision(step, best, best_step, before, after, sentence))
    return made


def _sentence(step: int, best: float, best_step: int, before: float, after: float, run: Run) -> str:
    patience = int(run.schedule_knobs["patience"])
    told = {
        "step": f"{step:,}",
        "n": f"{patience + 1:,}",
        "best": number(best),
        "best_step": f"{best_step:,}",
        "patience": f"{patience:,}",
    }
    if patience == 0:
        why = message(
            "Step {step}: The loss was not better than the best, {best} at step {best_step} (patience {patience})",
            **told,
        )
    else:
        why = message(
            "Step {step}: {n} losses in a row were not better than the best, {best} at step {best_step} "
            "(patience {patience})",
            **told,
        )
    if after != before:
        high, low = compared(before, after)
        return message("{why}; the rate goes from {high} to {low}.", why=why, high=high, low=low)
    if before <= run.schedule_knobs["min_lr"] + SMALLEST_CUT:
        return message("{why}; the rate stays at {rate}, its least.", why=why, rate=number(before))
    return message("{why}; the rate stays at {rate}, a cut would be below 10⁻⁸.", why=why, rate=number(before))
