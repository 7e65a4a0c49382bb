"""How a challenge is judged: the learner's setting is run, measured, and where it fails examined by the doctor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import Run, Trajectory, descend, examine
from engine.basis.numerals import number
from i18n import joined, message, plural
from lessons.challenge import FREE, Challenge, Score
from lessons.mark import Part, mark_must
from lessons.measure import MEASURES, with_settings
from lessons.networks import NETWORK_MEASURES, network_of, trained


@dataclass(frozen=True)
class Verdict:
    """What was found of one try."""

    parts: tuple[Part, ...]
    """What the challenge asks for, and whether it was done."""
    score: float | None = None
    """None where something was not done."""
    medal: str | None = None
    why: str = ""
    """What ails the run that failed, with the number that says so."""

    @property
    def solved(self) -> bool:
        """Whether all that is asked for was done."""
        return self.score is not None


def judge(challenge: Challenge, runs: Sequence[Run], explain: bool = True) -> Verdict:
    """The verdict on a picture's runs, of which the challenge's own one counts; `explain` a failure by the doctor."""
    own = runs[challenge.run - 1]
    parts = tuple(mark_must(must, own, runs) for must in challenge.must)
    failed = [must for must, part in zip(challenge.must, parts, strict=True) if not part.done]
    if failed:
        return Verdict(parts, why=_why(descend(with_settings(own, failed[0].settings))) if explain else "")
    score = sum(score_of(one, own) for one in challenge.score)
    return Verdict(parts, score, challenge.medal(score))


def judge_network(challenge: Challenge, change: str) -> Verdict:
    """The verdict on one change to a sick network: trained anew, it is healthy."""
    told = trained(network_of(challenge.changes[change]))
    healthy = told.verdict.kind == "healthy"
    part = Part(challenge.says, healthy, message("{change}: {head}.", change=message(change), head=told.verdict.head))
    if not healthy:
        return Verdict((part,), why=told.verdict.sentence)
    score = sum(NETWORK_MEASURES[one.of](told, **one.given) for one in challenge.score)
    return Verdict((part,), score, challenge.medal(score))


def score_of(score: Score, run: Run) -> float:
    """The number that a run counts."""
    run = with_settings(run, score.settings)
    if score.of in run.knobs or score.of in FREE:
        return float(run.knobs[score.of] if score.of in run.knobs else getattr(run, score.of))
    return MEASURES[score.of](run, **score.given)


def score_text(challenge: Challenge, score: float) -> str:
    """A score with its unit: "1 step", "rate 0.05"."""
    told = number(score)
    if challenge.unit == "steps":
        return plural("{n} step", "{n} steps", 1 if score == 1 else 2, n=told)
    return message("{unit} {score}", unit=message(challenge.unit), score=told)


def _why(trajectory: Trajectory) -> str:
    found = examine(trajectory)
    if found.healthy:
        return ""
    return joined(" ", [found.sentence, found.action]) if found.action else found.sentence
