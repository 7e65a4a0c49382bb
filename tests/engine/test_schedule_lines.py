"""What the page Schedules says of each run, against torch itself: its line of PyTorch, and each cut of a plateau."""

import random
import warnings

import pytest
import torch

from engine import SCHEDULES, Run, Trajectory, descend
from engine.basis.numerals import number
from engine.export import optimizer_code, scheduler_code
from engine.studies.decisions import Decision, decisions


def any_run(rng: random.Random, schedule: str) -> Run:
    """Noisy or not, warmed up or not, with knobs anywhere between their sliders' ends."""
    knobs = {
        name: (round if knob.whole else float)(rng.uniform(knob.low, knob.high))
        for name, knob in SCHEDULES[schedule].own.items()
        if not knob.many and rng.random() < 0.5
    }
    if schedule == "plateau":
        knobs |= {"patience": rng.randint(0, 8), "cooldown": rng.randint(0, 6), "min_lr": rng.choice((0, 0, 0.01))}
        knobs["factor"] = rng.choice((0.1, 0.5, 0.9))
    knobs["warmup_steps"] = rng.choice((0, 0, 1, 12))
    surface = rng.choice(("bowl", "himmelblau", "ravine", "bounce"))
    noise, rate = rng.choice((0, 0.5, 2)), rng.choice((0.02, 0.005, 0.2))
    return Run(
        surface,
        rng.choice(("gradient_descent", "adam", "momentum")),
        rate=rate,
        schedule=schedule,
        schedule_knobs=knobs,
        steps=rng.randint(20, 150),
        noise=noise,
        seed=rng.randint(0, 99),
    )


def torch_rates(trajectory: Trajectory) -> tuple[list[float], list[tuple[int, float]]]:
    """The rates of torch's own schedulers made by the lines, fed with the run's losses, and what a plateau cut at."""
    run = trajectory.run
    space = {"torch": torch, "w": torch.zeros(2, dtype=torch.float64, requires_grad=True)}
    exec(f"{optimizer_code(run)}\n{scheduler_code(run)}", space)
    optimizer, scheduler = space["optimizer"], space.get("scheduler")
    reads = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
    cuts: list[tuple[int, float]] = []
    if reads:
        cut = scheduler._reduce_lr
        scheduler._reduce_lr = lambda epoch: (cuts.append((step, scheduler.best)), cut(epoch))
    rates = []
    for step in range(len(trajectory.rates)):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if reads and step < run.schedule_knobs["warmup_steps"]:
            space["warm_up"].step()
        elif reads:
            scheduler.step(trajectory.losses[step])
        elif scheduler:
            scheduler.step()
    return rates, cuts


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_line_makes_the_rates_of_the_run_in_torch(schedule: str):
    rng = random.Random(schedule)
    for _ in range(12):
        trajectory = descend(any_run(rng, schedule))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a milestone of SequentialLR steps its schedulers with an epoch
            rates, _ = torch_rates(trajectory)
        assert trajectory.rates == pytest.approx(rates, rel=1e-9, abs=1e-11 * trajectory.run.rate)


def test_each_cut_of_a_plateau_is_where_torch_makes_it_and_why():
    rng = random.Random(0)
    seen = 0
    for _ in range(200):
        trajectory = descend(any_run(rng, "plateau"))
        made = decisions(trajectory)
        rates, cuts = torch_rates(trajectory)
        begin = int(trajectory.run.schedule_knobs["warmup_steps"])
        cuts = [(step, best) for step, best in cuts if step < len(rates) - 1]
        assert [(one.step, one.best) for one in made] == cuts
        for one in made:
            seen += 1
            assert (one.before, one.after) == pytest.approx((rates[one.step], rates[one.step + 1]), rel=1e-12)
            assert trajectory.losses[one.best_step] == one.best
            assert one.best_step >= begin
            assert_says(one, int(trajectory.run.schedule_knobs["patience"]))
    assert seen > 300


def assert_says(one: Decision, patience: int) -> None:
    assert one.sentence.startswith(f"Step {one.step:,}: ")
    assert f"the best, {number(one.best)} at step {one.best_step:,} (patience {patience})" in one.sentence
    moves = f"the rate goes from {number(one.before)}" if one.after < one.before else "the rate stays at"
    assert moves in one.sentence


def test_the_plateau_of_the_noisy_bowl():
    """The scenario schedules_noise: cuts at 13, 43, 54 and so on, with noise alone to trip it."""
    made = decisions(descend(Run("bowl", rate=0.2, schedule="plateau", noise=2, steps=100)))
    assert [one.step for one in made] == [13, 43, 54, 65, 76, 87, 98]
    assert made[0].sentence == (
        f"Step 13: 11 losses in a row were not better than the best, {number(made[0].best)} at step 2 (patience 10); "
        "the rate goes from 0.2 to 0.02."
    )
    assert decisions(descend(Run("bowl", noise=2))) == []
