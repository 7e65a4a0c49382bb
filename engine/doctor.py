"""The doctor: what ails a run, by which number, and a setting that was tried and does better.

Verdicts follow from measured evidence and never contradict the outcome. The textbook's actions (reduce 10x, reduce
2-5x, raise 2-5x, schedule) are where the search for a prescription begins; what is offered is what a run has proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from engine.descent import descend
from engine.evidence import TAIL, Evidence, at_minimum, evidence_of, falls_away
from engine.knob_maps import rate_sweep
from engine.numerals import count, number
from engine.optimizers import OPTIMIZERS
from engine.place import BESIDE, MINIMA, NEAR, Place, span
from engine.run import Run
from engine.trajectory import OUTCOME_KINDS, Trajectory
from engine.words import WORN_OUT

VERDICTS = (
    "exploding",
    "oscillating",
    "too_slow",
    "plateaued",
    "at_saddle",
    "in_local_minimum",
    "converged",
    "cycling",
)
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "converged_gradient": ("converged", "in_local_minimum", "plateaued"),
    "converged_loss": ("converged", "in_local_minimum", "plateaued", "at_saddle", "oscillating", "too_slow", "cycling"),
    "at_saddle": ("at_saddle",),
    "at_maximum": ("at_saddle",),
    "budget": tuple(verdict for verdict in VERDICTS if verdict != "exploding"),
    "diverged": ("exploding", "at_saddle"),
}
"""Which verdicts an outcome allows: the doctor may not say otherwise than the outcome's sentence. A `budget` that ends
at a minimum is one that arrived and was told by no rule to stop."""
FLIPPING = 0.6
"""Share of steps that turn back from which on a run swings rather than walks; noise alone turns back half of them."""
STANDING = 0.7
"""Steps that shrink by less than this over the tail's length do not settle."""
FAINT, HIGH = 1e-2, 0.3
"""Of the steep slopes, and of the relief above the lowest minimum: level ground high up carries no plain step far."""
PULL = 1e-2
"""Of the usual slope: so near a saddle the way down has not begun yet."""
LOCAL = 1e-5
"""Of the relief: a minimum this much above the lowest is another one; stop rules leave less."""
ALL_BUT = 1e-6
"""Of the relief: this little above the lowest minimum, nothing is left to be seen of the descent."""
NARROW = 2e-2
"""Window sides: a cycle no wider than this is one around a minimum, a wider one is an oscillation."""
JUMPING = 0.3
"""Share of steps that raise the loss from which on a run without a new low jumps about, whichever way it turns."""
TREND = 1.0
"""Spreads by which the tail's loss must fall to be a trend under noise."""
SETTLING = 1e-2
"""Share of the descent that the tail must still gain for a run to be on its way."""
RATES = np.geomspace(1e-5, 10, 64)
"""Tried with each variant: 4 variants x 64 rates are 256 candidates."""
LOST = OUTCOME_KINDS.index("diverged")
BETTER = 1e-9
NUDGE = 1e-3
"""Window sides, off a start without slope."""


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
    tested: Prescription | None = None
    """The best of the settings that were run; None if none does better, or none was asked for."""

    @property
    def prescription(self) -> Run | None:
        """The run that is offered."""
        return None if self.tested is None else self.tested.run

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict == "converged"


def diagnose(run: Run) -> Diagnosis:
    """The verdict on a run, and a prescription that was tested.

    Up to 256 candidate settings are run (some tenths of a second the first time on a surface); `examine` alone does
    not look for one.
    """
    return prescribe(examine(descend(run)))


def examine(trajectory: Trajectory, find: bool = True) -> Diagnosis:
    """The verdict on a computed run, without a prescription.

    `find` lets it look for the critical points of a surface that declares none (half a second the first time); without
    them any minimum is as good as another.
    """
    run, seen = trajectory.run, evidence_of(trajectory, find)
    verdict, proof = _verdict(trajectory, seen)
    runaway = verdict == "at_saddle" and (trajectory.outcome.kind == "diverged" or _downhill(seen))
    sentence, action = _words(trajectory, seen, verdict, runaway)
    return Diagnosis(run, verdict, seen, proof, sentence, action, runaway)


