"""The pars of the challenges, asked of numpy: surfaces, methods and stop rules written out here, every setting tried.

Nothing of the engine is used. `tests/test_challenges.py` asks the engine itself, on a coarser grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from lessons.challenge import CHALLENGES

REST = 1e-6
"""The gradient norm below which a run comes to rest."""
FAR = 1e12
SEEDS = 200


def par_of(key: str) -> float:
    return CHALLENGES[key].par


@dataclass(frozen=True)
class Surface:
    """By hand: its gradient, its start, its minima."""

    slope: Callable
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]


def _himmelblau(x, y):
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


HOLES = ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126))
BOWL = Surface(lambda x, y: (4 * x, 4 * y), (2.5, 1.5), ((0, 0),))
CLIFF = Surface(lambda x, y: (x / 2 + 5 * (x / 2) ** 9, y / 2), (2.8, 1.5), ((0, 0),))
RAVINE = Surface(lambda x, y: (x, 50 * y), (-4.0, 1.0), ((0, 0),))
VALLEYS = Surface(
    lambda x, y: (x**3 / 2 + 9 * x**2 / 20 - 2 * x, 2 * y), (2.6, 1.6), ((-2.5, 0.0), (1.6, 0.0))
)  # the deep one first
PLATEAU = Surface(
    lambda x, y: (x / 2 * np.exp(-(x * x + y * y) / 4), y / 2 * np.exp(-(x * x + y * y) / 4)), (5.0, 3.0), ((0, 0),)
)
HIMMELBLAU = Surface(_himmelblau, (0.22, 4.4), HOLES)
SADDLE = Surface(lambda x, y: (2 * x, -2 * y + y**3 / 2), (2.0, 1e-6), ((0, 2), (0, -2)))


@dataclass(frozen=True)
class Walked:
    """Of each lane: the update before which it came to rest, infinity if it never did, and at which minimum."""

    steps: np.ndarray
    minimum: np.ndarray


def walk(surface: Surface, rate, steps: int, momentum=0.0, starts=None) -> Walked:
    """Plain descent or momentum (velocity = momentum * velocity + gradient), as many lanes as `rate` has."""
    rate, momentum = np.broadcast_arrays(np.asarray(rate, float), momentum)
    count = rate.size
    x, y = np.array(
        np.broadcast_to(np.transpose(starts if starts is not None else surface.start).reshape(2, -1), (2, count))
    )
    vx, vy = np.zeros((2, count))
    ended, minimum = np.full(count, math.inf), np.full(count, -1)
    lanes = np.arange(count)
    rate, momentum = rate.ravel(), momentum.ravel()
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            gx, gy = surface.slope(x, y)
            rests = np.hypot(gx, gy) < REST
            if rests.any():
                apart = np.stack([np.hypot(x[rests] - a, y[rests] - b) for a, b in surface.minima])
                nearest = apart.argmin(axis=0)
                there = np.where(apart.min(axis=0) < 1e-3, nearest, -1)  # elsewhere it rests on a saddle or a top
                ended[lanes[rests]], minimum[lanes[rests]] = step, there
            goes = ~rests & np.isfinite(gx) & np.isfinite(gy) & (np.abs(x) < FAR) & (np.abs(y) < FAR)
            if not goes.any():
                break
            if not goes.all():
                x, y, vx, vy, gx, gy, rate, momentum, lanes = (
                    one[goes] for one in (x, y, vx, vy, gx, gy, rate, momentum, lanes)
                )
            vx, vy = momentum * vx + gx, momentum * vy + gy
            x, y = x - rate * vx, y - rate * vy
    return Walked(np.where(minimum >= 0, ended, math.inf), minimum)


def of_three_digits(low: float, high: float) -> np.ndarray:
    """Every number of three digits from one to the other: all that a learner can type."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = np.unique([float(f"{digits}e{power - 2}") for power in decades for digits in range(100, 1000)])
    return numbers[(numbers >= low) & (numbers <= high)]


@pytest.mark.parametrize(
    ("key", "surface", "ends", "steps"),
    [
        ("one_step", BOWL, (0.01, 0.6), 100),
        ("ravine", RAVINE, (0.005, 0.045), 2000),
        ("plateau", PLATEAU, (0.05, 6), 1000),
        ("beat_adam", HIMMELBLAU, (0.0005, 0.05), 500),
    ],
)
def test_no_rate_comes_to_rest_in_fewer_steps(key, surface, ends, steps):
    assert walk(surface, of_three_digits(*ends), steps).steps.min() == par_of(key)


def test_no_higher_rate_arrives_below_the_cliff():
    rates = of_three_digits(0.005, 0.3)
    arrives = np.isfinite(walk(CLIFF, rates, 2000).steps)
    assert rates[arrives].max() == par_of("edge")


def test_no_rate_for_three_surfaces_takes_fewer_steps_in_all():
    rates = of_three_digits(0.005, 0.045)
    assert sum(walk(one, rates, 500).steps for one in (RAVINE, BOWL, VALLEYS)).min() == par_of("three")


