"""One step, told: its numbers are the path's own, its state is torch's, and its texts are true."""

import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run, descend, explain, warm_up, warm_up_curved
from engine.basis.programs import PROGRAMS
from engine.descent.loop import BY_BUDGET, BY_GRADIENT, RUNNING
from engine.descent.stop_rules import stop_rules
from landscapes import LANDSCAPES, formula
from tests.engine import oracle
from tests.texts import spaced

SURFACES = ("himmelblau", "rosenbrock", "two_valleys", "rastrigin")
SETTINGS = {
    "plain": {},
    "noise": {"noise": 0.5, "seed": 3},
    "clipped": {"noise": 0.5, "clip_norm": 1.0},
    "clipped by value": {"clip_value": 0.5, "noise": 0.1},
    **{f"{key} schedule": {"schedule": key} for key in ("step", "plateau", "one_cycle")},
}
KNOBS = {
    "momentum": {"dampening": 0.25, "weight_decay": 0.01},
    "adagrad": {"lr_decay": 0.1},
    "lion": {"weight_decay": 0.1},
}
"""Knobs whose defaults would leave a term of the rule out."""


def test_every_optimizer_writes_its_step():
    for optimizer in OPTIMIZERS.values():
        told = explain(Run("himmelblau", optimizer.key, knobs=KNOBS.get(optimizer.key)), 3)
        symbols = [row.symbol for row in told.rows]
        assert symbols[0] == "g"
        assert symbols[1:-3] == [row.symbol for row in optimizer.rows]
        assert [row.text for row in told.rows if not row.symbol] == ["old position", "new position"]
        assert [row.strong for row in told.rows] == [False] * (len(symbols) - 1) + [True]
        assert [row.signed for row in told.rows] == [False] * (len(symbols) - 2) + [True, False]
        assert ("new = old − rate ×" in told.formula) == (optimizer.key not in ("rprop", "bfgs"))
        assert "new = old − " in told.formula
        for text in (told.formula, told.sentence, *(row.text for row in told.rows)):
            assert not set(text) & set("{}*-") or re.search(r"e-\d", text), text


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_is_the_path_s_to_the_last_bit(optimizer, settings):
    """Two programs, one traced step: were they to round differently, chaotic paths would part within the run."""
    for landscape in SURFACES:
        run = Run(landscape, optimizer, rate=5e-4, steps=400, gradient_tolerance=0, **settings)
        path = descend(run)
        last = len(path.points) - 1
        assert last == 400
        for step in (0, 1, 17, 120, last - 1):
            told = explain(run, step)
            assert (told.step, told.made) == (step, True)
            assert told.old == tuple(path.points[step])
            assert told.new == tuple(path.points[step + 1])
            assert told.loss == path.losses[step]
            assert told.gradient == tuple(path.gradients[step])
            assert told.rate == path.rates[step]
            # A processor may fuse the last product and sum, so the update itself is good to one rounding.
            assert np.add(told.old, told.update) == pytest.approx(told.new, rel=1e-15, abs=1e-15)
            assert told.rows[-3].values == told.old
            assert told.rows[-2].values == told.update
            assert told.rows[-1].values == told.new


def test_plain_descent_is_old_minus_rate_times_gradient():
    """scenarios.md, four_steps."""
    told = explain(Run("bowl"), 0)
    assert told.formula == "new = old − rate × gradient"
    assert [(row.symbol, row.text, row.values) for row in told.rows] == [
        ("g", "gradient here", (10.0, 6.0)),
        ("", "old position", (2.5, 1.5)),
        ("−η g", "0.01 × g", pytest.approx((-0.1, -0.06))),
        ("", "new position", pytest.approx((2.4, 1.44))),
    ]
    assert told.loss == 17
    assert told.effective_gradient == told.gradient
    assert told.carried is None


# Row symbol -> the name of the same state in torch.
STATE = {
    "gradient_descent": {},
    "momentum": {"v": "momentum_buffer"},
    "nesterov": {"v": "momentum_buffer"},
    "rmsprop": {"s": "square_avg"},
    "adam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "adagrad": {"s": "sum"},
    "adadelta": {"s": "square_avg", "u": "acc_delta"},
    "amsgrad": {"m": "exp_avg", "v": "exp_avg_sq", "n": "max_exp_avg_sq"},
    "adamw": {"m": "exp_avg", "v": "exp_avg_sq"},
    "adamax": {"m": "exp_avg", "n": "exp_inf"},
    "nadam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "radam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "rprop": {"s": "step_size"},
}


