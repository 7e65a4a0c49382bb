"""Every record's claims, against torch's autograd, mpmath and scipy."""

import math
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
import sympy
import torch

import landscapes
from landscapes import LANDSCAPES, Landscape, Registry, UnknownLandscape, formula, landscape_of
from landscapes.record import GROUPS, KINDS

MACHINERY = {"__init__", "record", "registry", "runtime", "on_data", "parameters", "starts"}
KEYS = list(LANDSCAPES)
EPSILON = np.finfo(float).eps


def torch_loss(landscape: Landscape):
    """The oracle: torch evaluates sympy's reading of the formula, so neither our parser nor our printers take part."""
    x, y = sympy.symbols("x y")
    expression = sympy.sympify(landscape.expression, locals={"x": x, "y": y, "e": sympy.E})
    functions = {name: _of_tensors(name) for name in ("sin", "cos", "exp", "sqrt")}
    function = sympy.lambdify((x, y), expression, modules=[functions, "math"])
    return lambda position: function(position[0], position[1])


def _of_tensors(name: str):
    """torch's function, and Python's where the argument is a plain number, as in sqrt(2)."""
    return lambda value: getattr(torch if isinstance(value, torch.Tensor) else math, name)(value)


def points_in(landscape: Landscape, count: int = 50) -> np.ndarray:
    (x0, x1), (y0, y1) = landscape.window
    return np.random.default_rng(7).uniform((x0, y0), (x1, y1), (count, 2))


def test_every_record_file_is_registered_under_its_own_name() -> None:
    files = {path.stem for path in Path(landscapes.__file__).parent.glob("*.py")} - MACHINERY
    assert files == set(LANDSCAPES)
    assert all(record.key == key for key, record in LANDSCAPES.items())


def test_the_menu_goes_from_group_to_group() -> None:
    groups = [record.group for record in LANDSCAPES.values()]
    assert list(dict.fromkeys(groups)) == list(GROUPS[:-3])
    assert groups == sorted(groups, key=GROUPS.index)
    with pytest.raises(ValueError, match=r'one of Bowls and ravines, .*; got "Hills"'):
        replace(LANDSCAPES["bowl"], group="Hills")


A_NEW_FILE = '''
"""A tilted trough."""

from landscapes.record import CriticalPoint, Landscape

TROUGH = Landscape.from_formula(
    "(x - y)**2 + x**2/10",
    key="trough",
    name="Trough",
    group="Bowls and ravines",
    window=((-2, 2), (-2, 2)),
    start=(1, -1),
    critical_points=(CriticalPoint((0, 0), "global minimum"),),
    lesson="A trough.",
    source="This test.",
)
'''


