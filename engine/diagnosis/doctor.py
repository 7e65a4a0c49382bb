"""The doctor: what ails a run, by which number, and a setting that was tried and does better.

Verdicts follow from measured evidence and never contradict the outcome. The textbook's actions (reduce 10x, reduce
2-5x, raise 2-5x, schedule) are where the search for a prescription begins; what is offered is what a run has proved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.numerals import after, compared, point, typed_rates
from engine.descent.descend import descend
from engine.diagnosis.evidence import LOCAL, Evidence, at_minimum, evidence_of, lowest_loss
from engine.diagnosis.remedies import RATE, Variant, branch_variants, variants
from engine.diagnosis.symptoms import HEALTHY, words
from engine.diagnosis.verdicts import is_runaway, rests_at, verdict_of, was_thrown
from engine.runs.run import Run
from engine.runs.trajectory import LOST, Trajectory
from engine.studies.knob_maps import rate_sweep
from engine.studies.other_starts import DRAWN, from_another_start
from engine.studies.rate_lanes import RateLanes
from engine.surfaces.surroundings import relief
from i18n import Message, capitalized, joined, message, plural

if TYPE_CHECKING:
    from jaxtyping import Float

RATES = np.array(typed_rates(1e-5, 10, 64))
"""Tried with each variant: 4 variants x 64 rates are 256 candidates."""
AROUND = np.array([1.0, 0.95, 0.965, 0.98, 1.02, 1.035, 1.05])
"""Of each rate: those that count with it, so that a lucky one between two that fail is not prescribed."""
BETTER = 1e-9
"""Of the loss before: less is rounding."""
THROWN = "thrown"
SEEN = 1e-3
"""Of what is left down to the lowest minimum: less is no gain worth offering."""


class Prescription(NamedTuple):
    """A setting that was run and ends lower."""

    run: Run
    change: str
    """What it changes: "learning rate 0.0205 instead of 1"."""
    loss: float
    steps: int
    sentence: str


@dataclass(frozen=True)
class Diagnosis:
    """What ails a run."""

    run: Run
    verdict: str
    """One of VERDICTS; "converged" is healthy."""
    evidence: Evidence
    proof: str
    """The number that decided, in words."""
    sentence: str
    """Symptom and cause."""
    action: str
    """What the textbook would try first, and where that is wrong here; empty for a healthy run."""
    runaway: bool = False
    """Whether it goes downhill where there is no minimum to arrive at: that is no fault of a setting."""
    place: str = ""
    """Where a run "at_saddle" is: the kind of critical point, "level", or "thrown" past them all to where the surface
    falls on; empty with any other verdict."""
    endless: bool = False
    """Whether it did so past every bound: then no setting can end lower, and none is looked for."""
    tested: Prescription | None = None
    """The best of the settings that were run; None if none does better, or none was asked for."""

    @property
    def prescription(self) -> Run | None:
        """The run that is offered."""
        return None if self.tested is None else self.tested.run

    @property
    def finding(self) -> str:
        """The sentence where "Healthy" stands already: without that in front."""
        said = self.sentence
        if not isinstance(said, Message) or said.template != HEALTHY:
            return said
        return capitalized(message("{how}.", how=said.arguments["how"]))

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict == "converged"


def diagnose(run: Run) -> Diagnosis:
    """The verdict on a run, and a prescription that was tested.

    Up to 256 candidate settings are run (some tenths of a second the first time on a surface), and where none of them
    helps, other starts; `examine` alone does not look for one.
    """
    return prescribe(examine(descend(run)))


def examine(trajectory: Trajectory, find: bool = True) -> Diagnosis:
    """The verdict on a computed run, without a prescription.

    `find` lets it look for the critical points of a surface that declares none (half a second the first time); without
    them any minimum is as good as another.
    """
    run, seen = trajectory.run, evidence_of(trajectory, find)
    verdict, proof = verdict_of(trajectory, seen)
    runaway = is_runaway(trajectory, seen, verdict)
    thrown = not runaway and was_thrown(trajectory, seen, verdict)
    sentence, action = words(trajectory, seen, verdict, runaway, thrown)
    endless = runaway and trajectory.outcome.kind == "diverged"
    place = THROWN if thrown else rests_at(trajectory) if verdict == "at_saddle" else ""
    return Diagnosis(run, verdict, seen, proof, sentence, action, runaway, place, endless)


def prescribe(diagnosis: Diagnosis, progress: Callable[[float], object] | None = None) -> Diagnosis:
    """The same diagnosis with the best of 256 candidate settings that were run, if one ends lower than the run.

    Candidates are judged by their final loss, the worst of the rates within 5 % counted; of those within a millionth of
    the descent of the best, the smallest change is taken: the order of the variants, then the fewest steps. Where none
    helps, as on a plain, the run is tried from other starts: the same start is the fairer comparison. What is offered
    was run once more by itself, as the visitor will. `progress` is called now and then with the share that is done.
    """
    if diagnosis.healthy or diagnosis.endless:
        return diagnosis
    tested = _setting(diagnosis, progress) or _start(diagnosis)
    return diagnosis if tested is None else replace(diagnosis, tested=tested)


class _Tried(NamedTuple):
    """A candidate that stayed finite, as did those AROUND it: the worst of them is told."""

    variant: int
    rate: float
    loss: float
    steps: int
    arrived: bool


def _setting(diagnosis: Diagnosis, progress: Callable[[float], object] | None) -> Prescription | None:
    """From the run's own start."""
    run, before = diagnosis.run, diagnosis.evidence
    thrown = diagnosis.place == THROWN
    changed = variants("oscillating" if thrown else diagnosis.verdict, run, before.usual_slope)
    return _best(run, before, changed, progress, thrown)


