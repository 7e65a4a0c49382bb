"""What can be said of schedules beside a constant rate, from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.interval import Z95
from engine.basis.numerals import after, number
from engine.runs.trajectory import Trajectory
from i18n import clauses, listed, message, plural

if TYPE_CHECKING:
    from jaxtyping import Float

TIED = 1e-6
"""Two ends without noise are equally low if they differ by at most this share of the constant rate's fall."""


ELSEWHERE = 0.01
"""Share of the window's shorter side: ends farther apart are no longer at one minimum."""


class Best(NamedTuple):
    """The same at the best start rate, and the constant rate at its own."""

    rate: float
    losses: Float[np.ndarray, " seeds"]
    constant_rate: float
    constant: Float[np.ndarray, " seeds"]

    @property
    def sign(self) -> int:
        """As `compare` has it."""
        return compare(self.losses, self.constant)


class Noisy(NamedTuple):
    """One schedule under noise; losses (seeds,) at the end, infinite where it diverged, all under the same seeds."""

    name: str
    steady: bool
    """Whether it is the constant rate itself."""
    rate: float
    losses: Float[np.ndarray, " seeds"]
    constant: Float[np.ndarray, " seeds"]
    halfway: Float[np.ndarray, " seeds"]
    """Of the constant rate."""
    best: Best | None
    """None where the run is too long for the best rate to be looked for."""


class Still(NamedTuple):
    """One schedule without noise, and a constant rate beside it."""

    name: str
    steady: bool
    lane: Trajectory
    constant: Trajectory
    border: tuple[float, float] | None
    """Rate times curvature where the constant rate's run ends, and the most on which it can settle."""


def compare(losses: Float[np.ndarray, " n"], others: Float[np.ndarray, " n"]) -> int:
    """-1 where the mean loss is lower than the others', 1 where it is higher, 0 where the seeds do not tell.

    By the 95 % interval of the mean of the differences, seed by seed. Those that diverge less often are lower.
    """
    lost, other_lost = int(np.isinf(losses).sum()), int(np.isinf(others).sum())
    if lost or other_lost:
        return (lost > other_lost) - (lost < other_lost)
    differences = losses - others
    mean, reach = float(differences.mean()), _reach(differences)
    return (mean - reach > 0) - (mean + reach < 0)


def mean_text(losses: Float[np.ndarray, " n"]) -> str:
    """The mean with half its 95 % interval, or how many diverged."""
    lost = int(np.isinf(losses).sum())
    if lost:
        return plural("{n} of {seeds} diverge", "{n} of {seeds} diverge", lost, n=f"{lost:,}", seeds=f"{len(losses):,}")
    return f"{number(float(losses.mean()))} ± {number(_reach(losses), 2)}"


def noisy_sentences(entries: Sequence[Noisy], steps: int, tried: int) -> list[str]:
    """Whether a schedule helps, at the rates that they have and at the best that each could have, and by what."""
    rest = [one for one in entries if not one.steady]
    first = entries[0]
    said = [_verdict(rest, first, tried), _at_their_rates(rest, first, steps), _floor(first, steps)]
    if first.best is not None:
        said.append(_at_best_rates(rest, first, tried))
    return [one for one in said if one]


def _verdict(rest: Sequence[Noisy], first: Noisy, tried: int) -> str:
    if not rest:
        return message("Only a constant rate is shown: add a schedule to compare it with.")
    if any(one.best is None for one in rest):
        better = [one.name for one in rest if compare(one.losses, one.constant) < 0]
        if not better:
            return message("At its own rate no schedule here helps.")
        return plural(
            "At its own rate {names} helps.", "At its own rate {names} help.", len(better), names=listed(better)
        )
    better = [one.name for one in rest if one.best and one.best.sign < 0]
    if better:
        return plural(
            "{names} helps here: lower at its best start rate than the best constant rate of {tried}.",
            "{names} help here: lower at their best start rates than the best constant rate of {tried}.",
            len(better),
            names=listed(better),
            tried=tried,
        )
    return message("No schedule here ends lower than the best constant rate of {tried}.", tried=tried)