def test_a_landscape_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropped into a folder of records, it stands in the menu, in its group, and can be descended on."""
    folder = tmp_path / "more_landscapes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "trough.py").write_text(A_NEW_FILE)
    (folder / "notes.py").write_text("NOTHING = 1")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry("more_landscapes", [str(folder)])
    assert list(registry) == ["trough"]
    assert float(registry["trough"].loss(jnp.array([1.0, -1.0]))) == pytest.approx(4.1)


@pytest.mark.parametrize("key", KEYS)
def test_values_gradients_and_hessians_are_torchs(key: str) -> None:
    landscape = LANDSCAPES[key]
    oracle = torch_loss(landscape)
    points = points_in(landscape)
    values = jax.vmap(landscape.loss)(points)
    gradients = jax.vmap(jax.grad(landscape.loss))(points)
    hessians = jax.vmap(jax.hessian(landscape.loss))(points)
    for point, value, gradient, hessian in zip(points, values, gradients, hessians, strict=True):
        at = torch.tensor(point, requires_grad=True)
        expected = oracle(at)
        (slope,) = torch.autograd.grad(expected, at)
        curvature = torch.autograd.functional.hessian(oracle, at.detach()).numpy()
        # A dozen roundings, each relative to the largest term met on the way (terms may cancel: 100 is the largest).
        assert value == pytest.approx(expected.item(), rel=1e-13, abs=1e-12)
        np.testing.assert_allclose(gradient, slope.numpy(), rtol=1e-12, atol=1e-11)
        np.testing.assert_allclose(hessian, curvature, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("key", KEYS)
def test_critical_points_are_critical_and_of_their_kind(key: str) -> None:
    landscape = LANDSCAPES[key]
    assert landscape.critical_points
    oracle = torch_loss(landscape)
    for critical in landscape.critical_points:
        if critical.position in landscape.singular_points:
            continue  # no gradient there; that it is the lowest point is the next tests' matter
        at = torch.tensor(critical.position, dtype=torch.float64)
        eigenvalues = torch.linalg.eigvalsh(torch.autograd.functional.hessian(oracle, at)).numpy()
        gradient = np.asarray(jax.grad(landscape.loss)(jnp.asarray(critical.position)))
        # The nearest double to the true point is off by half an ulp, which the curvature turns into a slope; the terms
        # of that slope (up to 100 times the position) are themselves rounded a few times.
        scale = (np.abs(eigenvalues).max() + 100) * max(1.0, np.abs(critical.position).max())
        assert np.linalg.norm(gradient) <= 4 * EPSILON * scale
        assert critical.kind in KINDS
        if critical.kind == "degenerate":
            assert np.abs(eigenvalues).max() == 0
            continue
        kind = "saddle" if eigenvalues[0] < 0 < eigenvalues[1] else "maximum" if eigenvalues[1] < 0 else "minimum"
        assert critical.kind.endswith(kind)
        # Matyas's valley has the smallest, 0.04 exactly: the sign of an eigenvalue is no rounding error.
        assert np.abs(eigenvalues).min() >= 0.04 * (1 - 1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_window_start_and_points_lie_inside(key: str) -> None:
    landscape = LANDSCAPES[key]
    (x0, x1), (y0, y1) = landscape.window
    inside = [landscape.start, *(critical.position for critical in landscape.critical_points)]
    assert all(x0 <= x <= x1 and y0 <= y <= y1 for x, y in inside)
    positions = [critical.position for critical in landscape.critical_points]
    assert len(set(positions)) == len(positions)


@pytest.mark.parametrize("key", [key for key in KEYS if LANDSCAPES[key].group != "Saddles" or key == "saddle_valleys"])
def test_global_minima_are_the_lowest_of_a_polished_search(key: str) -> None:
    landscape = LANDSCAPES[key]
    (x0, x1), (y0, y1) = landscape.window
    best = [
        float(landscape.loss(jnp.asarray(c.position)))
        for c in landscape.critical_points
        if c.kind in ("global minimum", "lowest minimum")
    ]
    others = [float(landscape.loss(jnp.asarray(c.position))) for c in landscape.critical_points if "local" in c.kind]
    # Equal depths differ by rounding only, and the lowest value of all records is 0.
    assert max(best) - min(best) < 1e-13
    assert all(other > max(best) + 1e-3 for other in others)
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 401), np.linspace(y0, y1, 401)), axis=-1).reshape(-1, 2)
    losses = np.asarray(jax.jit(jax.vmap(landscape.loss))(grid))
    value_and_slope = jax.jit(jax.value_and_grad(landscape.loss))
    found = [
        scipy.optimize.minimize(
            lambda at: tuple(map(np.asarray, value_and_slope(at))), start, jac=True, bounds=landscape.window
        ).fun
        for start in grid[np.argsort(losses)[:20]]
    ]
    assert min(best) <= min(losses.min(), *found) + 1e-13


@pytest.mark.parametrize("key", [key for key in KEYS if LANDSCAPES[key].complete and key != "monkey_saddle"])
def test_the_declared_points_are_all_there_are(key: str) -> None:
    """scipy's root finder, started all over the window, finds the declared points and no other.

    The monkey saddle's slope (3 x^2 - 3 y^2, -6 x y) is zero at the origin alone; a root finder only creeps up to it.
    """
    landscape = LANDSCAPES[key]
    (x0, x1), (y0, y1) = landscape.window
    side = 50 if key == "rastrigin" else 12
    starts = np.stack(np.meshgrid(np.linspace(x0, x1, side), np.linspace(y0, y1, side)), axis=-1).reshape(-1, 2)
    slope, curvature = jax.jit(jax.grad(landscape.loss)), jax.jit(jax.hessian(landscape.loss))
    declared = np.array([critical.position for critical in landscape.critical_points])
    seen = set()
    for start in starts:
        answer = scipy.optimize.root(
            lambda at: np.asarray(slope(at)), start, jac=lambda at: np.asarray(curvature(at)), tol=1e-12
        )
        x, y = answer.x
        # It also calls a success where it could not move any more, on a steep flank.
        if not answer.success or np.linalg.norm(answer.fun) > 1e-6 or not (x0 <= x <= x1 and y0 <= y <= y1):
            continue
        distances = np.linalg.norm(declared - answer.x, axis=1)
        assert distances.min() < 1e-6, f"an undeclared critical point at {answer.x}"
        seen.add(int(distances.argmin()))
    assert len(seen) == len(declared)


def test_himmelblau_points_to_the_last_digit() -> None:
    """mpmath's 40 digits, rounded once, are the declared doubles."""
    from mpmath import findroot, mp

    mp.dps = 40
    for critical in LANDSCAPES["himmelblau"].critical_points:
        root = findroot(
            lambda x, y: (
                4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
                2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
            ),
            critical.position,
        )
        assert tuple(map(float, root)) == critical.position