def may_gain(branch: Trajectory) -> bool:
    """Whether a setting is looked for: where it has a part of its own, and is not at the lowest minimum known."""
    if branch.outcome.step < branch.run.begin:
        return False
    lowest = lowest_loss(branch.run.landscape, find=False)
    above = 0.0 if lowest is None else float(branch.losses[-1]) - lowest
    return not (at_minimum(branch) and above <= LOCAL * relief(branch.run.landscape))


def prescribe_branch(branch: Trajectory, progress: Callable[[float], object] | None = None) -> Prescription | None:
    """For a branch, the best of 256 settings that were run from where it begins, on what its parent left there.

    Judged as `prescribe` judges; what all runs of a picture share stays. None where none ends lower.
    """
    if not may_gain(branch):
        return None
    return _best(branch.run, evidence_of(branch), branch_variants(branch.run), progress)


def _swept(run: Run, rates: Float[np.ndarray, " k"]):
    """Final losses, outcomes, arrivals and steps under these rates."""
    if not run.before:
        told = rate_sweep(run, rates)
        return told.final_losses, told.outcomes, told.arrived, told.steps
    lanes = RateLanes(run, rates)
    while not lanes.over:
        lanes.advance()
    return lanes.final_losses, lanes.outcomes, np.isfinite(lanes.steps), np.minimum(lanes.steps, run.steps - run.begin)


def _best(
    run: Run,
    before: Evidence,
    changed: Sequence[Variant],
    progress: Callable[[float], object] | None,
    thrown: bool = False,
) -> Prescription | None:
    tried: list[_Tried] = []
    for index, variant in enumerate(changed):
        final_losses, outcomes, arrived, taken = _swept(variant.run, (RATES[:, None] * AROUND).ravel())
        shape = (len(RATES), len(AROUND))
        stays = np.isfinite(final_losses) & (outcomes != LOST) & (arrived | (not thrown))
        kept = np.flatnonzero(np.all(stays.reshape(shape), axis=1))
        losses, steps = (np.max(column.reshape(shape), axis=1) for column in (final_losses, taken))
        columns = (RATES, losses, steps, np.all(arrived.reshape(shape), axis=1))
        tried += [_Tried(index, *values) for values in zip(*(column[kept].tolist() for column in columns), strict=True)]
        if progress is not None:
            progress((index + 1) / len(changed))
    within = [one for one in tried if not _beyond(run, before, one.loss)]
    for pool in (within, tried) if len(within) < len(tried) else (tried,):
        if not pool:
            continue
        best = min(one.loss for one in pool)
        room = 1e-6 * max(abs(before.first_loss - best), before.floor)
        order = sorted(
            (one for one in pool if one.loss <= best + room), key=lambda one: (not one.arrived, one.variant, one.steps)
        )
        for one in order[:3]:
            chosen = replace(changed[one.variant].run, rate=one.rate)
            change = changed[one.variant].change(*compared(one.rate, run.rate))
            tested = (
                message("Tested from step {step} on: {change}", step=f"{run.begin:,}", change=change)
                if run.before
                else message("Tested: {change}", change=change)
            )
            offered = _proved(before, chosen, change, tested, thrown)
            if offered is not None:
                return offered
    return None


