"""Branches: a run that goes on from a step of another, held against torch whose optimizer is changed on the way."""

import copy
import warnings
from dataclasses import replace

import numpy as np
import optax
import pytest
import torch

from engine import OPTIMIZERS, SCHEDULES, Run, basin_map, descend, explain, may_gain, prescribe_branch
from engine.diagnosis.doctor import AROUND
from engine.diagnosis.doctor import RATES as TRIED
from engine.diagnosis.remedies import branch_variants
from engine.export import jax_code, pytorch_code
from engine.runs.segments import hands_on, segments
from engine.sentences.branches import branch_sentence
from engine.studies.fastest import fastest_rate
from engine.studies.rate_lanes import RateLanes
from tests.engine.oracle import BEYOND, SURFACES, TOLERANCE, apart, double_precision, scheduler_of
from tests.engine.oracle import OPTIMIZERS as TORCHS
from tests.engine.test_export import assert_walks as assert_program_walks

STEPS = 150
KNOWN = [key for key in OPTIMIZERS if key not in BEYOND]
RATES = {"adadelta": 1.0, "adagrad": 0.3, "gradient_descent": 0.004, "momentum": 0.002, "nesterov": 0.002}
"""What suits each rule on Himmelblau; 0.03 for the others."""
ALIKE = {"momentum": "momentum_buffer", "nesterov": "momentum_buffer", "adam": "exp_avg", "adamw": "exp_avg"}
"""Those of torch's optimizers that keep the same state."""


def rate_of(optimizer: str) -> float:
    return RATES.get(optimizer, 0.03)


def at_random(optimizer: str, then: str, seed: int, **settings) -> Run:
    """A run of `optimizer` from a random start, and from a random step on one of `then` at another rate."""
    rng = np.random.default_rng(seed)
    start = tuple(rng.uniform(-4, 4, 2).tolist())
    before = {"until": int(rng.integers(1, 30)), "optimizer": optimizer, "rate": rate_of(optimizer)}
    rate = rate_of(then) * float(rng.uniform(0.3, 1.5))
    return Run("himmelblau", then, start, rate, steps=STEPS, gradient_tolerance=0, before=[before], **settings)


