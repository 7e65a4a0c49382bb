"""Letters of a formula are parameters: traced, exported, and on a surface of the menu not there until one is moved."""

import contextlib
import io
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import (
    OPTIMIZERS,
    Run,
    basin_map,
    critical_points,
    descend,
    descend_many,
    descend_soon,
    explain,
    fastest_rate,
    knob_map,
    probe,
    rate_sweep,
    sharpness,
    surface,
)
from engine.export import jax_code, pytorch_code
from engine.studies.laws import law_on
from landscapes import LANDSCAPES, formula, landscape_of
from landscapes.language import loss_of, parse

FIFTY = np.linspace(0, 1, 50)
FAMILIES = {key: record for key, record in LANDSCAPES.items() if record.parameters}
BEFORE = {
    "ravine": "x**2/2 + 25*y**2",
    "rosenbrock": "(1 - x)**2 + 100*(y - x**2)**2",
    "rastrigin": "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    "saddle": "x**2 - y**2",
    "plateau": "1 - exp(-(x**2 + y**2)/4)",
    "two_valleys": "x**4/8 + 3*x**3/20 - x**2 + y**2 + 3.7109375",
}
"""As they were before they had parameters."""
TYPED = "a*x^2 + b*y^2 + c*sin(3x) + sqrt(d^2 + x^2)*0.1 + where(x > a, exp(b)*y, 0)*0.01"


def test_the_surfaces_that_teach_by_one_have_a_parameter():
    assert set(FAMILIES) == set(BEFORE)
    assert [(one.low, one.high, one.default, one.log) for one in FAMILIES["ravine"].parameters] == [(1, 1000, 50, True)]


@pytest.mark.parametrize("key", BEFORE)
def test_at_its_defaults_a_surface_is_what_it_was_to_the_last_bit(key):
    """Its loss is the very function of the formula without letters, so that it has the very programs."""
    record = FAMILIES[key]
    assert record.loss is loss_of(parse(BEFORE[key]))
    assert record.text == key
    assert not record.is_changed
    assert landscape_of(f"{key}@{record.parameters[0].name}={record.values[0]!r}") is record
    moved = record.with_values({record.parameters[0].name: record.parameters[0].low + 0.5})
    back = moved.with_values({record.parameters[0].name: record.values[0]})
    assert back.loss is record.loss
    ours, plain = Run(key, steps=200), Run(formula(BEFORE[key]), start=record.start, steps=200)
    assert descend(ours).points.tobytes() == descend(plain).points.tobytes()


@pytest.mark.parametrize("key", BEFORE)
def test_close_to_its_defaults_it_is_close_to_what_it_was(key):
    """The family passes through the surface that it is named after: value, slope and curvature."""
    record = FAMILIES[key]
    name, default = record.parameters[0].name, record.values[0]
    near = record.with_values({name: default * (1 - 1e-13)})
    assert near.is_changed
    (x0, x1), (y0, y1) = record.window
    points = np.random.default_rng(3).uniform((x0, y0), (x1, y1), (40, 2))
    for point in points:
        here, there = probe(near, point), probe(record, point)
        assert here.loss == pytest.approx(there.loss, rel=1e-9, abs=1e-9)
        assert here.gradient == pytest.approx(there.gradient, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(sharpness(near, points), sharpness(record, points), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("value", [1.0, 7.3, 1000.0])
def test_the_ravine_is_as_steep_as_its_condition_number_says(value):
    """Its Hessian is diag(1, kappa), by hand."""
    ravine = landscape_of(f"ravine@kappa={value}")
    assert probe(ravine, (2.0, -1.5)).gradient == pytest.approx((2.0, -1.5 * value), rel=1e-14)
    assert sharpness(ravine, [(0.3, 0.2)]).item() == pytest.approx(max(1.0, value), rel=1e-14)
    assert [(point.kind, point.position) for point in critical_points(ravine).points] == [("global minimum", (0, 0))]


def test_no_value_of_a_parameter_recompiles(compilations):
    """Fifty values of each letter, through everything that the hand waits for, and a map."""
    texts = {"formula:a*x**2 + b*y**2": ("a", "b"), "ravine": ("kappa",), "rastrigin": ("A",)}

    def all_of(landscape):
        run = Run(landscape, start=(1.5, 0.5), steps=50, rate=0.001)
        descend_many([replace(run, optimizer=key) for key in ("gradient_descent", "adam", "newton")])
        descend_soon([run])
        explain(run, 3)
        surface(landscape, ((-3, 3), (-3, 3)), 20, 20)
        sharpness(landscape, [(1, 1)])
        probe(landscape, (1, 1))

    for text, names in texts.items():
        all_of(landscape_of(f"{text}@{names[0]}=3.25"))
        with compilations.none():
            for name in names:
                for share in FIFTY:
                    all_of(landscape_of(f"{text}@{name}={1 + 4 * float(share)!r}"))
    run = Run("ravine@kappa=3", steps=50)
    fastest_rate(run), basin_map(run, resolution=16), rate_sweep(run, [0.1, 0.2]), critical_points(run.landscape)
    with compilations.none():
        run = Run("ravine@kappa=40", steps=50)
        fastest_rate(run), basin_map(run, resolution=16), rate_sweep(run, [0.1, 0.2]), critical_points(run.landscape)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_method_descends_on_a_letter_as_on_its_number(key):
    """To rounding: the number is folded into the program, the letter is not. Early steps, before any chaos."""
    lettered = landscape_of("formula:a*x**2 + b*y**2 + c*cos(x)@a=0.75,b=2.5,c=0.3")
    numbers = formula("0.75*x**2 + 2.5*y**2 + 0.3*cos(x)")
    ours, theirs = (descend(Run(one, key, start=(2, 1.5), rate=0.01, steps=40)) for one in (lettered, numbers))
    np.testing.assert_allclose(ours.points, theirs.points, rtol=1e-9, atol=1e-9)


def executed(code):
    space = {}
    precision = torch.get_default_dtype()
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "<exported>", "exec"), space)
    torch.set_default_dtype(precision)
    return np.array(space["points"])


