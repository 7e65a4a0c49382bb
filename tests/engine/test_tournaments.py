"""A tournament counts what torch counts, searches as an exhaustive search does, and says what the counts say."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run, descend
from engine.sentences.tournament import Entry, share, tournament_sentence
from engine.studies.tournaments import RATES, SEARCHED, best_rate, play, played_starts, profile, starts_in
from landscapes import LANDSCAPES, formula

METHODS = {
    "gradient_descent": lambda w, rate: torch.optim.SGD([w], lr=rate),
    "nesterov": lambda w, rate: torch.optim.SGD([w], lr=rate, momentum=0.9, nesterov=True),
    "adagrad": lambda w, rate: torch.optim.Adagrad([w], lr=rate),
}
BUDGET = 200


def counted_by_torch(method, rate: float, steep: float, tilt: float, start: np.ndarray) -> float:
    """Gradients that torch was asked for until one was below 1e-6, without that one; infinity beyond the budget."""
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, asked = METHODS[method](w, rate), 0
    while asked <= BUDGET:
        optimizer.zero_grad()
        (steep * w[0] ** 2 + tilt * w[0] * w[1] + w[1] ** 2).backward()
        assert w.grad is not None
        if float(w.grad.norm()) < 1e-6:
            return asked
        asked += 1
        optimizer.step()
    return np.inf


@pytest.mark.parametrize("seed", range(2))
def test_a_tournament_of_torch_s_own_methods_is_torch_s(seed):
    """Costs, shares and sentence, on random quadratics."""
    rng = np.random.default_rng(seed)
    rate, starts = float(rng.choice([0.05, 0.08, 0.1])), 6
    costs, theirs = [], []
    for _ in range(2):
        steep, tilt = np.round(rng.uniform([1, -0.5], [9, 0.5]), 2)
        surface = formula(f"{steep}*x^2 + ({tilt})*x*y + y^2")
        places = played_starts(surface, starts)
        costs.append([play(Run(surface, key, rate=rate), "same_rate", BUDGET, starts).costs for key in METHODS])
        theirs.append([[counted_by_torch(key, rate, steep, tilt, place) for place in places] for key in METHODS])
    ours, oracle = (np.concatenate(np.array(each), axis=1) for each in (costs, theirs))
    np.testing.assert_array_equal(ours, oracle)
    found = profile(ours)
    solvable = [column for column in oracle.T if np.isfinite(column).any()]
    for tau in (1, 1.5, 2, 10):
        expected = [np.mean([column[at] <= tau * column.min() for column in solvable]) for at in range(len(METHODS))]
        np.testing.assert_allclose(found.share_within(tau), expected)
    solves = np.isfinite(oracle).sum(axis=1)
    names = [OPTIMIZERS[key].name for key in METHODS]
    entries = [Entry(*each) for each in zip(names, found.solved, found.within(1), found.within(2), strict=True)]
    said = tournament_sentence(entries, found.ratios.shape[1], found.problems)
    best = {name for name, count in zip(names, solves, strict=True) if count == solves.max()}
    assert set(re.split(", | and ", said.split(" solve")[0])) == best
    assert f"the most, {solves.max()} (" in said


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam", "rate": 0.2},
        {"optimizer": "rmsprop", "rate": 0.05},
        {"optimizer": "newton", "rate": 1.0},
        {"optimizer": "bfgs", "rate": 1.0},
        {"optimizer": "bfgs", "rate": 1.0, "gradient_tolerance": 1e-3},
        {"optimizer": "momentum", "rate": 0.01, "schedule": "cosine", "schedule_knobs": {"t_max": 300}},
        {"optimizer": "momentum", "rate": 0.01, "schedule": "plateau"},
        {"optimizer": "gradient_descent", "rate": 0.01, "schedule_knobs": {"warmup_steps": 20}},
    ],
    ids=lambda settings: "-".join(str(value) for value in settings.values()),
)
def test_what_is_counted_is_what_each_run_alone_has_cost(settings):
    """From every start, by `descend`, whose paths and evaluations are held against torch elsewhere."""
    told = play(Run("himmelblau", **settings), "same_rate", 300, 10)
    for place, cost in zip(played_starts(told.run.landscape, 10).tolist(), told.costs, strict=True):
        alone = descend(replace(told.run, start=tuple(place)))
        loose = told.run.gradient_tolerance > 1e-6 and alone.outcome.kind == "converged_gradient"
        spent = alone.evaluations[-1]
        assert cost == (spent if (alone.outcome.arrived or loose) and spent <= 300 else np.inf)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_step_costs_what_is_declared(key):
    """Of those that ask for no further gradient it is all that steps cost, so that a tournament need not add it up."""
    optimizer = OPTIMIZERS[key]
    each = np.diff(descend(Run("himmelblau", key, rate=0.01, steps=40)).evaluations)
    assert each.min() == optimizer.least
    assert optimizer.curved or set(each) == {1.0}


def ranked(run: Run, budget: int) -> list[tuple]:
    """For every rate, what it is judged by, each run made by itself."""
    solved, total, middle = [], [], []
    for rate in RATES:
        ends = [
            descend(replace(run, rate=float(rate), start=tuple(at), steps=budget))
            for at in starts_in(run.landscape, SEARCHED).tolist()
        ]
        arrived = [end.outcome.arrived for end in ends]
        solved.append(sum(arrived))
        total.append(sum(end.outcome.step if there else budget for end, there in zip(ends, arrived, strict=True)))
        middle.append(np.median([end.losses[-1] for end in ends]))
    around = [slice(max(0, at - 1), at + 2) for at in range(len(RATES))]
    return [(-min(solved[a]), -solved[at], max(total[a]), max(middle[a])) for at, a in enumerate(around)]


@pytest.mark.parametrize(("landscape", "key"), [("himmelblau", "gradient_descent"), ("rosenbrock", "momentum")])
def test_the_best_rate_is_that_of_an_exhaustive_search(landscape, key):
    run, budget = Run(landscape, key), 150
    judged = ranked(run, budget)
    at = list(RATES).index(best_rate(replace(run, steps=budget), budget))
    assert judged[at][:3] == min(judged)[:3]
    if judged[at][0] == 0:  # nobody arrives: by where they end
        assert judged[at][3] == pytest.approx(min(judged)[3], rel=1e-9)


def test_no_start_is_both_tried_and_played_from():
    for landscape in LANDSCAPES.values():
        played, tried = played_starts(landscape, 256), starts_in(landscape, SEARCHED)
        places = {tuple(place) for place in np.concatenate([played, tried]).tolist()}
        assert len(places) == 256 + SEARCHED
        (x0, x1), (y0, y1) = landscape.window
        assert ((played >= [x0, y0]) & (played <= [x1, y1])).all()
        # Evenly: a quarter of the window holds a quarter of them, nearly.
        quarter = np.sum((played[:, 0] < (x0 + x1) / 2) & (played[:, 1] < (y0 + y1) / 2))
        assert abs(quarter - 64) <= 4


def random_costs(rng: np.random.Generator) -> np.ndarray:
    costs = rng.integers(0, 40, (int(rng.integers(1, 7)), int(rng.integers(1, 30)))).astype(float)
    costs[rng.random(costs.shape) < rng.choice([0.1, 0.5, 0.9])] = np.inf
    return costs


@pytest.mark.parametrize("seed", range(40))
def test_a_profile_and_its_sentence_are_what_a_count_by_hand_says(seed):
    rng = np.random.default_rng(seed)
    costs = random_costs(rng)
    found = profile(costs)
    solvable = [[max(cost, 1) for cost in column] for column in costs.T.tolist() if min(column) < np.inf]
    assert found.problems == costs.shape[1]
    assert found.ratios.shape[1] == len(solvable)

    def within(at: int, tau: float) -> int:
        return sum(column[at] < np.inf and column[at] <= tau * min(column) for column in solvable)

    counts = {tau: [within(at, tau) for at in range(len(costs))] for tau in (1, 2, np.inf)}
    assert (found.within(1).tolist(), found.within(2).tolist()) == (counts[1], counts[2])
    assert found.solved.tolist() == counts[np.inf]
    names = [f"M{at}" for at in range(len(costs))]
    entries = [Entry(*each) for each in zip(names, found.solved, found.within(1), found.within(2), strict=True)]
    said = tournament_sentence(entries, len(solvable), found.problems)
    if not solvable:
        assert said == f"No method solves any of the {found.problems} problems within the budget."
        return
    places = [("the most, ", np.inf), ("the cheapest on the most, ", 1), ("gradients ", 2)]
    for words, tau in places:
        top = max(counts[tau])
        named = {name for name, one in zip(names, counts[tau], strict=True) if one == top}
        at = said.index(words)
        assert f"{top} (" in said[at : at + 120]
        clause = said[at:].split(" solve")[0] if tau == 2 else said[:at].split(". ")[-1]
        if (tau == 1 and "and is" in clause) or "and are" in clause:
            clause = said.split(" solve")[0]
        assert set(re.findall(r"M\d", clause)) == named, said
    nobody = found.problems - len(solvable)
    assert (f"{nobody} of {found.problems} " in said) == (nobody > 0)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_methods_decides_nothing(seed):
    rng = np.random.default_rng(seed)
    costs = random_costs(rng)
    order = rng.permutation(len(costs))
    one, other = profile(costs), profile(costs[order])
    np.testing.assert_array_equal(one.ratios[order], other.ratios)
    alone = play(Run("bowl", "adam"), "best_rate", 100, 6)
    play(Run("bowl", "momentum"), "best_rate", 100, 6)
    again = play(Run("bowl", "adam", rate=5.0), "best_rate", 100, 6)
    assert alone.run.rate == again.run.rate, "its own rate has no say under this rule"
    np.testing.assert_array_equal(alone.costs, again.costs)


def test_a_share_is_all_or_nothing_only_where_it_is():
    assert [share(part, 1000) for part in (0, 1, 4, 5, 500, 994, 996, 1000)] == [
        "0 %", "0.1 %", "0.4 %", "1 %", "50 %", "99 %", "99.6 %", "100 %",
    ]  # fmt: skip
    assert share(99_999, 100_000) == "99.9 %"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("best rate", 100, 6), 'Did you mean "best_rate"?'),
        (("same_rate", 0, 6), "The budget of a tournament"),
        (("same_rate", 100, 1000), "The number of starts"),
    ],
)
def test_what_is_no_tournament_is_refused_with_a_sentence(asked, sentence):
    with pytest.raises(ValueError, match=r".+[.?]$") as refusal:
        play(Run("bowl"), *asked)
    assert sentence in str(refusal.value)