def walked(run: Run, aside: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The points and rates of the same run in torch: its optimizer is changed on the way, and nothing is begun anew.

    Where torch's state fits the next optimizer, it is put into it; the same optimizer stays, and its group's values are
    set. Rates are set by hand, from schedulers of a parameter that stands still. A twin `aside` is moved to a
    neighbouring number before every step, up or down at random.
    """
    w = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    noise = run.noise * np.random.default_rng(run.seed).standard_normal((10_000, 2))
    ulps = torch.from_numpy(np.random.default_rng(0).choice([-1.0, 1.0], size=(run.steps, 2)))
    points, rates = [], []
    parts = [*run.before, run]
    ends = [phase.until for phase in run.before]
    optimizer = None
    with double_precision():
        for step in range(run.steps):
            place = sum(end <= step for end in ends)
            part = parts[place]
            if step == 0 or step in ends:
                made = TORCHS[part.optimizer]([w], lr=part.rate, **part.knobs)
                old = parts[place - 1].optimizer if step else None
                if old == part.optimizer:
                    settings = {name: value for name, value in made.param_groups[0].items() if name != "params"}
                    optimizer.param_groups[0].update(settings)
                else:
                    if ALIKE.get(old) == ALIKE.get(part.optimizer, 0):
                        made.state[w] = copy.copy(optimizer.state[w])
                    optimizer = made
            if aside:
                w.data = torch.nextafter(w.data, w.data + ulps[step])
            points.append(w.detach().numpy().copy())
            optimizer.zero_grad()
            SURFACES[run.landscape.key](*w).backward()
            w.grad += torch.from_numpy(noise[step])
            rates.append(_rate(parts, ends, place, step, run.steps))
            optimizer.param_groups[0]["lr"] = rates[-1]
            optimizer.step()
        points.append(w.detach().numpy().copy())
    return np.array(points), np.array(rates)


def _rate(parts, ends, place: int, step: int, steps: int) -> float:
    """The rate of a part's schedule, which counts from where the first part in a row under it began."""
    first = place
    while first and parts[first - 1].schedule == parts[place].schedule:
        first -= 1
    counted = ends[first - 1] if first else 0
    return _rates_of(parts[place], steps - counted)[step - counted]


_KEPT: dict = {}


def _rates_of(part, steps: int) -> list[float]:
    key = id(part), steps
    if key not in _KEPT:
        still = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([still], lr=part.rate)
        asked = Run("bowl", rate=part.rate, schedule=part.schedule, schedule_knobs=part.schedule_knobs, steps=steps)
        scheduler, rates = scheduler_of(optimizer, asked), []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for step in range(steps):
                rates.append(optimizer.param_groups[0]["lr"])
                if scheduler is not None and step < steps - 1:
                    scheduler.step()
        _KEPT[key] = part, rates
    return _KEPT[key][1]


def assert_walks(run: Run, least: int = 3) -> int:
    """The run is torch's, for as long as torch itself, rounded differently, stays near it (see `trusted_steps`)."""
    found, (points, rates) = descend(run), walked(run)
    gap = apart(walked(run, aside=True)[0], points)
    trusted = int(np.argmax(gap > TOLERANCE / 16)) if (gap > TOLERANCE / 16).any() else len(points)
    assert trusted > run.begin + least, "nothing of the branch would be compared"
    # Ten times the tolerance of whole runs: one twin measures chaos less well where it grows suddenly at a branch.
    assert apart(found.points[:trusted], points[:trusted]).max() <= 10 * TOLERANCE
    count = min(trusted, len(found.rates))
    np.testing.assert_allclose(found.rates[:count], rates[:count], rtol=1e-12, atol=1e-15)
    return trusted - run.begin


@pytest.mark.parametrize("optimizer", KNOWN)
def test_the_same_optimizer_at_another_rate_keeps_its_state_as_torch_does(optimizer: str):
    for seed in range(3):
        assert_walks(at_random(optimizer, optimizer, seed))


@pytest.mark.parametrize("optimizer", KNOWN)
def test_another_optimizer_begins_anew_but_for_what_both_keep(optimizer: str):
    compared = [assert_walks(at_random(optimizer, then, seed), least=-30) for seed, then in enumerate(KNOWN)]
    assert np.median(compared) > 30


@pytest.mark.parametrize("optimizer", ["adam", "amsgrad", "adamax", "nadam", "radam", "adamw"])
def test_other_knobs_take_the_means_over_as_torch_does(optimizer: str):
    for seed in range(3):
        run = at_random(optimizer, optimizer, seed, knobs={"beta1": 0.6, "beta2": 0.99})
        assert_walks(run)


def test_momentum_without_momentum_has_no_velocity_to_hand_on():
    run = at_random("momentum", "momentum", 1)
    still = replace(run, before=[replace(run.before[0], knobs={"momentum": 0.0})])
    assert not hands_on(still.before[0], still)
    assert_walks(still)


@pytest.mark.parametrize("schedule", [key for key, one in SCHEDULES.items() if not one.reacts])
def test_a_schedule_goes_on_counting_where_it_stays_and_begins_at_the_branch_where_it_is_new(schedule: str):
    for seed, old in enumerate(("constant", schedule, "cosine")):
        run = at_random("adam", "adam", seed, schedule=schedule)
        assert_walks(replace(run, before=[replace(run.before[0], schedule=old)]))


def test_a_warm_up_of_its_own_begins_at_the_branch():
    run = at_random("adam", "adam", 4, schedule_knobs={"warmup_steps": 10})
    rates = descend(run).rates[run.begin :]
    np.testing.assert_allclose(rates[:10], run.rate * (0.1 + 0.9 * np.arange(10) / 10), rtol=1e-14)
    np.testing.assert_array_equal(rates[10:], run.rate)


def test_branches_of_branches_with_noise_are_torchs():
    rng = np.random.default_rng(7)
    for seed in range(8):
        keys = rng.choice(KNOWN, 4).tolist()
        ends = np.sort(rng.choice(np.arange(1, 60), 3, replace=False)).tolist()
        before = [{"until": e, "optimizer": k, "rate": rate_of(k)} for e, k in zip(ends, keys, strict=False)]
        start = tuple(rng.uniform(-4, 4, 2).tolist())
        assert_walks(
            Run("himmelblau", keys[3], start, rate_of(keys[3]), steps=90, gradient_tolerance=0,
                before=before, noise=0.3, seed=seed)
        )  # fmt: skip


@pytest.mark.parametrize("key", ["lion", "bfgs", "newton"])
def test_what_torch_has_not_goes_on_as_itself(key: str):
    """A branch that changes nothing is its parent, to the last bit; and Lion at another rate is optax's."""
    whole = Run("himmelblau", key, (-1.0, 2.0), 0.02, steps=60, gradient_tolerance=0)
    phase = {"until": 13, "optimizer": key, "rate": 0.02}
    np.testing.assert_array_equal(descend(replace(whole, before=[phase])).points, descend(whole).points)


def test_lion_keeps_its_mean_at_another_rate_as_optax_does():
    run = Run("himmelblau", "lion", (-1.0, 2.0), 0.005, steps=60, gradient_tolerance=0,
              before=[{"until": 20, "optimizer": "lion", "rate": 0.02}])  # fmt: skip
    found = descend(run)
    w, knobs = np.array(run.start), run.knobs
    rule = optax.scale_by_lion(b1=knobs["beta1"], b2=knobs["beta2"])
    state = rule.init(w)
    for step in range(60):
        assert apart(found.points[step : step + 1], w[None]).max() <= TOLERANCE
        update, state = rule.update(found.gradients[step], state)
        w = w - (0.02 if step < 20 else 0.005) * np.asarray(update)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", ["momentum", "nadam", "rprop", "bfgs"])
def test_a_branch_that_changes_nothing_is_its_parent_to_the_last_bit(optimizer: str, schedule: str):
    knobs = {"warmup_steps": 7, **({"patience": 2} if schedule == "plateau" else {})}
    whole = Run("himmelblau", optimizer, (-1.0, 2.0), rate_of(optimizer), schedule=schedule, schedule_knobs=knobs,
                steps=80, gradient_tolerance=0, noise=0.1)  # fmt: skip
    same = {name: getattr(whole, name) for name in ("optimizer", "rate", "knobs", "schedule", "schedule_knobs")}
    found, expected = descend(replace(whole, before=[{"until": 33, **same}])), descend(whole)
    for name in ("points", "losses", "rates", "evaluations"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)


def test_a_plateau_keeps_its_cuts_and_its_patience_over_a_branch():
    knobs = {"patience": 3, "factor": 0.5}
    whole = Run("bounce", rate=1.0, schedule="plateau", schedule_knobs=knobs, steps=100, gradient_tolerance=0)
    phase = {"until": 37, "rate": 0.5, "schedule": "plateau", "schedule_knobs": knobs}
    half = descend(replace(whole, rate=0.5))
    doubled = descend(replace(whole, before=[phase]))
    assert half.rates[37] < 0.5, "no cut would be kept"
    assert doubled.rates[36] == half.rates[36]
    cut = half.rates[36] / half.rates[37]
    assert doubled.rates[37] == 2 * half.rates[36] / cut


def test_what_ends_before_its_branch_says_so_and_stays_a_run():
    phase = {"until": 100, "optimizer": "gradient_descent", "rate": 0.2}
    cases = [({"rate": 0.2}, "arrives"), ({"rate": 0.2, "steps": 5}, "still moving"), ({"rate": 3.0}, "blows")]
    for settings, word in cases:
        run = Run("bowl", "adam", steps=settings.get("steps", 400), before=[{**phase, "rate": settings["rate"]}])
        found, parent = descend(run), descend(Run("bowl", **{"steps": 400, **settings}))
        np.testing.assert_array_equal(found.points, parent.points)
        assert found.outcome.kind == parent.outcome.kind
        assert not found.outcome.arrived
        assert found.outcome.fate == "never begins"
        assert found.outcome.sentence.startswith("Adam from step 100 of Gradient descent never begins: Gradient desc")
        assert word in found.outcome.sentence


def test_each_step_explained_is_the_one_that_was_made():
    run = Run("himmelblau", "adamw", (-1.0, 2.0), 0.05, steps=70, before=[
        {"until": 20, "optimizer": "momentum", "rate": 0.002},
        {"until": 40, "optimizer": "adam", "rate": 0.03}])  # fmt: skip
    made = descend(run)
    for step in (0, 19, 20, 21, 39, 40, 41, 69):
        told = explain(run, step)
        assert (told.old, told.new) == (tuple(made.points[step]), tuple(made.points[step + 1]))
        assert told.rate == made.rates[step]
    assert "β" in explain(run, 3).formula
    assert "0.9¹)" in str(explain(run, 20).rows), "Adam's first gradient is that of the branch"
    assert "0.9³¹)" in str(explain(run, 50).rows), "AdamW goes on with Adam's means"


def test_parts_say_what_is_kept():
    run = Run("bowl", "adam", schedule="cosine", before=[
        {"until": 5, "optimizer": "momentum"},
        {"until": 9, "optimizer": "nesterov", "schedule": "cosine"}])  # fmt: skip
    first, second, third = segments(run)
    assert (first.keeps, first.goes_on, first.since, first.counted) == (False, False, 0, 0)
    assert (second.keeps, second.goes_on, second.since, second.counted) == (True, False, 0, 5)
    assert (third.keeps, third.goes_on, third.since, third.counted) == (False, True, 9, 5)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("adam", "must be a list of phases"),
        ([3], "must be an object"),
        ([{}], 'needs "until"'),
        ([{"until": 0}], "The step of a branch"),
        ([{"until": 1e9}], "The step of a branch"),
        ([{"until": 4}, {"until": 4}], "one after the other"),
        ([{"until": 4, "optimizer": "adamm"}], "adam"),
        ([{"until": 4, "start": (0, 0)}], "setting of a phase"),
        ([{"until": 4, "rate": -1}], "learning rate"),
        ([{"until": n} for n in range(1, 18)], "at most|may have 16"),
    ],
)
def test_what_is_no_branch_is_refused_with_a_sentence(before, words):
    with pytest.raises(ValueError, match=words):
        Run("bowl", before=before)