def torch_states(run: Run, steps: int) -> tuple[list[dict], list[np.ndarray]]:
    """torch's state after each update, and the gradient each was given."""
    p = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    optimizer = oracle.OPTIMIZERS[run.optimizer]([p], lr=run.rate, **run.knobs)
    scheduler = oracle.scheduler_of(optimizer, run)
    noise = run.noise * np.random.default_rng(run.seed).standard_normal((10_000, 2))
    states, felt = [], []
    for t in range(steps):
        optimizer.zero_grad()
        oracle.SURFACES[run.landscape.key](p[0], p[1]).backward()
        p.grad += torch.from_numpy(noise[t])
        if run.clip_value is not None:
            torch.nn.utils.clip_grad_value_([p], run.clip_value)
        if run.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([p], run.clip_norm)
        felt.append(p.grad.numpy().copy())
        optimizer.step()
        if scheduler:
            scheduler.step()
        states.append(
            {key: value.detach().numpy().copy() for key, value in optimizer.state[p].items() if value is not None}
        )
    return states, felt


@pytest.mark.parametrize("optimizer", STATE)
@pytest.mark.parametrize("landscape", ["himmelblau", "ravine", "two_valleys"])
def test_the_state_is_torch_s(optimizer, landscape):
    run = Run(
        landscape,
        optimizer,
        rate=0.004,
        knobs=KNOBS.get(optimizer),
        noise=0.5,
        clip_norm=2.0,
        schedule="cosine",
        gradient_tolerance=0,
    )
    with oracle.double_precision():
        states, felt = torch_states(run, 60)
    for step in (0, 1, 30, 59):
        told = explain(run, step)
        rows = {row.symbol: row.values for row in told.rows}
        assert told.effective_gradient == pytest.approx(felt[step], rel=1e-11)  # 60 steps of rounding, curvature 50
        for symbol, name in STATE[optimizer].items():
            assert rows[symbol] == pytest.approx(states[step][name], rel=1e-11), (symbol, step)


