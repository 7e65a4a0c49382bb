"""What a doctor would change in a run, but for its rate: the actions of the textbook, by verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from engine.basis.numerals import number, three_digits
from engine.optimizers import OPTIMIZERS
from engine.runs.place import span
from engine.runs.run import Run

NUDGE = 1e-3
"""Window sides, off a start without slope."""


class Variant(NamedTuple):
    """A change of a run but for its rate, as words that end before the rate."""

    change: str
    run: Run


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


def _same(run: Run) -> Variant:
    return Variant("learning rate", run)


def _patient(run: Run) -> Variant:
    """Not stopped because two losses are alike."""
    if not run.loss_tolerance:
        return _same(run)
    return Variant("no loss rule, learning rate", replace(run, loss_tolerance=0.0))


def _clipped(run: Run) -> Variant:
    return Variant("the gradient clipped to norm 1, learning rate", replace(run, clip_norm=1.0))


def _calmer(run: Run) -> tuple[Variant, Variant]:
    """Less momentum where there is much of it; without any, a lower rate first."""
    if run.knobs.get("momentum"):
        less = replace(run, knobs={**run.knobs, "momentum": three_digits(run.knobs["momentum"] * 0.6)})
        return Variant(f"momentum {number(less.knobs['momentum'])}, learning rate", less), _same(run)
    return _same(run), _by(run, "momentum", momentum=0.5)


def _steady(run: Run) -> Variant:
    if run.schedule == "constant":
        return _same(run)
    return Variant("a constant rate,", replace(run, schedule="constant", schedule_knobs={}))


def _cooling(run: Run, schedule: str) -> dict[str, Any]:
    return {"schedule": schedule, "schedule_knobs": {"t_max": run.steps} if schedule == "cosine" else {}}


def _cooled(run: Run, optimizer: str | None = None) -> Variant:
    other = _by(run, optimizer or run.optimizer)
    change = other.change.replace("learning rate", "a cosine schedule, learning rate")
    return Variant(change, replace(other.run, **_cooling(run, "cosine")))


def _shaken(run: Run, usual: float) -> Variant:
    noise = max(run.noise, three_digits(1e-4 * usual))
    return Variant(f"gradient noise {number(noise)}, learning rate", replace(run, noise=noise))


def _nudged(run: Run) -> Variant:
    """Off a ridge, and off a start that a rule stops at once."""
    (x, y), reach = run.start, NUDGE * span(run.landscape)
    moved = replace(run, start=(x + reach, y + 0.618 * reach))
    return Variant(f"the start moved by {number(NUDGE)} of the window, learning rate", moved)


def _stirred(run: Run, usual: float) -> Variant:
    changed = replace(run, noise=max(run.noise, three_digits(usual)), **_cooling(run, "cosine"))
    return Variant(f"gradient noise {number(changed.noise)} cooled by cosine, learning rate", changed)


def _by(run: Run, optimizer: str, usual: float = 0.0, **knobs: float) -> Variant:
    """Another method with its own defaults, shaken by a ten-thousandth of the usual slope; the same one stays."""
    changed = run if run.optimizer == optimizer else replace(run, optimizer=optimizer, knobs=knobs)
    words = [] if run.optimizer == optimizer else [OPTIMIZERS[optimizer].name]
    if usual:
        changed = replace(changed, noise=max(run.noise, three_digits(1e-4 * usual)))
        words.append(f"gradient noise {number(changed.noise)}")
    words += [f"{knob} {number(value)}" for knob, value in knobs.items()]
    return Variant(f"{', '.join([*words, ''])}learning rate" if words else "learning rate", changed)