def test_studies_of_whole_runs_say_that_they_are():
    with pytest.raises(ValueError, match="this one is a branch from step 4"):
        basin_map(Run("bowl", before=[{"until": 4}]), resolution=4)


@pytest.mark.parametrize("then", ["gradient_descent", "adam", "newton"])
@pytest.mark.parametrize("schedule", ["constant", "plateau", "cosine"])
def test_rates_side_by_side_end_as_the_branch_does_by_itself(then: str, schedule: str):
    """Each lane of a search for the fastest rate arrives when `descend` does: on what its parent's cuts left, too."""
    own = {"schedule_knobs": {"patience": 8, "factor": 0.8}} if schedule == "plateau" else {}
    before = [{"until": 25, "optimizer": "momentum", "rate": 0.02, "schedule": schedule, **own}]
    run = Run("himmelblau", then, (0.5, 1.0), schedule=schedule, steps=300, before=before, **own)
    rates = np.geomspace(1e-3, 1.0, 40)
    lanes = RateLanes(run, rates)
    while not lanes.over:
        lanes.advance()
    ends = [descend(replace(run, rate=rate)).outcome for rate in rates.tolist()]
    expected = [end.step - 25 if end.arrived else np.inf for end in ends]
    assert lanes.steps.tolist() == expected
    assert np.isfinite(lanes.steps).any()


