"""The teaching scenarios, one test a row: what a lesson says is what the engine does."""

import math

import jax
import numpy as np
import pytest

from engine import Run, descend
from landscapes import LANDSCAPES, formula
from tests.texts import spaced

WALL = "(x**2 + y**2)/4 + exp(6*(x - 1))"
ROTATED_RAVINE = "(x + y)**2/4 + 25*(x - y)**2/2"
PLATEAU = "1 - exp(-(x**2 + y**2)/4)"

MOMENTUM = {"momentum": 0.9}


def go(landscape, optimizer="gradient_descent", rate=0.01, **settings):
    return descend(Run(landscape, optimizer=optimizer, rate=rate, **settings))


def arrival(trajectory) -> int:
    """The step at which a run arrived at a minimum."""
    assert trajectory.outcome.kind == "converged_gradient"
    assert trajectory.outcome.arrived
    return trajectory.outcome.step


def norms(trajectory):
    return np.linalg.norm(trajectory.gradients, axis=1)


def test_four_steps():
    one = go("bowl", steps=1)
    assert one.losses == pytest.approx([17, 15.6672], rel=1e-15)
    assert one.gradients[0] == pytest.approx([10, 6])
    assert one.points == pytest.approx(np.array([[2.5, 1.5], [2.4, 1.44]]))
    assert one.rates == pytest.approx([0.01])
    assert one.outcome.step == len(one.points) - 1 == 1


def test_sign_rule():
    """The gradient's sign tells the way down just here, not the way to the best value."""
    first = go("two_valleys", start=(0.5, 1), steps=1)
    assert first.gradients[0] == pytest.approx([-0.825, 2])
    assert first.points[1, 0] > 0.5  # away from the deep valley at -2.5

    rotated = formula(ROTATED_RAVINE)
    x = np.linspace(-4, 4, 400)
    w = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    gradient = np.asarray(jax.vmap(jax.grad(rotated.loss))(w))
    assert np.mean((w * gradient < 0).any(axis=1)) == pytest.approx(0.48, abs=0.005)

    start = np.array(LANDSCAPES["ravine"].start)
    down = -go("ravine", steps=1).gradients[0]
    cosine = down @ -start / np.linalg.norm(down) / np.linalg.norm(start)
    assert math.degrees(math.acos(cosine)) == pytest.approx(71, abs=0.5)


def test_zero_gradient():
    """A maximum has no slope either; a millionth aside the run leaves."""
    top = (-0.2708446, -0.9230386)
    stays = go("himmelblau", start=top)
    assert (stays.outcome.kind, stays.outcome.step, len(stays.points)) == ("at_maximum", 0, 1)
    assert stays.losses[0] == pytest.approx(181.6, abs=0.05)
    bends = np.linalg.eigvalsh(jax.hessian(LANDSCAPES["himmelblau"].loss)(np.array(top)))
    assert bends == pytest.approx([-45.6, -16.1], abs=0.05)
    assert "maximum" in stays.outcome.sentence
    assert "minimum" not in stays.outcome.sentence
    leaves = go("himmelblau", start=(top[0] + 1e-6, top[1]))
    assert arrival(leaves) > 10
    assert leaves.losses[-1] < 1e-12


def test_rates_explode():
    """Too high, just right, too low: the document's three rates on the bowl."""
    high = go("bowl", rate=1.0)
    assert high.losses[:3] == pytest.approx([17, 153, 1377])
    assert high.losses[1:] / high.losses[:-1] == pytest.approx(9)
    # |x| is 2.5 * 3^t; the contract's 1e12 ends the run long before the loss is infinite at step 322.
    assert high.outcome.kind == "diverged"
    assert high.outcome.step == math.floor(math.log(1e12 / 2.5, 3)) + 1 == 25
    assert "9-fold" in high.outcome.sentence
    assert "10¹²" in spaced(high.outcome.sentence)
    assert arrival(go("bowl", rate=0.01)) == 399
    low = go("bowl", rate=0.0001, steps=200)
    assert low.outcome.kind == "budget"
    assert np.linalg.norm(low.points[-1]) / np.linalg.norm(low.points[0]) == pytest.approx(0.92, abs=0.005)
    assert arrival(go("bowl", rate=0.0001, steps=100_000)) == 40_672


def test_rates_bounce():
    """Too high need not explode: it can settle into a bounce for ever."""
    high = go("bounce", rate=1.0, steps=1000)
    assert high.losses[:3] == pytest.approx([24.59, 2.01, 13.48], abs=0.008)
    assert high.losses[-500:] == pytest.approx(12, abs=0.005)
    assert norms(high)[-500:] == pytest.approx(5.66, abs=0.005)
    assert high.outcome.kind == "budget"
    assert arrival(go("bounce", rate=0.01)) == 329
    low = go("bounce", rate=0.0001, steps=1000)
    assert 1 - np.linalg.norm(low.points[-1]) / 5 == pytest.approx(0.12, abs=0.005)