def _verdict(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    outcome, run = trajectory.outcome, trajectory.run
    near = outcome.nearest
    if outcome.kind == "diverged":
        if seen.last_loss < seen.first_loss:
            return "at_saddle", f"the loss fell from {number(seen.first_loss)} to {number(seen.last_loss)}"
        factor = f"the loss grew {number(seen.growth)}-fold a step" if seen.growth else "the loss is no finite number"
        return "exploding", factor
    lowest = near is not None and near.is_minimum and near.distance <= NEAR and seen.above_lowest is not None
    level = near is not None and near.kind == "degenerate" and near.distance <= NEAR
    if level and outcome.kind == "converged_gradient" and not falls_away(run.landscape, tuple(trajectory.points[-1])):
        return _which_minimum(near, seen)  # curvature cannot tell a level minimum, the ground around can
    if at_minimum(trajectory) or (lowest and seen.above_lowest is not None and seen.above_lowest <= seen.floor):
        return _which_minimum(near, seen)
    if outcome.kind in ("at_saddle", "at_maximum"):
        return "at_saddle", f"the gradient norm is {number(seen.last_slope)}, and the ground falls away to a side"
    falls = near is not None and near.kind in ("saddle", "maximum", "ridge") and near.distance <= BESIDE
    stalls = seen.last_slope <= PULL * seen.usual_slope and seen.gained <= SETTLING
    if falls and stalls and seen.flips < FLIPPING:
        slope = f"{number(seen.last_slope)}, {number(seen.last_slope / seen.usual_slope)} of the usual one"
        return "at_saddle", f"{near.words} is near, and the gradient norm is {slope}" if near else slope
    if seen.bottomless and seen.last_loss < seen.first_loss:
        fell = f"the loss fell from {number(seen.first_loss)} to {number(seen.last_loss)}"
        return "at_saddle", f"{fell}, and no critical point of the window is a minimum"
    if run.by_chance:
        return _under_noise(trajectory, seen)
    return _without_noise(trajectory, seen)


def _which_minimum(near: Place | None, seen: Evidence) -> tuple[str, str]:
    known = near is not None and near.kind == "global minimum"
    if not known and seen.above_lowest is not None and seen.height is not None and seen.height > LOCAL:
        return "in_local_minimum", f"the loss is {number(seen.above_lowest)} above that of the lowest minimum known"
    return "converged", f"the gradient norm is {number(seen.last_slope)} at a minimum"


def _under_noise(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    if seen.rate_left <= WORN_OUT:
        return "plateaued", f"the rate fell to {number(seen.rate_left)} of its largest"
    near = trajectory.outcome.nearest
    there = near is not None and near.is_minimum and near.distance <= BESIDE
    if seen.drop >= TREND and (seen.gained > SETTLING or not there):
        return "too_slow", f"the loss still falls by {number(seen.drop)} times its own spread in the last quarter"
    return "cycling", f"the last quarter's loss falls by {number(max(0.0, seen.drop))} times its own spread only"


def _without_noise(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    near = trajectory.outcome.nearest
    stands = seen.shrinks >= STANDING
    if _thrown(seen) and seen.rises > 0:
        return "oscillating", f"the loss is {number(seen.last_loss)}, above the {number(seen.first_loss)} of the start"
    jumps = seen.rises >= JUMPING and seen.gained <= SETTLING and (stands or seen.wander > NARROW)
    # A ball that overshoots once while it comes down as fast as before is on its way.
    humps = seen.rises >= 0.1 and seen.gained <= TAIL and "momentum" in trajectory.run.knobs
    swings = seen.flips >= FLIPPING or jumps or humps
    around = near is not None and near.is_minimum and seen.wander <= NARROW
    if swings and stands and around and not _plain(trajectory.run):
        return "cycling", f"steps turn back {_percent(seen.flips)} of the time and keep their length"
    if swings:
        return (
            "oscillating",
            f"{_percent(seen.flips)} of the last steps turn back, {_percent(seen.rises)} raise the loss",
        )
    if seen.rate_left <= WORN_OUT:
        return "plateaued", f"the rate fell to {number(seen.rate_left)} of its largest"
    beside = near is not None and near.kind in MINIMA and near.distance <= BESIDE
    if seen.last_slope <= FAINT * seen.steep_slope and not beside and (seen.height is None or seen.height > HIGH):
        return "plateaued", f"the gradient norm is {number(seen.last_slope / seen.steep_slope)} of what is steep here"
    if stands and around and seen.rises >= 0.2:
        return "cycling", f"steps keep their length around a minimum, {_percent(seen.rises)} raise the loss"
    return "too_slow", f"the last quarter of the steps brought {_percent(seen.gained)} of the descent"


def _plain(run: Run) -> bool:
    """Methods whose step is in proportion to the slope: where these go round, the rate is at its edge."""
    return run.optimizer in ("gradient_descent", "momentum", "nesterov")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{number(100 * share)} %"


def _thrown(seen: Evidence) -> bool:
    """Higher than it began."""
    return seen.last_loss > seen.first_loss + seen.floor


def _downhill(seen: Evidence) -> bool:
    """On its way, where there is nothing to arrive at."""
    return seen.bottomless and seen.last_loss < seen.first_loss and seen.last_slope > PULL * seen.usual_slope


def _words(trajectory: Trajectory, seen: Evidence, verdict: str, runaway: bool) -> tuple[str, str]:
    run = trajectory.run
    momentum = run.knobs.get("momentum", 0.0)
    lowest = "a minimum" if seen.height is None else "the lowest minimum known"
    near = trajectory.outcome.nearest
    cooled = run.noise > 0 and near is not None and near.is_minimum and near.distance <= BESIDE
    level = near is None and trajectory.outcome.kind in ("at_saddle", "at_maximum")
    said: dict[str, tuple[str, str]] = {
        "exploding": (
            "The loss explodes: every step overshoots farther than the one before."
            if seen.growth
            else "A step led to where the loss is no finite number.",
            "First try: a rate 10 times lower, and again if that is not enough; or clip the gradient.",
        ),
        "oscillating": (
            "Its steps threw it out to where it is higher than it began."
            if _thrown(seen)
            else "It swings across the valley and does not settle."
            if seen.shrinks >= STANDING
            else "It swings across the valley and settles only slowly.",
            "First try: less momentum; a lower rate only slows these swings."
            if momentum
            else "First try: a rate 2 to 5 times lower.",
        ),
        "too_slow": (
            "It is all but there: its steps ran out before a stop rule was met."
            if seen.height is not None and seen.height <= ALL_BUT
            else "A step threw it out, and it will not be back in time."
            if _thrown(seen)
            else "It is on its way and will not be there in time.",
            "First try: a rate 10 times lower, which does not throw it out."
            if _thrown(seen)
            else "First try: a rate 2 to 5 times higher; in a ravine that diverges, and momentum is the cure.",
        ),
        "plateaued": (
            "It has all but stopped where there is no minimum."
            if seen.rate_left > WORN_OUT
            else "It came down to where noise keeps it off the minimum, and its schedule then took the rate away."
            if cooled
            else "Its schedule took the rate away before it arrived.",
            "First try: a method that rescales small slopes, or a higher rate."
            if seen.rate_left > WORN_OUT
            else "First try: more steps, so that the rate falls later; at a constant rate the noise would not rest."
            if cooled
            else "First try: let the rate fall later, or not at all.",
        ),
        "at_saddle": (
            _RUNAWAY[trajectory.outcome.kind == "diverged"]
            if runaway
            else "It rests on nearly flat ground that is no minimum."
            if level
            else "It rests at a place that is no minimum: the ground falls away to a side.",
            ""
            if runaway
            else "First try: another start; no rate moves what feels no slope."
            if level
            else "First try: a little noise or a nudge; a lower rate would only keep it here longer.",
        ),
        "in_local_minimum": (
            "It arrived, at a minimum that is not the lowest.",
            "First try: other starts; momentum or noise can carry it out, or out of a better one.",
        ),
        "converged": (f"Healthy: it arrived at {lowest}.", ""),
        "cycling": (
            f"It goes round the minimum at a distance that {'the noise' if run.noise else 'the batch size'} sets."
            if run.by_chance
            else "It goes round the minimum: its steps do not get shorter with the slope.",
            "First try: a schedule that lowers the rate at the end.",
        ),
    }
    return said[verdict]


_RUNAWAY = {
    True: "The surface falls without end this way: there is no minimum to arrive at, and the rate is not at fault.",
    False: "It goes downhill where no minimum of this surface is known: the rate is not at fault.",
}
"""Where there is nothing to arrive at, by whether the run diverged."""


class _Variant(NamedTuple):
    change: str
    run: Run


def prescribe(diagnosis: Diagnosis, progress: Callable[[float], object] | None = None) -> Diagnosis:
    """The same diagnosis with the best of 256 candidate settings that were run, if one ends lower than the run.

    Candidates are judged by their final loss; of those within a millionth of the descent of the best, the smallest
    change is taken: the order of the variants, then the fewest steps. The one that is offered was run once more by
    itself, as the visitor will.
    """
    if diagnosis.healthy:
        return diagnosis
    run, before = diagnosis.run, diagnosis.evidence
    variants = list(_variants(diagnosis))
    tried: list[tuple[int, float, float, int, bool]] = []
    for index, variant in enumerate(variants):
        told = rate_sweep(variant.run, RATES)
        columns = (told.rates, told.final_losses, told.steps, told.arrived, told.outcomes)
        for rate, loss, steps, arrived, outcome in zip(*columns, strict=True):
            if np.isfinite(loss) and outcome != LOST:
                tried.append((index, float(rate), float(loss), int(steps), bool(arrived)))
        if progress is not None:
            progress((index + 1) / len(variants))
    if not tried:
        return diagnosis
    best = min(one[2] for one in tried)
    room = 1e-6 * max(abs(before.first_loss - best), before.floor)
    order = sorted((one for one in tried if one[2] <= best + room), key=lambda one: (not one[4], one[0], one[3]))
    for index, rate, _, _, _ in order[:3]:
        chosen = replace(variants[index].run, rate=rate)
        proof = descend(chosen)
        loss = float(proof.losses[-1])
        worse = np.isfinite(before.last_loss) and loss >= before.last_loss - BETTER * abs(before.last_loss)
        if not np.isfinite(loss) or proof.outcome.kind == "diverged" or (worse and diagnosis.verdict != "exploding"):
            continue
        change = f"{variants[index].change} {number(rate)} instead of {number(run.rate)}"
        steps = len(proof.points) - 1
        sentence = (
            f"Tested: {change}: loss {number(loss)} after {count(steps)}, "
            f"{_where(proof, before)}; before, {number(before.last_loss)}."
        )
        return replace(diagnosis, tested=Prescription(chosen, change, loss, steps, sentence))
    return diagnosis


def _where(proof: Trajectory, seen: Evidence) -> str:
    if at_minimum(proof):
        return "at a minimum"
    return "still downhill, for there is no minimum" if seen.bottomless else "not at a minimum yet"


def _variants(diagnosis: Diagnosis) -> Iterator[_Variant]:
    """Four ways to change a run but for its rate: the textbook's first action first."""
    run, verdict = diagnosis.run, diagnosis.verdict
    usual = diagnosis.evidence.usual_slope
    plan: dict[str, tuple[_Variant, ...]] = {
        "exploding": (_same(run), _clipped(run), _by(run, "adam"), _by(run, "momentum")),
        "oscillating": (*_calmer(run), _cooled(run), _by(run, "adam")),
        "too_slow": (_same(run), _by(run, "momentum"), _by(run, "nesterov"), _by(run, "adam")),
        "plateaued": (_steady(run), _by(run, "adam"), _by(run, "rmsprop"), _by(run, "momentum")),
        "at_saddle": (_shaken(run, usual), _by(run, "adam", usual), _by(run, "momentum", usual), _nudged(run)),
        "in_local_minimum": (_by(run, "momentum"), _stirred(run, usual), _by(run, "adam"), _same(run)),
        "cycling": (
            _cooled(run),
            _same(run),
            _cooled(run, "adam"),
            _cooled(run, "momentum"),
        ),
    }
    yield from plan[verdict]


def _same(run: Run) -> _Variant:
    return _Variant("learning rate", run)


def _clipped(run: Run) -> _Variant:
    return _Variant("the gradient clipped to norm 1, learning rate", replace(run, clip_norm=1.0))


def _calmer(run: Run) -> tuple[_Variant, _Variant]:
    """Less momentum where there is much of it; without any, a lower rate first."""
    if run.knobs.get("momentum"):
        less = replace(run, knobs={**run.knobs, "momentum": run.knobs["momentum"] * 0.6})
        return _Variant(f"momentum {number(less.knobs['momentum'])}, learning rate", less), _same(run)
    return _same(run), _by(run, "momentum", momentum=0.5)


def _steady(run: Run) -> _Variant:
    if run.schedule == "constant":
        return _same(run)
    return _Variant("a constant rate,", replace(run, schedule="constant", schedule_knobs={}))


def _cooling(run: Run, schedule: str) -> dict[str, Any]:
    return {"schedule": schedule, "schedule_knobs": {"t_max": run.steps} if schedule == "cosine" else {}}


def _cooled(run: Run, optimizer: str | None = None) -> _Variant:
    other = _by(run, optimizer or run.optimizer)
    change = other.change.replace("learning rate", "a cosine schedule, learning rate")
    return _Variant(change, replace(other.run, **_cooling(run, "cosine")))


def _shaken(run: Run, usual: float) -> _Variant:
    noise = max(run.noise, 1e-4 * usual)
    return _Variant(f"gradient noise {number(noise)}, learning rate", replace(run, noise=noise))


def _nudged(run: Run) -> _Variant:
    """Off a ridge, and off a start that a rule stops at once."""
    (x, y), reach = run.start, NUDGE * span(run.landscape)
    moved = replace(run, start=(x + reach, y + 0.618 * reach))
    return _Variant(f"the start moved by {number(NUDGE)} of the window, learning rate", moved)


def _stirred(run: Run, usual: float) -> _Variant:
    changed = replace(run, noise=max(run.noise, usual), **_cooling(run, "cosine"))
    return _Variant(f"gradient noise {number(changed.noise)} cooled by cosine, learning rate", changed)


def _by(run: Run, optimizer: str, usual: float = 0.0, **knobs: float) -> _Variant:
    """Another method with its own defaults, shaken by a ten-thousandth of the usual slope; the same one stays."""
    changed = run if run.optimizer == optimizer else replace(run, optimizer=optimizer, knobs=knobs)
    words = [] if run.optimizer == optimizer else [OPTIMIZERS[optimizer].name]
    if usual:
        changed = replace(changed, noise=max(run.noise, 1e-4 * usual))
        words.append(f"gradient noise {number(changed.noise)}")
    words += [f"{knob} {number(value)}" for knob, value in knobs.items()]
    return _Variant(f"{', '.join([*words, ''])}learning rate" if words else "learning rate", changed)
