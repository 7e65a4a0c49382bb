"""What the engine says of random runs, and the wire of wrong messages, can be translated whole: by templates that the
collector finds, with no word of English outside of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine import OPTIMIZERS, Run, descend, descend_many, examine, explain, prescribe, summary
from engine.descent.cut import cut
from engine.sentences.branches import branch_sentence
from engine.sentences.race import Entry, race_sentence
from engine.sentences.schedules import Noisy, Still, noisy_sentences, still_sentences
from engine.sentences.tournament import Entry as Played
from engine.sentences.tournament import tournament_sentence
from engine.studies.races import contend, order_of
from engine.studies.regimes import regimes_of
from i18n import PSEUDO, Message, sentence_of, translate
from i18n.collect import template
from i18n.message import PLACE
from landscapes import LANDSCAPES, FormulaError, formula
from live.queries.refusal import Refusal
from tests.engine.endings import drawn
from tests.live.test_messages import REFUSED, read

BRACKETED = re.compile(r"⁅[^⁅⁆]*⁆")
WORD = re.compile(r"[A-Za-z]{3,}")
SEEDS = range(60)
PRESCRIBED = range(0, 60, 20)


@cache
def collected() -> frozenset[str]:
    """Every template that translators are given, in both numbers."""
    ids = [entry.id for part in ("engine", "lessons") for entry in template(part) if entry.id]
    return frozenset(text for one in ids for text in ((one,) if isinstance(one, str) else one))


def messages_in(said: object) -> Iterator[Message]:
    """A message and all that are in it."""
    if isinstance(said, Message):
        yield said
        for argument in said.arguments.values():
            yield from messages_in(argument)


def outside(text: str) -> str:
    """What of a text in the test language stands outside all brackets."""
    while (less := BRACKETED.sub("", text)) != text:
        text = less
    return text


def hold(texts: Iterable[str], given: str = "") -> None:
    """Raises AssertionError for words that no translator is given; those in `given` are no language's."""
    for text in texts:
        words = [word for word in WORD.findall(text) if word not in given]
        assert isinstance(text, Message) or not words, f"{text!r} is no message"
        for one in messages_in(text):
            for said in (one.template, one.many):
                if said and WORD.search(PLACE.sub("", said)):
                    assert said in collected(), f"nobody collects {said!r}, in {text!r}"
            for argument in one.arguments.values():
                if isinstance(argument, str) and not isinstance(argument, Message):
                    strange = [word for word in WORD.findall(argument) if word not in given]
                    assert not strange, f"{strange} is given as plain text, in {text!r}"
        strange = [word for word in WORD.findall(outside(translate(text, PSEUDO))) if word not in given]
        assert not strange, f"{strange} cannot be translated, in {text!r}"


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Of every kind, with noise and schedules, on surfaces of the menu."""
    return [drawn(seed, few=seed % 3 > 0) for seed in SEEDS]


@pytest.fixture(scope="module")
def trajectories(runs):
    return descend_many(runs)


def test_outcomes_and_summaries(trajectories):
    for one in trajectories:
        outcome = one.outcome
        hold([outcome.sentence, outcome.fate, outcome.place or "", outcome.why])
    for at in range(0, len(trajectories), 4):
        lanes = trajectories[at : at + 4]
        hold([summary(lanes), summary(lanes, by_schedule=True), summary(lanes[:2], ["Zebra", ""])], "Zebra")
    assert summary([]).template in collected()


def test_branches(runs):
    for run in runs[:12]:
        before = [{"until": 5, "optimizer": "momentum", "rate": 0.01}]
        branch = replace(run, steps=max(run.steps, 20), before=before)
        hold([branch_sentence(branch), descend(branch).outcome.sentence])


def test_the_doctor(trajectories):
    for seed, one in zip(SEEDS, trajectories, strict=True):
        found = examine(one)
        hold([found.sentence, found.finding, found.proof, found.action])
        if seed in PRESCRIBED:
            tested = prescribe(found).tested
            hold([tested.sentence, tested.change] if tested else [])


def test_one_step(runs):
    random = np.random.default_rng(3)
    for run in runs:
        step = int(random.integers(run.steps + 1))
        told = explain(run, step)
        hold(
            [
                told.sentence,
                *(row.text for row in told.rows),
                *(text for test in told.tests for text in (test.name, test.text)),
            ]
        )
        assert "{" not in translate(told.formula, PSEUDO)
        hold([told.formula], "new old max sign")
        hold([cut(run, step).sentence])


@pytest.mark.parametrize("rule", ["same_rate", "best_rate", "equal_evaluations"])
def test_races(rule: str):
    runs = [Run("ravine", key, steps=80, rate=0.03) for key in ("gradient_descent", "momentum", "adam")]
    found = [contend(run, rule) for run in runs]
    for criterion in ("steps", "loss", "area"):
        entries = [
            Entry(OPTIMIZERS[run.optimizer].name, one.arrived, one.cost, one.end, one.area, one.window, at == 0)
            for at in order_of(found, criterion)
            for run, one in [(runs[at], found[at])]
        ]
        hold([race_sentence(entries, rule, criterion)])
    hold([one.sentence for one in found if one.sentence])


def test_schedules_and_tournaments():
    random = np.random.default_rng(8)
    adam, descent = OPTIMIZERS["adam"].name, OPTIMIZERS["gradient_descent"].name
    for _ in range(20):
        losses = [random.normal(random.choice([1, 2]), 0.1, 20) for _ in range(3)]
        entries = [Noisy(adam, False, 0.1, *losses, None), Noisy(descent, True, 0.1, *losses, None)]
        hold(noisy_sentences(entries, int(random.integers(1, 99)), 8))
        played = [Played(name, *random.integers(0, 9, 3).tolist()) for name in (adam, descent)]
        hold([tournament_sentence(played, int(random.integers(0, 10)), 9)])
    lanes = descend_many([Run("ravine", rate=rate, schedule=key) for rate in (0.01, 0.1) for key in ("cosine", "step")])
    constant = descend(Run("ravine", rate=0.05))
    hold(still_sentences([Still(adam, False, lane, constant, (2.0, 2.0)) for lane in lanes]))


def test_sweeps():
    plain, slope = Run("easom", start=(-8, 5), steps=50), Run("saddle", start=(1, 1), steps=50)
    for run in (Run("bowl", steps=50), Run("himmelblau", steps=50), Run("rosenbrock", steps=9), plain, slope):
        regimes = regimes_of(run, 1e-4, 10, 24)[1]
        hold([regimes.sentence, *regimes.names, *(limit.words for limit in regimes.limits)])


@pytest.mark.parametrize("message", [sent for sent, _ in REFUSED.values()], ids=REFUSED.keys())
def test_refusals(message: Any):
    with pytest.raises(Refusal) as refusal:
        read(message)
    said = sentence_of(refusal.value)
    assert isinstance(said, Message) or not said.isascii() or "\\" in said


@pytest.mark.parametrize(
    "text", ["x**2 +", "foo(x)", "(x", "x)", "1/0 + x", "x 2", "{x}", "where(x, 1, 2)", "", "x**500", "abcq"]
)
def test_formulas(text: str):
    with pytest.raises(FormulaError) as fault:
        formula(text)
    said = sentence_of(fault.value)
    assert isinstance(said, Message)
    hold([said], f"{text} where floor min max atan2")


def test_records():
    for one in (*OPTIMIZERS.values(), *LANDSCAPES.values()):
        hold([one.name, *(knob.name for knob in getattr(one, "knobs", {}).values())])
    hold([one.about for one in OPTIMIZERS.values()])
    hold([text for one in LANDSCAPES.values() for text in (one.lesson, one.group)])