def test_swing_and_edge():
    """Past 1/lambda the path swings while the loss falls; at 2/lambda it is at the edge."""
    for rate, flips, steps in ((0.2, 0, 11), (0.3, 40, 11), (0.45, 40, 73)):
        path = go("bowl", rate=rate, steps=40, gradient_tolerance=0)
        assert np.sum(np.diff(np.sign(path.points[:, 0])) != 0) == flips
        assert np.all(np.diff(path.losses) <= 0)
        assert arrival(go("bowl", rate=rate)) == steps
    for rate, loss in ((0.499, 0.0056), (0.5, 17), (0.501, 49_874)):
        assert go("bowl", rate=rate, steps=1000).losses[-1] == pytest.approx(loss, rel=0.005)
    assert go("bowl", rate=0.5, steps=1000).losses[-1] == 17


def test_local_trap():
    """Momentum may roll through into the deep valley; it promises nothing."""
    deep, shallow = "the global minimum (−2.5, 0)", "the local minimum (1.6, 0)"
    for optimizer, knobs, rate, place, step in (
        ("gradient_descent", {}, 0.05, shallow, 143),
        ("momentum", MOMENTUM, 0.05, deep, 268),
        ("momentum", {"momentum": 0.89}, 0.05, shallow, None),
        ("nesterov", MOMENTUM, 0.05, shallow, None),
        ("adam", {}, 0.05, shallow, None),
        ("momentum", MOMENTUM, 0.01, shallow, 289),
    ):
        end = go("two_valleys", optimizer, rate, knobs=knobs, steps=5000)
        assert arrival(end) == (step or end.outcome.step)
        assert spaced(end.outcome.place) == place
        assert place in spaced(end.outcome.sentence)


def test_saddle_ridge():
    """On the exact ridge nothing leaves; the smallest noise does."""
    for optimizer in ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam"):
        path = go("saddle_valleys", optimizer, start=(2, 0), steps=3000, gradient_tolerance=0)
        assert np.all(path.points[:, 1] == 0)
    stuck = go("saddle_valleys", start=(2, 0), steps=3000)
    assert stuck.outcome.kind == "at_saddle"
    assert "the saddle (0, 0)" in spaced(stuck.outcome.sentence)
    for optimizer, median in (("gradient_descent", 876), ("momentum", 166), ("adam", 78)):
        left = []
        for seed in range(400):
            settings = {"start": (2, 0), "noise": 1e-6, "seed": seed, "steps": 1800, "gradient_tolerance": 0}
            far = np.abs(go("saddle_valleys", optimizer, **settings).points[:, 1]) > 1
            assert far.any()
            left.append(np.argmax(far))
        assert np.median(left) == pytest.approx(median, abs=0.5)


@pytest.mark.parametrize(
    ("optimizer", "left"),
    [
        ("gradient_descent", (356, 705, 1054)),
        ("momentum", (72, 140, 208)),
        ("adam", (78, 78, 79)),
        ("rmsprop", (18, 18, 19)),
    ],
)
def test_saddle_near(optimizer, left):
    """Near a saddle plain descent and momentum pay log(1/distance), Adam and RMSprop hardly anything."""
    for aside, step in zip((1e-3, 1e-6, 1e-9), left, strict=True):
        path = go("saddle_valleys", optimizer, start=(2, aside), steps=1500, gradient_tolerance=0)
        assert np.argmax(np.abs(path.points[:, 1]) > 1) == step


def test_cliff():
    """A cliff throws the run out; clipping bounds the step; outside the window is no divergence."""
    thrown = go("cliff", rate=0.1)
    assert thrown.losses == pytest.approx([31, 6.9e5, 3e46, math.inf], rel=0.15)
    assert (thrown.outcome.kind, thrown.outcome.step) == ("diverged", 3)
    assert "overflowed to infinity" in thrown.outcome.sentence
    clipped = go("cliff", rate=0.1, clip_norm=1.0)
    assert arrival(clipped) == 283
    assert np.linalg.norm(np.diff(clipped.points, axis=0), axis=1).max() <= 0.1
    assert norms(clipped)[0] > 100  # the gradient itself is as steep as ever
    assert arrival(go("cliff", rate=0.05, steps=1000)) == 541
    assert arrival(go("cliff", rate=0.01, steps=5000)) == 2772
    assert arrival(go("cliff", rate=0.1, start=(1.5, 1.5))) == 270
    wall = {"landscape": formula(WALL, window=((-3, 2.5), (-3, 3)), start=(2.5, 1.5)), "rate": 0.1}
    home = go(**wall)
    assert home.points[1, 0] == pytest.approx(-4859, abs=0.5)
    assert arrival(home) == 394
    assert arrival(go(**wall, clip_norm=1.0)) == 282