def test_a_branch_behind_its_parent_s_end_has_no_fastest_rate():
    with pytest.raises(ValueError, match="ends before step 90, where the branch begins"):
        fastest_rate(Run("bowl", rate=0.1, steps=100, before=[{"until": 90, "rate": 0.25}]))


def exported(optimizer: str, then: str, seed: int) -> Run:
    """A branch of a branch, each part under a random schedule."""
    rng = np.random.default_rng(seed)
    schedules = rng.choice([*SCHEDULES, "constant", "constant"], 3).tolist()
    schedules[2] = rng.choice([schedules[1], schedules[2]])
    warm = [{"warmup_steps": int(rng.choice([0, 0, 6]))} for _ in range(3)]
    keys = (optimizer, optimizer if seed % 2 else then, then)
    ends = np.sort(rng.choice(np.arange(2, 28), 2, replace=False)).tolist()
    before = [
        {"until": e, "optimizer": k, "rate": rate_of(k) / 2, "schedule": s, "schedule_knobs": knobs}
        for e, k, s, knobs in zip(ends, keys, schedules, warm, strict=False)
    ]
    start = tuple(rng.uniform(-4, 4, 2).tolist())
    return Run("himmelblau", then, start, rate_of(then), schedule=schedules[2], schedule_knobs=warm[2], steps=40,
               gradient_tolerance=0, before=before, noise=0.2, seed=seed)  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("optimizer", "then"), list(zip(OPTIMIZERS, [*list(OPTIMIZERS)[1:], "momentum"], strict=True)))