def evaluated(text: str, names: dict[str, np.ndarray]) -> np.ndarray:
    """The arithmetic that a row's text says, done with the numbers of the other rows."""
    text = re.sub("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "**" + found[0].translate(POWERS), text)
    for symbol in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w\[\"]){re.escape(symbol)}(?![\w\"])", f'names["{symbol}"]', text)
    text = re.sub(r"√(names\[[^]]*\])", r"np.sqrt(\1)", text).replace("√(", "np.sqrt(")
    text = re.sub(r"\|([^|]+)\|", r"np.abs(\1)", text)
    text = text.replace("max(", "np.maximum(").replace("sign(", "np.sign(").partition(", tried from")[0]
    return eval(spaced(text).replace("×", "*").replace("÷", "/").replace("−", "-"), {"np": np, "names": names})


IN_WORDS = {("nadam", "a"), ("nadam", "b"), ("radam", "r"), ("rprop", "s"), ("newton", "d"), ("bfgs", "d")}
"""Rows that are told in words, since their arithmetic would fill a page."""


POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("step", [0, 1, 13])
@pytest.mark.parametrize("noise", [0.0, 1.5])
def test_every_text_says_how_its_numbers_come_about(optimizer, step, noise):
    """The old state is the one that the step before showed; at step 0 there is none, and zero counts."""
    for knobs in (None, KNOBS.get(optimizer)):
        run = Run("himmelblau", optimizer, rate=0.004, knobs=knobs, noise=noise)
        told = explain(run, step)
        names = {row.symbol: np.array(row.values) for row in told.rows if row.symbol}
        before = {row.symbol: row.values for row in explain(run, step - 1).rows} if step else {}
        names |= {f"old {symbol}": np.array(before.get(symbol, (0.0, 0.0))) for symbol in names}
        names["old position"] = np.array(told.old)
        own = [row for row in told.rows if row.symbol not in ("", "g", "g′")]
        for row in own[:-1]:
            if (optimizer, row.symbol) not in IN_WORDS:
                assert evaluated(row.text, names) == pytest.approx(row.values, rel=1e-12), row
        if optimizer == "rprop":
            assert own[-1].text == "s in each slope's direction, none where it turned"
            continue
        assert -evaluated(own[-1].text, names) == pytest.approx(told.update, rel=1e-12), own[-1]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"noise": 2}, "with noise σ 2"),
        ({"clip_norm": 1}, "clipped to norm 1"),
        ({"clip_value": 0.5}, "clipped to ±0.5"),
        (
            {"noise": 0.25, "clip_value": 0.5, "clip_norm": 0.1},
            "with noise σ 0.25, clipped to ±0.5, clipped to norm 0.1",
        ),
        ({"noise": 1e-7, "clip_norm": 1e6, "clip_value": 1e6}, "with noise σ 10⁻⁷"),
    ],
)
def test_what_changed_the_gradient_is_named(settings, text):
    told = explain(Run("bowl", **settings), 2)
    assert told.rows[1][:2] == ("g′", text)
    assert told.rows[1].values == told.effective_gradient != told.gradient
    assert told.rows[-2].symbol == "−η g′"
    assert told.formula == "new = old − rate × gradient felt"
    idle = explain(Run("bowl", clip_norm=1e6, clip_value=1e6), 2)
    assert [row.symbol for row in idle.rows] == ["g", "", "−η g", ""]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_carried_is_what_the_old_state_alone_would_do(optimizer):
    """Momentum's part: the update less what the same rule does with the direction of its past forgotten.

    For the rules that are linear in state and gradient: the rest is the step of a fresh velocity. Adam's scale belongs
    to both parts, so there the two shares of the mean stand to each other as they do in the mean.
    """
    run = Run("himmelblau", optimizer, rate=0.004)
    told, before = explain(run, 13), explain(run, 12)
    rate, g = 0.004, np.array(told.gradient)
    rows, old = ({row.symbol: np.array(row.values) for row in one.rows} for one in (told, before))
    share = 0.9 * old["m"] / rows["m"] if "m" in rows else 0
    expected = {
        "momentum": lambda: np.array(told.update) + rate * g,
        "nesterov": lambda: np.array(told.update) + rate * (1 + 0.9) * g,
        **dict.fromkeys(("adam", "amsgrad", "adamax", "radam"), lambda: np.array(told.update) * share),
        # What this gradient and the decay do by themselves is left out of the part of the past.
        "nadam": lambda: np.array(told.update) * share / (1 + rows["a"] * g / (rows["b"] * rows["m"])),
        "adamw": lambda: (np.array(told.update) + rate * 0.01 * np.array(told.old)) * share,
    }
    if optimizer not in expected:
        assert told.carried is None
        return
    assert told.carried == pytest.approx(expected[optimizer](), rel=1e-10)
    assert explain(run, 0).carried == (0.0, 0.0)


def test_the_end_is_the_update_that_is_not_made():
    run = Run("bowl", rate=0.1)
    path = descend(run)
    for step in (path.outcome.step, path.outcome.step + 1, 10**15):
        told = explain(run, step)
        assert (told.step, told.made) == (path.outcome.step, False)
        assert told.old == tuple(path.points[-1])
        assert told.new == pytest.approx(np.array(told.old) - 0.1 * np.array(told.gradient), rel=1e-15)
        assert spaced(told.sentence).endswith("so x would go down. The run ends here: the gradient norm is below 10⁻⁶.")


@pytest.mark.parametrize("steps", [999, 1_000, 1_001, 10_000, 10_001])
def test_the_rate_after_the_last_step_is_the_schedule_s(steps):
    """Where the arrays that the descent is fed with end, too."""
    run = Run(
        "bowl", schedule="step", schedule_knobs={"step_size": 1, "gamma": 0.999}, steps=steps, gradient_tolerance=0
    )
    told = explain(run, steps)
    assert (told.step, told.made) == (steps, False)
    assert told.rate == pytest.approx(0.01 * 0.999**steps, rel=1e-10)
    assert told.rate < descend(run).rates[-1]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"steps": 7}, "its 7 steps are made"),
        ({"loss_tolerance": 1.0, "gradient_tolerance": 0}, "the loss changed by less than 1"),
        ({"rate": 1.0}, "it has diverged"),
    ],
)
def test_the_end_says_why(settings, why):
    assert explain(Run("bowl", **settings), 500).sentence.endswith(f"The run ends here: {why}.")