def test_stop_rules():
    """A stop rule is not convergence: a cycle, a small rate, a saddle and a plateau all trip one."""
    by_loss = {"gradient_tolerance": 0, "loss_tolerance": 1e-6}
    plateau = formula(PLATEAU)
    for landscape, settings, step, loss, slope in (
        ("bounce", {"rate": 1.0}, 62, 12, 5.66),
        ("bowl", {"rate": 1e-5, "steps": 100_000}, 90_190, 0.0125, 0.316),
        ("saddle_valleys", {"rate": 0.01}, 298, 2.00002, None),
        (plateau, {"rate": 0.1, "start": (4.5, 3)}, 1, 0.9993, None),
    ):
        stop = go(landscape, **settings, **by_loss)
        assert (stop.outcome.kind, stop.outcome.step) == ("converged_loss", step)
        assert stop.losses[-1] == pytest.approx(loss, rel=1e-3)
        assert abs(stop.losses[-1] - stop.losses[-2]) < 1e-6 <= abs(stop.losses[-2] - stop.losses[-3:-2]).min(initial=1)
        assert slope is None or norms(stop)[-1] == pytest.approx(slope, abs=0.005)
        assert not stop.outcome.arrived
        assert "not a minimum" in stop.outcome.sentence
        assert "less than 10⁻⁶" in spaced(stop.outcome.sentence)
    flat = go(plateau, start=(4.5, 3), gradient_tolerance=1e-2)
    assert (flat.outcome.step, flat.outcome.arrived) == (0, False)
    assert flat.losses[0] == pytest.approx(0.9993, abs=5e-5)
    assert "nearly flat ground" in flat.outcome.sentence
    assert "no minimum" in flat.outcome.sentence
    saddle = go("saddle_valleys", start=(2, 1e-9), gradient_tolerance=1e-3)
    assert (saddle.outcome.kind, saddle.outcome.step) == ("at_saddle", 411)
    assert saddle.losses[-1] == pytest.approx(2, abs=5e-4)
    assert "falls away" in saddle.outcome.sentence


def test_schedules_bounce():
    """A plateau of the loss that is a bounce is cured by any decay."""
    for schedule, steps, slope in (
        ("constant", 100, 5.66),
        ("step", 100, 4e-11),
        ("exponential", 100, 2e-21),
        ("cosine", 100, 2e-13),
        ("plateau", 150, 5e-13),
    ):
        path = go("bounce", rate=1.0, schedule=schedule, steps=steps, gradient_tolerance=0)
        # The row prints one digit; what is below 1e-12 is rounding, of which only the size is a fact.
        assert norms(path)[-1] == pytest.approx(slope, rel=0.3 if slope > 1e-12 else 0.9)
    cuts = np.flatnonzero(np.diff(path.rates)) + 1
    # The schedule's thirteenth loss, L(w_12), is one more than patience allows: the next step uses the cut rate.
    assert cuts[0] == 13


@pytest.mark.parametrize(
    ("optimizer", "edge", "at_0_9"),
    [
        ("momentum", lambda beta: 2 * (1 + beta), 3.8),
        ("nesterov", lambda beta: 2 * (1 + beta) / (1 + 2 * beta), 1.357),
    ],
)
def test_stability_law(optimizer, edge, at_0_9):
    """On a quadratic the runs that stay are those whose rate x lambda is below the law's edge, in every cell."""
    quadratic = formula("x**2/2 + y**2/2")
    misses = 0
    for beta in np.linspace(0, 0.98, 64):
        for rate in (np.arange(128) + 0.5) * 4.2 / 128:
            end = go(
                quadratic,
                optimizer,
                float(rate),
                start=(1, -1),
                knobs={"momentum": float(beta)},
                steps=2000,
                gradient_tolerance=0,
            )
            # Falling, not small: a cell 2e-5 below the edge takes more than 2,000 steps to shrink.
            swing = np.abs(end.points[:, 0])
            stays = end.outcome.kind == "budget" and swing[-100:].max() <= swing[1000:1100].max()
            misses += stays != (rate < edge(beta))
    assert misses == 0
    assert edge(0.9) == pytest.approx(at_0_9, abs=5e-4)