def test_rastrigin_has_121_minima_100_maxima_and_220_saddles() -> None:
    kinds = [critical.kind for critical in LANDSCAPES["rastrigin"].critical_points]
    assert (kinds.count("global minimum"), kinds.count("local minimum")) == (1, 120)
    assert (kinds.count("maximum"), kinds.count("saddle")) == (100, 220)


# As the teaching scenarios (the first seven) and the literature write them.
WRITTEN = {
    "bowl": ("2*x**2 + 2*y**2", ((-3, 3), (-3, 3)), (2.5, 1.5)),
    "bounce": ("6*(1 + x**2 + y**2)**0.5 - 6", ((-5, 5), (-5, 5)), (4, 3)),
    "two_valleys": ("x**4/8 + 3*x**3/20 - x**2 + y**2 + 3.7109375", ((-4, 3), (-2.5, 2.5)), (2.6, 1.6)),
    "saddle_valleys": ("x**2 - y**2 + y**4/8 + 2", ((-3, 3), (-3, 3)), (2, 1e-6)),
    "cliff": ("(x**2 + y**2)/4 + (x/2)**10", ((-3, 3), (-3, 3)), (2.8, 1.5)),
    "ravine": ("x**2/2 + 25*y**2", ((-5, 5), (-2, 2)), (-4, 1)),
    "rosenbrock": ("(1 - x)**2 + 100*(y - x**2)**2", ((-2, 2), (-1, 3)), (-1.5, 2)),
    "himmelblau": ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ((-5, 5), (-5, 5)), None),
    "rastrigin": ("20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)", ((-5.12, 5.12), (-5.12, 5.12)), None),
}


@pytest.mark.parametrize("key", WRITTEN)
def test_formula_window_and_start_are_the_written_ones(key: str) -> None:
    expression, window, start = WRITTEN[key]
    landscape = LANDSCAPES[key]
    assert (landscape.expression, landscape.window) == (expression, window)
    assert start is None or landscape.start == start


# The measured table of the teaching scenarios: losses and eigenvalues at the places it names.
@pytest.mark.parametrize(
    ("key", "position", "loss", "eigenvalues"),
    [
        ("two_valleys", (-2.5, 0.0), 0.0, (2.0, 5.125)),
        ("two_valleys", (0.0, 0.0), 3.7109375, (-2.0, 2.0)),
        ("two_valleys", (1.6, 0.0), 2.5845375, (2.0, 3.28)),
        ("saddle_valleys", (0.0, 2.0), 0.0, (2.0, 4.0)),
        ("saddle_valleys", (0.0, 0.0), 2.0, (-2.0, 2.0)),
        ("bowl", (2.5, 1.5), 17.0, (4.0, 4.0)),
        ("bounce", (0.0, 0.0), 0.0, (6.0, 6.0)),
        ("ravine", (-4.0, 1.0), 33.0, (1.0, 50.0)),
        ("himmelblau", (-0.2708445906673476, -0.9230385564799815), 181.61652152258262, (-45.605229, -16.066020)),
    ],
)
def test_the_scenarios_numbers(key: str, position: tuple, loss: float, eigenvalues: tuple) -> None:
    landscape = LANDSCAPES[key]
    assert float(landscape.loss(jnp.array(position))) == pytest.approx(loss, rel=1e-13, abs=1e-14)
    found = np.linalg.eigvalsh(np.asarray(jax.hessian(landscape.loss)(jnp.array(position))))
    np.testing.assert_allclose(found, eigenvalues, rtol=1e-6)