def _at_their_rates(rest: Sequence[Noisy], first: Noisy, steps: int) -> str:
    if not rest:
        return ""
    told = {"when": after(steps), "seeds": f"{len(first.losses):,}"}
    same = len({one.rate for one in rest}) == 1
    groups = [
        [
            message("{name} ({loss})", name=one.name, loss=mean_text(one.losses))
            if same
            else message(
                "{name} ({loss}, constant {constant})",
                name=one.name,
                loss=mean_text(one.losses),
                constant=mean_text(one.constant),
            )
            for one in group
        ]
        for group in _groups(rest)
    ]
    told["groups"] = _grouped(groups)
    if same:
        return message(
            "Mean loss (± 95 %) {when} over {seeds} seeds, all from rate {rate}: constant {constant}; {groups}.",
            rate=number(rest[0].rate),
            constant=mean_text(rest[0].constant),
            **told,
        )
    return message(
        "Mean loss (± 95 %) {when} over {seeds} seeds, each beside a constant rate of its own: {groups}.", **told
    )


_COMPARED = (
    message("lower: {names}"),
    message("higher: {names}"),
    message("no difference that the seeds tell: {names}"),
)


def _grouped(groups: Sequence[Sequence[str]]) -> str:
    """Who is lower, who is higher, and of whom the seeds tell no difference."""
    said = zip(_COMPARED, groups, strict=True)
    return clauses([message(template, names=listed(names)) for template, names in said if names])


def _groups(rest: Sequence[Noisy]) -> list[list[Noisy]]:
    signs = [compare(one.losses, one.constant) for one in rest]
    return [[one for one, sign in zip(rest, signs, strict=True) if sign == wanted] for wanted in (-1, 1, 0)]