def _start(diagnosis: Diagnosis) -> Prescription | None:
    """From another one of the window."""
    run, before = diagnosis.run, diagnosis.evidence
    found = from_another_start(run, before.last_loss if np.isfinite(before.last_loss) else np.inf)
    if found is None:
        return None
    change = message("start {point} instead of {former}", point=point(found.run.start), former=point(run.start))
    if found.run.rate != run.rate:
        rate, former = compared(found.run.rate, run.rate)
        change = joined(", ", [change, message(RATE, rate=rate, former=former)])
    told = {"point": point(run.start), "change": _with_others(change, found.arriving)}
    if np.isfinite(before.first_loss):
        tried = len(RATES) * 4
        intro = message("From {point} none of {n} settings helps. Tested: {change}", n=tried, **told)
    else:
        intro = message("From {point} no setting helps. Tested: {change}", **told)
    return _proved(before, found.run, change, intro)


def _with_others(change: str, arriving: int) -> str:
    """A change of the start, and how many of all that were drawn arrive, if any does."""
    if not arriving:
        return change
    if arriving == 1:
        return message("{change}, from which, alone of {drawn} drawn, it arrives", change=change, drawn=DRAWN)
    return plural(
        "{change}, from which, as from {n} more of {drawn} drawn, it arrives",
        "{change}, from which, as from {n} more of {drawn} drawn, it arrives",
        arriving - 1,
        change=change,
        n=arriving - 1,
        drawn=DRAWN,
    )


def _proved(before: Evidence, chosen: Run, change: str, intro: str, thrown: bool = False) -> Prescription | None:
    """The run as the visitor will see it, if it is better indeed: of one that was thrown out, if it arrives."""
    proof = descend(chosen)
    if not (proof.outcome.arrived if thrown else _gains(before, proof)):
        return None
    loss, steps = float(proof.losses[-1]), len(proof.points) - 1
    now, earlier = compared(loss, before.last_loss)
    sentence = message(
        "{tested}: loss {now} {when}, {where}; before, {earlier}.",
        tested=intro,
        now=now,
        when=after(steps),
        where=_where(proof, before),
        earlier=earlier,
    )
    return Prescription(chosen, change, loss, steps, sentence)


def _gains(before: Evidence, proof: Trajectory) -> bool:
    """Whether it ends lower by what can be seen; at a minimum, any gain above rounding is one."""
    loss = float(proof.losses[-1])
    if not np.isfinite(loss) or proof.outcome.kind == "diverged":
        return False
    if not np.isfinite(before.last_loss):
        return True
    least = BETTER * abs(before.last_loss)
    if not at_minimum(proof):
        least = max(least, SEEN * (before.above_lowest or 0.0))
    return before.last_loss - loss > least


def _beyond(run: Run, before: Evidence, loss: float) -> bool:
    """Whether a loss is below every minimum of the window: such a run has left it, and goes on down."""
    lowest = lowest_loss(run.landscape)
    return lowest is not None and loss < lowest - LOCAL * before.relief


def _where(proof: Trajectory, before: Evidence) -> str:
    if at_minimum(proof):
        return message("at a minimum")
    if before.bottomless:
        return message("still downhill, for there is no minimum")
    if _beyond(proof.run, before, float(proof.losses[-1])):
        return message("below every minimum of the window, which it left")
    return message("not at a minimum yet")
