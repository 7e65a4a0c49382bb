"""A tournament over the wire: part by part, whoever asks, and the engine's own numbers at its end."""

import numpy as np
import pytest

from engine import Run
from engine.frame import matrix, opened
from engine.studies.tournaments import play, played_starts, profile
from landscapes import LANDSCAPES
from live.queries.kinds.tournament import Tournament
from live.queries.message import query
from live.queries.refusal import Refusal

KEYS, SURFACES = ("gradient_descent", "momentum"), ("bowl", "matyas")
TERMS = {"budget": 200, "starts": 5}


def asked(keys=KEYS, **more):
    runs = [{"landscape": "bowl", "optimizer": key, "rate": 0.1} for key in keys]
    return query({"seq": 1, "kind": "tournament", "landscapes": list(SURFACES), "runs": runs, **TERMS, **more})


@pytest.mark.parametrize("rule", ["best_rate", "same_rate"])
def test_part_by_part_it_becomes_the_engine_s(rule):
    terms = {"tolerance": 1.1e-6, "rule": rule}  # nobody else's parts
    for missing in (3, 2, 1, 0):
        question = asked(**terms)
        assert isinstance(question, Tournament)
        assert question.is_long
        assert question.needs
        assert question.steps > 0
        header, body = opened(question.answer())
        assert (header["missing"], header["all"], header["surfaces"]) == (missing, 4, (4 - missing) // 2)
        # The curves come when another surface is complete.
        assert ("ratios" in header.get("arrays", {})) == (missing in (2, 0))
        assert header["next"] == {3: "Momentum on Bowl", 2: "Gradient descent on Matyas", 1: "Momentum on Matyas"}.get(
            missing, ""
        )
    played = [
        [play(Run(land, key, rate=0.1, gradient_tolerance=1.1e-6), rule, 200, 5) for land in SURFACES] for key in KEYS
    ]
    costs = np.array([np.concatenate([one.costs for one in row]) for row in played])
    seen = profile(costs)
    np.testing.assert_array_equal(matrix(body, header["arrays"]["costs"]), costs)
    np.testing.assert_allclose(matrix(body, header["arrays"]["ratios"]), np.sort(seen.ratios, axis=1), rtol=1e-6)
    starts = np.concatenate([played_starts(LANDSCAPES[key], 5) for key in SURFACES])
    # As they are typed: a table of the browser's gives the very numbers back.
    told = [[float(f"{value:.6g}") for value in place] for place in matrix(body, header["arrays"]["starts"])]
    np.testing.assert_array_equal(told, starts)
    assert header["rates"] == [[one.run.rate for one in row] for row in played]
    assert [one["solved"] for one in header["methods"]] == seen.solved.tolist()
    assert (header["counted"], header["problems"]) == (seen.ratios.shape[1], 10)
    assert "the most, " in header["sentence"]
    again = asked(**terms)
    assert isinstance(again, Tournament)
    assert (again.is_long, again.needs, again.steps) == (False, [], 0)
    # Nobody plays again what was played, in whatever order the methods stand.
    turned, _ = opened(asked(keys=KEYS[::-1], **terms).answer())
    assert turned["missing"] == 0
    assert turned["methods"] == header["methods"][::-1]
    assert turned["sentence"].split(".")[-2:] == header["sentence"].split(".")[-2:]


def test_two_who_ask_the_same_share_the_work():
    one, other = asked(tolerance=1.2e-6), asked(tolerance=1.2e-6)
    left = [opened(question.answer())[0]["missing"] for question in (one, other)]
    assert left == [3, 2]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"rule": "best rate"}, 'Did you mean "best_rate"?'),
        ({"budget": 3000}, '"budget" must be a whole number from 1 to 2,000'),
        ({"starts": 0}, '"starts" must be a whole number from 1 to 256'),
        ({"landscapes": []}, '"landscapes" must be a list of 1 to 27 surfaces'),
        ({"landscapes": ["rosenbrok"]}, "rosenbrock"),
        ({"names": ["one"]}, '"names" must hold one for each of the 2 runs'),
        ({"landscapes": ["plane:2-16-16-1"]}, "."),
    ],
)
def test_what_is_no_tournament_is_refused_with_a_sentence(more, sentence):
    with pytest.raises(Refusal) as refusal:
        asked(**more)
    assert sentence in str(refusal.value)
