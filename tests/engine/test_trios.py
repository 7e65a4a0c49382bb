"""Three rates for a run: what each is called is what its run does, by laws that are not our code."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Run, descend, descend_many
from engine.studies.trios import rate_trio
from landscapes import formula

CURVED = (0.5, 3.0, 40.0)


def stays(rate: float, curvature: float, momentum: float) -> bool:
    """Whether heavy ball settles on a parabola: rate x curvature below 2 (1 + momentum). Polyak (1964)."""
    return rate * curvature < 2 * (1 + momentum)


def walked(curvatures: tuple[float, float], start: tuple[float, float], rate: float, momentum: float, steps: int):
    """The gradient norm after that many steps of heavy ball on a quadratic, by NumPy alone."""
    scale, place, velocity = np.array(curvatures), np.array(start), np.zeros(2)
    for _ in range(steps):
        if not np.isfinite(place).all() or np.hypot(*(scale * place)) < 1e-6:
            break
        velocity = momentum * velocity + scale * place
        place = place - rate * velocity
    return float(np.hypot(*(scale * place)))


@pytest.mark.parametrize("steps", [150, 400])
@pytest.mark.parametrize("high", CURVED)
@pytest.mark.parametrize(("optimizer", "momentum"), [("gradient_descent", 0.0), ("momentum", 0.9)])
def test_on_a_quadratic_each_rate_is_what_the_law_says(optimizer: str, momentum: float, high: float, steps: int):
    surface = formula(f"{high / 2}*x**2 + 0.2*y**2")
    run = Run(surface, optimizer, start=(-2.0, 1.5), steps=steps)
    trio = rate_trio(run)
    assert trio.just_right is not None
    assert trio.steps >= run.steps
    law = (max(high, 0.4), momentum)
    ends = (high, 0.4), (-2.0, 1.5)
    assert stays(trio.just_right, *law)
    assert walked(*ends, trio.just_right, momentum, trio.steps) < 1e-6
    if trio.too_high is not None:
        assert trio.too_high > trio.just_right
        assert not walked(*ends, trio.too_high, momentum, trio.steps) < 1e-6
        assert not stays(trio.too_high, *law), "it would not arrive, whatever its time"
    if trio.too_low is not None:
        assert trio.too_low < trio.just_right
        assert stays(trio.too_low, *law), "it would arrive, given time"
        assert not walked(*ends, trio.too_low, momentum, trio.steps) < 1e-6
    assert trio.too_low is not None or trio.too_high is not None


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("key", ["himmelblau", "ravine", "two_valleys", "saddle", "rosenbrock"])
def test_what_is_offered_has_been_run(key: str, optimizer: str):
    run = Run(key, optimizer, steps=200)
    trio = rate_trio(run)
    rates = [rate for rate in (trio.too_low, trio.just_right, trio.too_high) if rate is not None]
    assert rates == sorted(rates)
    if trio.just_right is None:
        assert rates == []
        assert "no learning rate arrives" in trio.sentence
        return
    ends = {rate: descend(replace(run, rate=rate, steps=trio.steps)).outcome.arrived for rate in rates}
    assert ends == {rate: rate == trio.just_right for rate in rates}
    assert key != "saddle", "it has no minimum"


def test_neither_the_order_of_runs_nor_a_twin_changes_a_bit():
    runs = [Run("himmelblau", key, rate=rate, steps=60) for key in ("adam", "momentum") for rate in (0.01, 0.02)]
    runs += [runs[0], Run("himmelblau", "adam", rate=0.01, steps=60, schedule="cosine")]
    straight, turned = descend_many(runs), descend_many(runs[::-1])[::-1]
    for one, other in zip(straight, turned, strict=True):
        assert one.points.tobytes() == other.points.tobytes()
        assert one.outcome == other.outcome
    assert straight[0].points.tobytes() == straight[4].points.tobytes() == descend(runs[0]).points.tobytes()
    assert straight[0].points.tobytes() != straight[5].points.tobytes()