def _floor(first: Noisy, steps: int) -> str:
    """Whether the constant rate of the first lane still gets anywhere, and whether a lower one ends lower."""
    if steps < 2 or np.isinf(first.constant).any():
        return ""
    moved = message(
        "{half} {when_half}, {end} {when}",
        half=mean_text(first.halfway),
        when_half=after(max(1, steps // 2)),
        end=mean_text(first.constant),
        when=after(steps),
    )
    told = {"rate": number(first.rate), "moved": moved}
    sign = compare(first.constant, first.halfway)
    if sign < 0:
        return message("At the constant rate {rate} the loss is still falling: {moved}.", **told)
    if sign > 0:
        return message("At the constant rate {rate} the loss rises again: {moved}.", **told)
    best = first.best
    if best and best.constant_rate < first.rate and compare(best.constant, first.constant) < 0:
        return message(
            "The constant rate {rate} no longer gets lower: {moved}. Noise holds it there: a lower rate, {lower}, ends "
            "lower.",
            lower=number(best.constant_rate),
            **told,
        )
    return message("The constant rate {rate} no longer gets lower: {moved}.", **told)


def _at_best_rates(rest: Sequence[Noisy], first: Noisy, tried: int) -> str:
    if not rest or first.best is None:
        return ""
    groups = [
        [
            message(
                "{name} from {rate} ({loss})",
                name=one.name,
                rate=number(one.best.rate),
                loss=mean_text(one.best.losses),
            )
            for one in rest
            if one.best and one.best.sign == wanted
        ]
        for wanted in (-1, 1, 0)
    ]
    return message(
        "Each at its best of {tried} start rates, chosen on other seeds: constant {rate} ({loss}); {groups}.",
        tried=tried,
        rate=number(first.best.constant_rate),
        loss=mean_text(first.best.constant),
        groups=_grouped(groups),
    )


def still_sentences(entries: Sequence[Still]) -> list[str]:
    """Without noise: who arrives sooner than at a constant rate, who later and who no more; and by what that is."""
    rest = [one for one in entries if not one.steady]
    if not rest:
        return [message("Only a constant rate is shown: add a schedule to compare it with.")]
    signs = [compare_still(one.lane, one.constant) for one in rest]
    better = [one.name for one, sign in zip(rest, signs, strict=True) if sign < 0]
    said: list[str] = [_helps_here(better)]
    first = rest[0].constant
    same = len({one.constant.run.rate for one in rest}) == 1
    if same:
        elsewhere = next((one.lane for one in rest if _in_other_valleys(one.lane, first)), None)
        rate, fate = number(first.run.rate), _fate(first, elsewhere)
        said.append(message("At the constant rate {rate}: {fate}.", rate=rate, fate=fate))
    for wanted, template in _SOONER.items():
        names = [_beside(one, same) for one, sign in zip(rest, signs, strict=True) if sign == wanted]
        if names:
            said.append(message(template, names=listed(names)))
    border = rest[0].border
    if same and border and not first.outcome.arrived and border[0] >= 0.9 * border[1]:
        said.append(
            message(
                "Where the constant rate ends, rate × λmax is {product}, and the border of stability is {border}.",
                product=number(border[0]),
                border=number(border[1]),
            )
        )
    elif same and first.outcome.arrived:
        said.append(
            message("There is no noise, and the constant rate arrives: it leaves no floor for a lower rate to lower.")
        )
    return said


_SOONER = {
    -1: message("Better: {names}."),
    1: message("Worse: {names}."),
    0: message("No different: {names}."),
}


def _helps_here(better: Sequence[str]) -> str:
    if not better:
        return message("No schedule here helps: none arrives sooner or ends lower.")
    return plural("Here {names} helps.", "Here {names} help.", len(better), names=listed(better))


def _beside(one: Still, same: bool) -> str:
    """How a schedule's run ended, and the one at a constant rate, where that is not the same for all."""
    fate = _fate(one.lane, one.constant)
    if same:
        return message("{name} ({fate})", name=one.name, fate=fate)
    return message(
        "{name} ({fate}; at a constant rate {constant})",
        name=one.name,
        fate=fate,
        constant=_fate(one.constant, one.lane),
    )


def compare_still(lane: Trajectory, other: Trajectory) -> int:
    """-1 where a run does better than another, 1 where worse: it arrives, or sooner, or, if neither does, is lower.

    To arrive in another valley is no merit where that one is higher: then the lower end is better.
    """
    one, two = lane.outcome, other.outcome
    if sign := _in_other_valleys(lane, other):
        return sign
    if one.arrived != two.arrived:
        return -1 if one.arrived else 1
    if one.arrived:
        return (one.step > two.step) - (one.step < two.step)
    lost = one.kind == "diverged", two.kind == "diverged"
    if any(lost):
        return lost[0] - lost[1]
    return _lower(lane, other)


def _lower(lane: Trajectory, other: Trajectory) -> int:
    """-1 where a run's last loss is below another's, 1 where above, 0 where they are equally low."""
    gap, fall = lane.losses[-1] - other.losses[-1], abs(float(other.losses[0] - other.losses[-1]))
    return 0 if abs(gap) <= TIED * max(fall, abs(float(other.losses[0]))) else (1 if gap > 0 else -1)


def _in_other_valleys(lane: Trajectory, other: Trajectory) -> int:
    """As `_lower`, where one run has arrived and is higher than, and far from, where the other one is; else 0.

    Both have arrived, or the one that has not is lower all the same.
    """
    apart = np.abs(lane.points[-1] - other.points[-1]).max()
    sides = [high - low for low, high in lane.run.landscape.window]
    sign = _lower(lane, other) if apart > ELSEWHERE * min(sides) else 0
    higher = lane if sign > 0 else other
    return sign if higher.outcome.arrived else 0


def _fate(lane: Trajectory, other: Trajectory | None = None) -> str:
    """How a run ended; with its loss, too, where another one ended in another valley."""
    outcome, when = lane.outcome, after(lane.outcome.step)
    if outcome.arrived and other and _in_other_valleys(lane, other):
        return message("arrives {when} at loss {loss}", when=when, loss=number(float(lane.losses[-1])))
    if outcome.arrived:
        return message("arrives {when}", when=when)
    if outcome.kind == "diverged":
        return message("diverges at step {step}", step=f"{outcome.step:,}")
    return message("loss {loss} {when}", loss=number(float(lane.losses[-1])), when=when)


def _reach(values: Float[np.ndarray, " n"]) -> float:
    return Z95 * float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0.0