def test_an_update_out_of_the_numbers_is_shown_where_the_path_ends():
    run = Run("bowl", rate=1e308)
    told = explain(run, 500)
    assert told.step == len(descend(run).points) - 1 == 0
    assert told.made
    assert told.new == (-math.inf, -math.inf)
    assert told.sentence.endswith("but the step is not a finite number.")


@pytest.mark.parametrize("step", [-1, 2.5, "3", None, True, math.nan])
def test_a_bad_step_gets_a_sentence(step):
    with pytest.raises(ValueError, match="The step must be"):
        explain(Run("bowl"), step)


@cache
def ends() -> list[Run]:
    runs = [Run("bowl", o, rate=r, steps=60) for o in OPTIMIZERS for r in (0.01, 0.25, 0.6)]
    runs += [replace(run, loss_tolerance=1e-3, gradient_tolerance=tolerance) for run in runs for tolerance in (0, 0.3)]
    return [*runs, Run("saddle_valleys", start=(0, 0)), Run("bowl", steps=1)]


def test_the_rule_that_ended_the_run_is_the_first_that_is_met():
    names = {"converged_gradient": 0, "at_saddle": 0, "converged_loss": 1, "budget": 2}
    kinds = set()
    for run in ends():
        outcome = descend(run).outcome
        kinds.add(outcome.kind)
        tests = explain(run, outcome.step).tests
        assert [test.name for test in tests] == ["gradient norm", "loss change", "steps left"]
        met = [test.met for test in tests]
        assert (met.index(True) if any(met) else None) == names.get(outcome.kind), (run, tests)
        for step in range(0, outcome.step, 7):
            assert not any(test.met for test in explain(run, step).tests)
    assert kinds == {*names, "diverged"}


def test_a_rounding_of_ours_does_not_overrule_the_run():
    """The run saw a norm that was not below the tolerance; here it comes out one digit smaller, and the other way."""
    run = Run("bowl", gradient_tolerance=1.0, steps=50)
    below, at = (math.nextafter(1, 0), 0.0), (1.0, 0.0)
    assert [test.met for test in stop_rules(run, 50, BY_BUDGET, 1.0, 2.0, below)] == [False, False, True]
    assert [test.met for test in stop_rules(run, 9, RUNNING, 1.0, 2.0, below)] == [False] * 3
    assert [test.met for test in stop_rules(run, 9, BY_GRADIENT, 1.0, 2.0, at)] == [True, False, False]


def test_stop_rules_show_their_numbers():
    run = Run("bowl", loss_tolerance=1e-3, steps=50)
    path = descend(run)
    slope, change, left = explain(run, 3).tests
    assert slope.value == pytest.approx(np.linalg.norm(path.gradients[3]), rel=1e-15)
    assert change.value == pytest.approx(path.losses[2] - path.losses[3], rel=1e-15)
    assert (slope.threshold, change.threshold) == (1e-6, 1e-3)
    assert (left.value, left.threshold, left.text) == (47, 1, "47 of 50 steps left")
    assert spaced(slope.text) == "gradient norm: 10.3, not below 10⁻⁶"
    assert explain(run, 0).tests[1][1:4] == (None, 1e-3, False)
    off = explain(Run("bowl", gradient_tolerance=0), 3).tests
    assert [test.threshold for test in off] == [None, None, 1]
    assert off[0].text == "gradient norm: switched off"
    assert off[0].value is not None


def test_no_step_and_no_setting_recompiles(compilations):
    landscape = formula("x**2 + 4*y**2 + x*y/9")
    PROGRAMS.empty()  # in a full cache what is compiled ahead may be let go of before its use
    warm_up(landscape)
    warm_up_curved(landscape)
    with compilations.none():
        for share in np.linspace(0, 1, 50):
            optimizer = list(OPTIMIZERS)[int(share * 49) % len(OPTIMIZERS)]
            run = Run(landscape, optimizer, rate=1e-3 + float(share), steps=1 + int(share * 9_999), clip_norm=1 + share)
            explain(run, int(share * 60))
            explain(replace(run, noise=0.1, schedule="cosine"), 10_000)


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_the_start_of_every_surface_can_be_told(landscape):
    told = explain(Run(landscape), 0)
    assert told.made
    assert RUNNING == 0
    assert told.old == LANDSCAPES[landscape].start