@pytest.mark.parametrize("write", [pytorch_code, jax_code])
@pytest.mark.parametrize(
    "text",
    [
        "ravine@kappa=130",
        "two_valleys@t=-0.3",
        formula(TYPED).text + "@a=1.25,b=0.5,c=-0.4,d=2",
        "formula:f(w, b) = (w*x + b - y)**2 + u*sqrt(w**2 + 1)@x=2,y=3,u=0.1",
        "formula:f(lambda, beta) = kappa*lambda**2 + abs(beta) + max(kappa, lambda)@kappa=2",
        "formula:f(w1, w2) = w1**2 + g*w2**2@g=3",
    ],
)
def test_an_exported_program_holds_the_letters_and_reproduces_the_path(write, text):
    run = Run(text, "momentum", start=(1.2, 0.7), rate=0.002, steps=60)
    code = write(run)
    for name, value in run.landscape.letters.items():
        assert re.search(rf"^ +{name}_? = .*{re.escape(repr(value))}", code, re.MULTILINE)
    np.testing.assert_allclose(executed(code), descend(run).points, rtol=0, atol=1e-9)


def test_a_map_of_the_rate_and_the_condition_number_is_the_law():
    """Plain descent on a ravine settles while rate * kappa is below 2, by the textbooks; and nothing recompiles."""
    rates, kappas = np.geomspace(1e-3, 1.0, 24), np.geomspace(1.5, 900.0, 20)
    told = knob_map(Run("ravine", steps=400), "rate", rates, "@kappa", kappas)
    product = kappas[:, None] * rates[None, :]
    clear = np.abs(product - 2) > 0.05
    stable = told.stable & (rates[None, :] < 2)
    assert np.array_equal(stable[clear], (product < 2)[clear])
    law = law_on(told)
    assert law is not None
    assert law.words == "rate × λ < 2"
    np.testing.assert_allclose(law.border, np.stack([2 / kappas, kappas], axis=1), rtol=1e-12)
    assert law.agreement > 0.97  # after 400 steps: close to the border a run takes longer to show what it is
    assert law_on(knob_map(Run("rastrigin", steps=5), "rate", rates, "@A", kappas[:3])) is None
    turned = knob_map(Run("ravine", steps=400), "@kappa", kappas, "rate", rates)
    for name in ("final_losses", "steps", "outcomes", "arrived"):
        np.testing.assert_array_equal(getattr(turned, name), getattr(told, name).T)
    row = rate_sweep(Run(f"ravine@kappa={float(kappas[7])!r}", steps=400), rates)
    np.testing.assert_array_equal(told.final_losses[7], row.final_losses)
    with pytest.raises(ValueError, match="One axis of a map may be a parameter"):
        knob_map(Run("saddle"), "@a", [1.0], "@b", [1.0])
    with pytest.raises(ValueError, match='no parameter "mu"'):
        knob_map(Run("ravine"), "rate", [1.0], "@mu", [1.0])


def test_a_text_form_holds_what_is_not_at_its_default():
    assert landscape_of("formula:a*x**2 + b*y**2@b=2,a=1").text == "formula:a*x**2 + b*y**2@b=2"
    assert landscape_of("ravine@kappa=200").text == "ravine@kappa=200"
    for text in ("formula:a*x**2 + b*y**2@a=0.1,b=1e-05", "saddle@a=-1,b=0.3"):
        assert landscape_of(landscape_of(text).text) == landscape_of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ravine@kappa=nan", "The parameter κ must be a number from 1 to 1000; got nan."),
        ("ravine@kappa=0.5", "got 0.5"),
        ("ravine@kappa=much", "got nan"),
        ("ravine@a=2", 'Ravine has no parameter "a"; it has kappa.'),
        ("bowl@a=2", "it has none"),
        ("formula:a*x@a=1e9", "from −10⁶ to 10⁶"),
        ("formula:a*x@", 'The character "@"'),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        landscape_of(text)