def test_no_nearer_start_leads_past_the_near_valley():
    """Every start of hundredths within the par's distance, and the par's own."""
    near = np.array(VALLEYS.minima[1])
    side = np.arange(-125, 126) / 100
    offsets = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    distance = np.hypot(*offsets.T)
    starts = (near + offsets)[distance < par_of("beside") - 1e-9].round(2)
    assert not (walk(VALLEYS, np.full(len(starts), 0.3), 500, starts=starts).minimum == 0).any()
    own = (near[0] + par_of("beside"), near[1])
    assert walk(VALLEYS, [0.3], 500, starts=[own]).minimum.tolist() == [0]


def test_no_less_momentum_gets_over_the_ridge():
    momenta = np.arange(500, 991) / 1000
    found = walk(VALLEYS, np.full(len(momenta), 0.05), 500, momenta)
    assert momenta[found.minimum == 0].min() == par_of("push")


@pytest.mark.parametrize(
    ("key", "surface", "rates", "momenta"),
    [("rolling", RAVINE, (0.03, 0.09), (0.3, 0.8)), ("saddle", SADDLE, (0.2, 0.6), (0.0, 0.5))],
)
def test_no_rate_and_momentum_come_to_rest_in_fewer_steps(key, surface, rates, momenta):
    """Where a coarse look over all of the challenge's range finds the fewest, every thousandth; and that look."""
    wide = CHALLENGES[key].search
    coarse = np.meshgrid(np.linspace(*wide["rate"], 97), np.linspace(*wide["momentum"], 97))
    fine = np.meshgrid(np.arange(*rates, 0.001).round(3), np.arange(*momenta, 0.005).round(3))
    found = [walk(surface, rate.ravel(), 1000, momentum.ravel()).steps.min() for rate, momentum in (coarse, fine)]
    assert min(found) >= par_of(key)
    own = {"rolling": (0.059, 0.58), "saddle": (0.414, 0.191)}[key]
    assert walk(surface, [own[0]], 1000, own[1]).steps.tolist() == [par_of(key)]


def test_adam_is_not_yet_at_rest_where_plain_descent_is():
    x, first, second = np.array(HIMMELBLAU.start), np.zeros(2), np.zeros(2)
    for step in range(int(par_of("beat_adam")) + 1):
        slope = np.array(_himmelblau(*x))
        assert np.hypot(*slope) > REST
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        mean, square = first / (1 - 0.9 ** (step + 1)), second / (1 - 0.999 ** (step + 1))
        x = x - 0.3 * mean / (np.sqrt(square) + 1e-8)


def test_no_rate_fools_the_rule_for_the_loss_sooner():
    """6 sqrt(1 + r^2) - 6 along the line through the start: one number says where it is."""
    best = math.inf
    for rate in of_three_digits(0.05, 3):
        r, before = 5.0, math.inf
        for step in range(501):
            loss, slope = 6 * math.sqrt(1 + r * r) - 6, 6 * r / math.sqrt(1 + r * r)
            if abs(slope) < REST:
                break
            if abs(loss - before) < 1e-6:
                best = min(best, step) if abs(slope) > 5 else best
                break
            r, before = r - rate * slope, loss
    assert best == par_of("fooled")


def noise_of(steps: int) -> np.ndarray:
    """(seeds, steps, 2), as every run with noise draws it."""
    return np.stack([np.random.default_rng(seed).standard_normal((10_000, 2))[:steps] for seed in range(SEEDS)])


def test_no_quieter_noise_frees_a_quarter():
    drawn = noise_of(500)
    sigmas = np.arange(200, 258) / 100
    shares = []
    for sigma in sigmas:
        at = np.tile(VALLEYS.start, (SEEDS, 1)).T
        for step in range(500):
            at = at - 0.1 * (np.array(VALLEYS.slope(*at)) + sigma * drawn[:, step].T)
        shares.append(np.mean(np.hypot(at[0] + 2.5, at[1]) <= 0.5))
    assert sigmas[np.array(shares) >= 0.25].min() == par_of("quiet")


def test_no_falling_rate_ends_lower_in_the_noise():
    drawn = noise_of(100)

    def mean_loss(rate, gamma):
        at = np.tile(BOWL.start, (SEEDS, 1))
        for step in range(100):
            at = at - rate * gamma**step * (4 * at + 2 * drawn[:, step])
        return float(np.mean(2 * np.sum(at**2, axis=1)))

    par = par_of("calm")
    assert mean_loss(0.0451, 0.966) == pytest.approx(par, rel=1e-5)
    others = [mean_loss(rate, gamma) for rate in np.geomspace(0.01, 0.4, 25) for gamma in np.arange(0.9, 1, 0.004)]
    # Of three digits, as a learner types them, around the lowest of those.
    around = [mean_loss(rate / 1e4, gamma / 1e3) for rate in range(430, 480, 2) for gamma in range(963, 970)]
    assert min(others + around) >= par * (1 - 1e-5)


def test_newton_ends_in_the_valley_with_the_gradients_of_its_par():
    """Each step by numpy: the slope over the size of each curvature; three gradients, one and a Hessian's two."""
    x, y = -1.5, 2.0
    steps = 0
    while True:
        slope = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
        if np.hypot(*slope) < REST:
            break
        curved, ways = np.linalg.eigh([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]])
        x, y = (x, y) - ways @ (ways.T @ slope / np.abs(curved))
        steps += 1
    assert 3 * steps == par_of("fewest")
    assert (x, y) == pytest.approx((1, 1), abs=1e-6)