def test_himmelblaus_start_sends_five_methods_into_four_valleys() -> None:
    landscape = LANDSCAPES["himmelblau"]
    oracle = torch_loss(landscape)
    minima = np.array([c.position for c in landscape.critical_points if c.kind == "global minimum"])
    methods = [
        lambda at: torch.optim.SGD([at], lr=0.01),
        lambda at: torch.optim.SGD([at], lr=0.01, momentum=0.9),
        lambda at: torch.optim.SGD([at], lr=0.01, momentum=0.9, nesterov=True),
        lambda at: torch.optim.RMSprop([at], lr=0.01),
        lambda at: torch.optim.Adam([at], lr=0.01),
    ]
    arrived = []
    for method in methods:
        at = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
        optimizer = method(at)
        for _ in range(1_000):
            optimizer.zero_grad()
            oracle(at).backward()
            optimizer.step()
        distances = np.linalg.norm(minima - at.detach().numpy(), axis=1)
        assert distances.min() < 0.1
        arrived.append(int(distances.argmin()))
    assert len(set(arrived)) == 4


@pytest.mark.parametrize("key", KEYS)
def test_words(key: str) -> None:
    landscape = LANDSCAPES[key]
    assert landscape.name
    assert landscape.source
    # Two lines of the sidebar's italic caption hold about 90 characters.
    assert 20 < len(landscape.lesson) <= 90
    assert landscape.lesson.endswith(".")


@pytest.mark.parametrize("key", KEYS)
def test_text_form_leads_back(key: str) -> None:
    landscape = LANDSCAPES[key]
    assert landscape_of(landscape.text) is landscape
    typed = formula(landscape.expression)
    assert typed.loss is landscape.loss
    assert landscape_of(typed.text) == typed
    assert (typed.tex, typed.markup, typed.torch) == (landscape.tex, landscape.markup, landscape.torch)


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("rosenbrok", "rosenbrock"), ("Bowl", "bowl"), ("two valleys", "two_valleys"), ("himelblau", "himmelblau")],
)
def test_an_unknown_key_names_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(KeyError) as caught:
        LANDSCAPES[wrong]
    assert str(caught.value) == f'There is no landscape "{wrong}". Did you mean "{nearest}"?'
    with pytest.raises(ValueError, match=nearest):
        landscape_of(wrong)


@pytest.mark.parametrize("hostile", ["", "\0", "../bowl", "x" * 100_000, "__init__", "record", "формула", "formula"])
def test_hostile_keys_get_one_short_sentence(hostile: str) -> None:
    with pytest.raises(UnknownLandscape) as caught:
        landscape_of(hostile)
    assert len(str(caught.value)) < 120
    assert str(caught.value).isprintable()
    assert LANDSCAPES.get(hostile) is None


@pytest.mark.parametrize("value", [None, 3, b"bowl", ["bowl"], {"land": "bowl"}])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="named by text"):
        landscape_of(value)  # pyright: ignore[reportArgumentType]


def test_the_registry_is_read_only() -> None:
    with pytest.raises(TypeError):
        LANDSCAPES["bowl"] = LANDSCAPES["cliff"]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(AttributeError):
        LANDSCAPES["bowl"].name = "Cup"  # pyright: ignore[reportAttributeAccessIssue]


def test_another_window_keeps_the_loss() -> None:
    bowl = LANDSCAPES["bowl"]
    wide = bowl.with_window([[-10, 10], (-20.0, 20)])
    assert wide.window == ((-10.0, 10.0), (-20.0, 20.0))
    assert wide.loss is bowl.loss
    assert wide.critical_points == bowl.critical_points
    assert wide.text == "bowl"
    assert wide.with_window(bowl.window) == bowl


@pytest.mark.parametrize(
    "window",
    [
        ((3, -3), (-3, 3)),
        ((-3, -3), (-3, 3)),
        ((-math.inf, 3), (-3, 3)),
        ((-3, math.nan), (-3, 3)),
        ((-3, 3), (-3, 1e300)),
        ((-3, 3), (-3, 10**400)),
        ((1, 1 + 1e-15), (-3, 3)),
        ((-3, 3),),
        (1, 2, 3, 4),
        None,
        (("a", "b"), ("c", "d")),
    ],
)
def test_a_window_that_is_none_is_refused(window: object) -> None:
    with pytest.raises(ValueError, match="window") as caught:
        LANDSCAPES["bowl"].with_window(window)  # pyright: ignore[reportArgumentType]
    assert str(caught.value).endswith(".")
