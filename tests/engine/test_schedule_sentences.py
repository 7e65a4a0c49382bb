"""What is said of schedules beside a constant rate, against torch's own runs of the same seeds, and noise's law."""

import math
import random
import re

import numpy as np
import pytest
import torch
from scipy import stats

from engine import Run, descend
from engine.basis.numerals import number
from engine.export import scheduler_code
from engine.sentences.schedules import Best, Noisy, Still, noisy_sentences, still_sentences
from engine.studies.decay import Decay, at_constant_rate, is_steady, measure, seed_ends
from engine.studies.stationary import stationary, stationary_sentence, variance_interval

SEEDS, CHOOSING, RATES = 40, 20, (0.003, 0.02, 0.08, 0.3)
KEYS = ("constant", "step", "exponential", "cosine", "plateau")


def torch_losses(run: Run, steep: float, seeds: range) -> np.ndarray:
    """Losses at the end under each seed, by torch.optim and its schedulers alone."""
    noise = np.stack([np.random.default_rng(seed).standard_normal((run.steps, 2)) for seed in seeds])
    if run.schedule == "plateau":
        return np.concatenate([_torch_losses(run, steep, one[None]) for one in noise])
    return _torch_losses(run, steep, noise)


def _torch_losses(run: Run, steep: float, noise: np.ndarray) -> np.ndarray:
    w = torch.tensor([run.start] * len(noise), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=run.rate)
    space = {"torch": torch, "optimizer": optimizer}
    exec(scheduler_code(run), space)
    scheduler = space.get("scheduler")
    for step in range(run.steps):
        optimizer.zero_grad()
        losses = steep * w[:, 0] ** 2 + w[:, 1] ** 2
        losses.sum().backward()
        assert w.grad is not None
        w.grad += run.noise * torch.from_numpy(noise[:, step])
        optimizer.step()
        if scheduler:
            scheduler.step(*([losses.item()] if run.schedule == "plateau" else []))
    with torch.no_grad():
        return (steep * w[:, 0] ** 2 + w[:, 1] ** 2).numpy()


def noisy(name: str, one: Decay) -> Noisy:
    assert one.best
    assert one.best_ends
    assert one.best_constant
    assert one.best_constant_ends
    best = Best(one.best.rate, one.best_ends.losses, one.best_constant.rate, one.best_constant_ends.losses)
    ends = (one.ends.losses, one.constant.losses, one.halfway.losses)
    return Noisy(name, is_steady(one.run), one.run.rate, *ends, best)


def sign(losses: np.ndarray, others: np.ndarray) -> int:
    """By scipy's paired interval, of a normal mean."""
    difference = losses - others
    low, high = stats.norm.interval(0.95, difference.mean(), stats.sem(difference))
    return int(low > 0) - int(high < 0)


