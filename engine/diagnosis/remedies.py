"""What a doctor would change in a run, but for its rate: the actions of the textbook, by verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from engine.basis.numerals import number, three_digits
from engine.optimizers import OPTIMIZERS
from engine.runs.place import span
from engine.runs.run import Run
from i18n import joined, message

NUDGE = 1e-3
"""Window sides, off a start without slope."""


RATE = message("learning rate {rate} instead of {former}")


class Variant(NamedTuple):
    """A change of a run but for its rate."""

    parts: tuple[str, ...]
    """What is changed, in words, but for the rate."""
    run: Run
    rate: str = RATE
    """The template that says the rate's change."""

    def change(self, rate: str, former: str) -> str:
        """All that is changed, in words: "Momentum, learning rate 0.1 instead of 1"."""
        return joined(", ", [*self.parts, message(self.rate, rate=rate, former=former)])


def variants(verdict: str, run: Run, usual: float) -> tuple[Variant, ...]:
    """Four ways to change a run of this verdict: the textbook's first action first. `usual` is the usual slope.

    None where no setting but the start can help.
    """
    plan: dict[str, Callable[[], tuple[Variant, ...]]] = {
        "exploding": lambda: (_same(run), _clipped(run), _by(run, "adam"), _by(run, "momentum")),
        "oscillating": lambda: (*_calmer(run), _cooled(run), _by(run, "adam")),
        "too_slow": lambda: (_patient(run), _by(run, "momentum"), _by(run, "nesterov"), _by(run, "adam")),
        "plateaued": lambda: (_steady(run), _by(run, "adam"), _by(run, "rmsprop"), _by(run, "momentum")),
        "at_saddle": lambda: (_shaken(run, usual), _by(run, "adam", usual), _by(run, "momentum", usual), _nudged(run)),
        "in_local_minimum": lambda: (_by(run, "momentum"), _stirred(run, usual), _by(run, "adam"), _same(run)),
        "no_start": lambda: (),
        "cycling": lambda: (_cooled(run), _same(run), _cooled(run, "adam"), _cooled(run, "momentum")),
    }
    return plan[verdict]()


def branch_variants(run: Run) -> tuple[Variant, ...]:
    """Four ways for a branch to go on, each with its method's own knobs: what is the whole picture's stays."""
    others = (key for key in ("momentum", "adam", "rmsprop", "nesterov") if key != run.optimizer)
    return (_same(run), *(_by(run, key) for key in islice(others, 3)))


def _same(run: Run) -> Variant:
    return Variant((), run)


def _patient(run: Run) -> Variant:
    """Not stopped because two losses are alike."""
    if not run.loss_tolerance:
        return _same(run)
    return Variant((message("no loss rule"),), replace(run, loss_tolerance=0.0))


def _clipped(run: Run) -> Variant:
    return Variant((message("the gradient clipped to norm 1"),), replace(run, clip_norm=1.0))


def _calmer(run: Run) -> tuple[Variant, Variant]:
    """Less momentum where there is much of it; without any, a lower rate first."""
    if run.knobs.get("momentum"):
        less = replace(run, knobs={**run.knobs, "momentum": three_digits(run.knobs["momentum"] * 0.6)})
        return Variant((_momentum(less.knobs["momentum"]),), less), _same(run)
    return _same(run), _by(run, "momentum", momentum=0.5)


def _steady(run: Run) -> Variant:
    if run.schedule == "constant":
        return _same(run)
    steady = replace(run, schedule="constant", schedule_knobs={})
    return Variant((), steady, message("a constant rate, {rate} instead of {former}"))


def _cooling(run: Run, schedule: str) -> dict[str, Any]:
    return {"schedule": schedule, "schedule_knobs": {"t_max": run.steps} if schedule == "cosine" else {}}


def _cooled(run: Run, optimizer: str | None = None) -> Variant:
    other = _by(run, optimizer or run.optimizer)
    return Variant((*other.parts, message("a cosine schedule")), replace(other.run, **_cooling(run, "cosine")))


def _shaken(run: Run, usual: float) -> Variant:
    noise = max(run.noise, three_digits(1e-4 * usual))
    return Variant((_noise(noise),), replace(run, noise=noise))


def _nudged(run: Run) -> Variant:
    """Off a ridge, and off a start that a rule stops at once."""
    (x, y), reach = run.start, NUDGE * span(run.landscape)
    moved = replace(run, start=(x + reach, y + 0.618 * reach))
    return Variant((message("the start moved by {share} of the window", share=number(NUDGE)),), moved)


def _stirred(run: Run, usual: float) -> Variant:
    changed = replace(run, noise=max(run.noise, three_digits(usual)), **_cooling(run, "cosine"))
    return Variant((message("gradient noise {noise} cooled by cosine", noise=number(changed.noise)),), changed)


def _by(run: Run, optimizer: str, usual: float = 0.0, momentum: float | None = None) -> Variant:
    """Another method with its own defaults, shaken by a ten-thousandth of the usual slope; the same one stays."""
    knobs = {} if momentum is None else {"momentum": momentum}
    changed = run if run.optimizer == optimizer else replace(run, optimizer=optimizer, knobs=knobs)
    words = [] if run.optimizer == optimizer else [OPTIMIZERS[optimizer].name]
    if usual:
        changed = replace(changed, noise=max(run.noise, three_digits(1e-4 * usual)))
        words.append(_noise(changed.noise))
    if momentum is not None:
        words.append(_momentum(momentum))
    return Variant(tuple(words), changed)


def _noise(noise: float) -> str:
    return message("gradient noise {noise}", noise=number(noise))


def _momentum(momentum: float) -> str:
    return message("momentum {momentum}", momentum=number(momentum))