@pytest.mark.parametrize("write", [pytorch_code, jax_code])
def test_exported_programs_walk_a_branch_of_a_branch(write, optimizer: str, then: str):
    for seed in range(2):
        run = exported(optimizer, then, seed)
        assert_program_walks(run, write(run), steps=run.begin + 6)


@pytest.mark.parametrize(
    ("before", "then", "said"),
    [
        ("adam", "adam", "Adam from step 9: it goes on with its means of the gradient and of its square."),
        ("momentum", "nesterov", "Nesterov from step 9 of Momentum: it goes on with Momentum's velocity."),
        ("adam", "gradient_descent", "Gradient descent from step 9 of Adam: it leaves behind Adam's means of the "
                                     "gradient and of its square."),
        ("gradient_descent", "adam", "Adam from step 9 of Gradient descent: Gradient descent has no memory to hand "
                                     "on."),
    ],
)  # fmt: skip
def test_the_page_says_what_a_branch_keeps(before: str, then: str, said: str):
    assert branch_sentence(Run("bowl", then, before=[{"until": 9, "optimizer": before}])) == said


@pytest.mark.parametrize("seed", range(4))
def test_a_setting_for_a_branch_is_run_from_where_it_begins_and_ends_lower(seed: int):
    """Against candidates run one by one: what is offered ends as it says, and none that stays on both sides lower."""
    rng = np.random.default_rng(seed)
    before = [{"until": 20, "optimizer": "adam", "rate": 0.1}]
    start = tuple(rng.uniform(-4, 4, 2).tolist())
    run = Run("rosenbrock", "adam", start, 0.003, steps=80, before=before)
    branch = descend(run)
    found = prescribe_branch(branch)
    assert found is not None
    chosen = descend(found.run)
    assert found.run.before == run.before
    assert (found.run.start, found.run.steps, found.run.noise, found.run.clip_norm) == (run.start, 80, 0.0, None)
    np.testing.assert_array_equal(chosen.points[:21], branch.points[:21])
    assert found.loss == chosen.losses[-1] < branch.losses[-1]
    assert f"Tested from step 20 on: {found.change}: loss " in found.sentence
    worst = []
    for variant in branch_variants(run):
        for rate in TRIED[::4].tolist():
            ends = [descend(replace(variant.run, rate=rate * one)) for one in AROUND.tolist()]
            if all(end.outcome.kind != "diverged" for end in ends):
                worst.append(max(float(end.losses[-1]) for end in ends))
    assert found.loss <= min(worst) + 1e-6 * branch.losses[0]


def test_a_branch_at_the_lowest_minimum_or_behind_its_parent_s_end_is_offered_nothing():
    at_rest = descend(Run("bowl", rate=0.1, before=[{"until": 3}]))
    unbegun = descend(Run("bowl", rate=0.1, before=[{"until": 90, "rate": 0.25}]))
    for branch in (at_rest, unbegun):
        assert not may_gain(branch)
        assert prescribe_branch(branch) is None