def group_of(sentence: str, name: str) -> int:
    """In which group of a sentence a name stands: lower, higher, no difference."""
    for part in re.split(r"; |: (?=lower|higher|no diff)", sentence):
        if re.search(rf"\b{name} (from|\()", part):
            return {"lower": -1, "higher": 1, "no dif": 0}[part[:6].rstrip(":")]
    raise AssertionError((sentence, name))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_under_noise_is_what_torch_finds(seed: int):
    rng = random.Random(seed)
    steep, steps = round(rng.uniform(0.5, 3), 2), rng.randint(20, 60)
    shared = {"start": (1.5, -2.0), "rate": rng.choice((0.05, 0.2, 0.3)), "noise": rng.choice((0.5, 2)), "steps": steps}
    knobs = {"step": {"step_size": rng.randint(5, 20)}, "cosine": {"t_max": steps}, "plateau": {"patience": 3}}
    runs = [
        Run(f"formula:{steep}*x**2 + y**2", schedule=key, schedule_knobs=knobs.get(key, {}), seed=seed, **shared)
        for key in KEYS
    ]
    found = [noisy(key, measure(run, SEEDS, RATES, CHOOSING)) for key, run in zip(KEYS, runs, strict=True)]
    said = noisy_sentences(found, steps, len(RATES))
    own, chosen = range(seed, seed + SEEDS), range(seed + SEEDS, seed + SEEDS + CHOOSING)

    def best(run: Run) -> tuple[float, np.ndarray]:
        at = [Run(**{**vars(run), "rate": rate}) for rate in RATES]
        one = min(at, key=lambda run: torch_losses(run, steep, chosen).mean())
        return one.rate, torch_losses(one, steep, own)

    constant, (constant_rate, best_constant) = torch_losses(runs[0], steep, own), best(runs[0])
    helped = []
    for key, run, one in list(zip(KEYS, runs, found, strict=True))[1:]:
        theirs, (rate, best_theirs) = torch_losses(run, steep, own), best(run)
        assert one.losses == pytest.approx(theirs, rel=1e-8)
        assert one.best
        assert (one.best.rate, one.best.constant_rate) == (rate, constant_rate)
        assert group_of(said[1], key) == sign(theirs, constant)
        assert group_of(said[-1], key) == sign(best_theirs, best_constant)
        assert f"{key} ({number(theirs.mean())} ± " in said[1]
        assert f"{key} from {number(rate)} ({number(best_theirs.mean())} ± " in said[-1]
        helped += [key] if sign(best_theirs, best_constant) < 0 else []
    assert [key for key in KEYS if re.search(rf"\b{key}\b.* help", said[0])] == helped
    half = torch_losses(Run(**{**vars(runs[0]), "steps": steps // 2}), steep, own)
    words = {-1: "still falling", 1: "rises again", 0: "no longer gets lower"}
    assert words[sign(constant, half)] in said[2]
    lower = constant_rate < shared["rate"] and sign(best_constant, constant) < 0 and sign(constant, half) == 0
    assert ("ends lower" in said[2]) == lower


def test_step_and_plateau_lose_to_the_best_constant_rate_on_the_noisy_bowl():
    """The scenario schedules_fair: every schedule beats the constant rate 0.2, and not every one the best constant."""
    found = [noisy(key, measure(Run("bowl", rate=0.2, noise=2, steps=100, schedule=key))) for key in KEYS]
    said = noisy_sentences(found, 100, 80)
    assert said[0].startswith("exponential and cosine help here: lower at their best start rates than")
    assert [group_of(said[1], key) for key in KEYS[1:]] == [-1, -1, -1, -1]
    assert [group_of(said[-1], key) for key in KEYS[1:]] == [1, -1, -1, 1]
    assert "Noise holds it there: a lower rate" in said[2]


def arrival(run: Run, steep: float) -> tuple[float, float]:
    """Steps until the gradient of steep x^2 + y^2 is below 1e-6 by torch, infinite if never, and the last loss."""
    w = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=run.rate)
    space = {"torch": torch, "optimizer": optimizer}
    exec(scheduler_code(run), space)
    for step in range(run.steps + 1):
        optimizer.zero_grad()
        loss = steep * w[0] ** 2 + w[1] ** 2
        loss.backward()
        assert w.grad is not None
        if w.grad.norm() < 1e-6:
            return step, loss.item()
        if step == run.steps:
            break
        optimizer.step()
        if "scheduler" in space:
            space["scheduler"].step(*([loss.item()] if run.schedule == "plateau" else []))
    return math.inf, loss.item()


@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_without_noise_is_what_torch_finds(seed: int):
    rng = random.Random(seed)
    steep = round(rng.uniform(1.2, 3), 2)
    # From slow to beyond the border, 1 over steep.
    rate = round(rng.choice((0.05, 0.3, 0.8, 1.02)) / steep, 3)
    shared = {"start": (1.5, -2.0), "rate": rate, "steps": rng.randint(60, 200)}
    runs = [Run(f"formula:{steep}*x**2 + y**2", schedule=key, **shared) for key in KEYS]
    lanes = [descend(run) for run in runs]
    constant = descend(at_constant_rate(runs[1]))
    said = still_sentences(
        [Still(key, is_steady(one.run), one, constant, None) for key, one in zip(KEYS, lanes, strict=True)]
    )
    steps, loss = arrival(runs[0], steep)
    better = []
    for key, run in list(zip(KEYS, runs, strict=True))[1:]:
        theirs, end = arrival(run, steep)
        if theirs != steps:
            verdict = -1 if theirs < steps else 1
        elif math.isfinite(steps):
            verdict = 0
        else:
            verdict = 0 if abs(end - loss) < 1e-6 * loss else int(math.copysign(1, end - loss))
        better += [key] if verdict < 0 else []
        word = {-1: "Better: ", 1: "Worse: ", 0: "No different: "}[verdict]
        (line,) = [one for one in said if re.search(rf"\b{key} \(", one)]
        assert line.startswith(word), (line, key)
        fate = f"arrives after {theirs:,} step" if math.isfinite(theirs) else f"loss {number(end)} after"
        assert f"{key} ({fate}" in line
    assert [key for key in KEYS if re.search(rf"\b{key}\b.* help", said[0])] == better
    assert ("leaves no floor" in said[-1]) == math.isfinite(steps)


def wells(run: Run) -> tuple[int | None, float, float]:
    """By torch on two wells of which the left one is lower: when the gradient is below 1e-4, last x and last loss."""
    w = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=run.rate, momentum=run.knobs["momentum"])
    space = {"torch": torch, "optimizer": optimizer}
    exec(scheduler_code(run), space)
    arrived = None
    for step in range(run.steps + 1):
        optimizer.zero_grad()
        loss = (w[0] ** 2 - 1) ** 2 + 0.2 * w[0] + w[1] ** 2
        loss.backward()
        assert w.grad is not None
        if w.grad.norm() < 1e-4:
            arrived = step
        if arrived is not None or step == run.steps:
            break
        optimizer.step()
        if scheduler := space.get("scheduler"):
            scheduler.step()
    return arrived, w[0].item(), loss.item()


def test_to_arrive_sooner_in_a_higher_valley_is_no_help():
    rng, elsewhere = random.Random(5), 0
    for _ in range(80):
        run = Run(
            "formula:(x**2 - 1)**2 + 0.2*x + y**2",
            optimizer="momentum",
            rate=rng.uniform(0.02, 0.12),
            start=(rng.uniform(0.5, 2.0), rng.uniform(-1, 1)),
            schedule="exponential",
            schedule_knobs={"gamma": rng.uniform(0.98, 0.998)},
            steps=400,
            gradient_tolerance=1e-4,
        )
        steady = at_constant_rate(run)
        (when, x, loss), (other_when, other_x, other_loss) = wells(run), wells(steady)
        lane, constant = descend(run), descend(steady)
        said = still_sentences([Still("exponential", False, lane, constant, None)])
        if when is None or other_when is None or x * other_x > 0:
            continue
        elsewhere += 1
        assert lane.outcome.arrived
        assert said[0].startswith("Here exponential helps" if loss < other_loss else "No schedule here helps")
        assert f"arrives after {when} steps at loss {number(loss)}" in said[2]
        assert f"arrives after {other_when} steps at loss {number(other_loss)}" in said[1]
        if elsewhere == 5:
            return
    raise AssertionError(f"only {elsewhere} of 80 pairs ended in different wells")


def test_the_variance_under_noise_is_the_closed_form_within_its_interval():
    """On bowls with two curvatures and turned axes, in 95 of 100, as intervals of 95 % are."""
    rng = random.Random(1)
    bowls = (("bowl", 4, 4), ("formula:3*x**2 + 2*x*y + 3*y**2", 4, 8))
    inside = []
    for seed in range(60):
        text, low, high = bowls[seed % 2]
        rate, noise = rng.uniform(0.1, 1.8) / high, rng.uniform(0.1, 3)
        far = max(abs(1 - rate * low), abs(1 - rate * high))
        steps = 20 + math.ceil(4 / -math.log(far))
        run = Run(text, start=(1, 1), rate=rate, noise=noise, steps=steps, seed=1000 * seed)
        ends = seed_ends(run, 300)
        for one, curvature in zip(stationary(run, ends.points, ends.full), (low, high), strict=True):
            # The geometric series of what each step adds, not the fixed point that the engine's formula is.
            series = sum((rate * noise) ** 2 * (1 - rate * curvature) ** (2 * k) for k in range(20_000))
            assert one.curvature == pytest.approx(curvature, rel=1e-6)
            assert one.predicted == pytest.approx(series, rel=1e-6)
            bounds = 299 * one.measured / stats.chi2.ppf([0.975, 0.025], 299)
            assert (one.low, one.high) == pytest.approx(bounds, rel=1e-3)
            assert ("outside it" in stationary_sentence("Constant", run, [one])) != one.holds
            inside.append(one.holds)
    assert stats.binomtest(sum(inside), len(inside), 0.95).pvalue > 0.01, sum(inside)


def test_where_the_law_says_nothing_no_variance_is_told():
    run = Run("bowl", rate=0.2, noise=2, steps=100)
    points = seed_ends(run, 100).points
    assert len(stationary(run, points, True)) == 2
    assert stationary(run, points, False) == []
    for other in (
        {"landscape": "himmelblau"}, {"optimizer": "momentum"}, {"schedule": "step"}, {"clip_norm": 1.0}, {"rate": 0.6},
        {"rate": 0.001}, {"noise": 0.0}, {"schedule_knobs": {"warmup_steps": 10}},
    ):  # fmt: skip
        assert stationary(Run(**{**vars(run), **other}), points, True) == [], other


@pytest.mark.parametrize("count", [30, 100, 1000])
def test_the_interval_of_a_variance_is_the_chi_square_s(count: int):
    expected = (count - 1) / stats.chi2.ppf([0.975, 0.025], count - 1)
    assert variance_interval(1.0, count) == pytest.approx(tuple(expected), rel=2e-3)
