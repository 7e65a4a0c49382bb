"""How an answer to a prediction and a solution of a task are marked: by running it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import Run, Trajectory, critical_points, descend
from engine.basis.numerals import number
from engine.networks.verdict import Verdict
from i18n import message
from landscapes import Landscape
from lessons.measure import mean_loss, share_of_seeds, with_settings
from lessons.networks import network_of, trained
from lessons.record import Answer, Ask, Must, Task

Point = tuple[float, float]
MANY = 200
"""Seeds over which the loss of a run with noise is averaged."""


@dataclass(frozen=True)
class Mark:
    """What becomes of an answer."""

    right: bool
    measured: str
    """What the engine found, in a sentence."""
    text: str
    """What the lesson says to who answers so."""


def mark_prediction(ask: Ask, runs: Sequence[Run], given: Point | float | str) -> Mark:
    """The mark of a place, a rate or the words of an option. `runs` are those of the learner's picture.

    A place is right where it lies in the neighbourhood of the place of rest that the run ends beside; rates and options
    are as the lesson says, and tests run them.
    """
    run = runs[ask.run - 1]
    trajectory = descend(run)
    sentence = trajectory.outcome.sentence
    if isinstance(given, tuple):
        end = _last(trajectory)
        rests = places_of_rest(run.landscape)
        there, here = (_nearest(rests, place) for place in (end, given))
        answer = _first(ask, lambda one: one.near is None or _nearest(rests, one.near) == here)
        away = math.dist(end, given)
        measured = sentence
        if math.isfinite(away):
            measured = message("{end} Your mark is {distance} away.", end=sentence, distance=number(away))
        return Mark(there == here, measured, answer.text)
    if isinstance(given, float):
        answer = _first(ask, lambda one: _within(given, one.low, one.high))
    else:
        answer = _first(ask, lambda one: one.option in (None, given))
    values = {"your_rate": number(run.rate), "your_steps": number(trajectory.outcome.step)}
    return Mark(answer.right, sentence, message(answer.text, **values))


def _first(ask: Ask, fits) -> Answer:
    return next(answer for answer in ask.answers if fits(answer))


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value < high)


def places_of_rest(landscape: Landscape) -> list[Point]:
    """Where the gradient is zero: declared by the record, else found in its window."""
    known = landscape.critical_points or critical_points(landscape).points
    return [(float(place.position[0]), float(place.position[1])) for place in known]


def _nearest(places: Sequence[Point], to: Point) -> int:
    return min(range(len(places)), key=lambda at: math.dist(places[at], to))


def _last(trajectory: Trajectory) -> Point:
    x, y = trajectory.points[-1]
    return float(x), float(y)


def mark_choice(ask: Ask, given: str) -> Mark:
    """The mark of an option where networks are shown: what became of them stands beside it."""
    answer = _first(ask, lambda one: one.option == given)
    return Mark(answer.right, "", answer.text)


@dataclass(frozen=True)
class Part:
    """One thing that a task asks for, and whether it was done."""

    says: str
    done: bool
    measured: str


def mark_task(task: Task, runs: Sequence[Run], focus: int) -> list[Part]:
    """Each part of a task, run with the learner's setting."""
    return [mark_must(must, runs[focus if must.run is None else must.run - 1], runs) for must in task.must]


def mark_networks(task: Task, chosen: str) -> list[Part]:
    """The one part of a task about networks: the chosen one, trained, is healthy."""
    verdict = trained(network_of(task.networks[chosen])).verdict
    return [Part(task.says, verdict.kind == "healthy", _network_said(chosen, verdict))]


def _network_said(chosen: str, verdict: Verdict) -> str:
    told = {"chosen": message(chosen), "head": verdict.head, "sentence": verdict.sentence}
    return message("{chosen}: {head}. {sentence}", **told)


def mark_must(must: Must, run: Run, runs: Sequence[Run]) -> Part:
    """Whether this run, one of a picture's, does what it must."""
    run = with_settings(run, must.settings)
    trajectory = descend(run)
    outcome = trajectory.outcome
    done = [must.arrives is None or outcome.arrived == must.arrives]
    done.append(must.most_steps is None or outcome.step <= must.most_steps)
    done.append(must.kind is None or outcome.kind == must.kind)
    rests = places_of_rest(run.landscape) if must.near is not None or must.far is not None else []
    if must.far is not None:
        done.append(min(math.dist(run.start, place) for place in rests) >= must.far)
    if must.near is not None:
        done.append(_nearest(rests, _last(trajectory)) == _nearest(rests, must.near))
    done.append(must.steep is None or float(np.linalg.norm(trajectory.gradients[-1])) > must.steep)
    done += [_setting(run, name) <= most for name, most in must.most.items()]
    measured = outcome.sentence
    if must.most_loss is not None:
        loss = mean_loss(run, MANY) if run.noise else float(trajectory.losses[-1])
        done.append(loss <= must.most_loss)
        if run.noise:
            measured = message("Averaged over {n} seeds the loss is {loss} at the end.", n=MANY, loss=number(loss))
    if must.least_share is not None:
        share = share_of_seeds(run, MANY)
        done.append(share >= must.least_share)
        measured = message(
            "With {percent} % of {n} seeds it ends at the lowest minimum.", percent=number(100 * share, 3), n=MANY
        )
    if must.before is not None:
        other = descend(runs[must.before - 1]).outcome
        done.append(outcome.arrived and (not other.arrived or outcome.step < other.step))
        measured = message("{own} The other one: {other}", own=measured, other=other.sentence)
    return Part(must.says, all(done), measured)


def _setting(run: Run, name: str) -> float:
    """A field of the run, or a knob of its method."""
    return float(run.knobs[name] if name in run.knobs else getattr(run, name))
