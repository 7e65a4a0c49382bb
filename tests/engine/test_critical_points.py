"""Critical points are found: against the literature, the records, and the turns of the slope around the rim."""

from collections import Counter

import jax
import numpy as np
import pytest
import sympy

from engine import critical_points
from engine.runs.place import MINIMA, Found, classify_endpoint
from landscapes import LANDSCAPES, formula
from tests.texts import spaced

# From the literature, or counted by hand: minima, maxima, saddles.
COUNTS = {
    "himmelblau": (4, 1, 4),
    "six_hump_camel": (6, 2, 7),
    "rastrigin": (121, 100, 220),
    "styblinski_tang": (4, 1, 4),
    "three_hump_camel": (3, 0, 2),
    "goldstein_price": (4, 1, 4),
    "muller_brown": (3, 0, 2),
}


def counted(found) -> tuple[int, int, int]:
    kinds = Counter(point.kind for point in found.points)
    return sum(kinds[kind] for kind in MINIMA), kinds["maximum"], kinds["saddle"]


@pytest.mark.parametrize("key", COUNTS)
def test_as_many_as_the_literature_has(key):
    found = critical_points(LANDSCAPES[key])
    assert counted(found) == COUNTS[key]
    assert len(found.points) == sum(COUNTS[key])
    assert found.notes == ()


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_declared_points_are_found_and_no_others(key):
    landscape = LANDSCAPES[key]
    found = critical_points(landscape)
    places = np.array([point.position for point in found.points])
    tips = set(landscape.singular_points)
    matched = set()
    for declared in landscape.critical_points:
        if declared.position in tips:
            continue
        gaps = np.hypot(*(places - declared.position).T)
        nearest = int(gaps.argmin())
        # A degenerate point is crept up to by halves.
        assert gaps[nearest] < (1e-5 if declared.kind == "degenerate" else 1e-8)
        assert found.points[nearest].kind == declared.kind
        matched.add(nearest)
    if landscape.complete:
        assert matched == set(range(len(places)))
    assert bool(tips) == any("jumps at" in note for note in found.notes)


@pytest.mark.parametrize("key", ["himmelblau", "six_hump_camel", "griewank", "mccormick"])
def test_eigenvalues_and_eigenvectors_are_the_hessian_s(key):
    landscape = LANDSCAPES[key]
    hessian = jax.jit(jax.hessian(landscape.loss))
    for point in critical_points(landscape).points:
        values, vectors = np.linalg.eigh(np.asarray(hessian(np.array(point.position))))
        np.testing.assert_allclose(point.eigenvalues, values, rtol=1e-7, atol=1e-9)
        for ours, theirs in zip(point.eigenvectors, vectors.T, strict=True):
            assert abs(abs(np.dot(ours, theirs)) - 1) < 1e-6
        assert point.loss == pytest.approx(float(landscape.loss(np.array(point.position))), abs=1e-12)
    losses = [point.loss for point in critical_points(landscape).points]
    assert losses == sorted(losses)


@pytest.mark.parametrize("key", ["himmelblau", "rastrigin", "griewank", "goldstein_price", "styblinski_tang", "ackley"])
def test_minima_and_maxima_less_saddles_are_the_turns_of_the_slope_around_the_rim(key):
    """A second way to count (Poincare and Hopf): the slope's direction, followed once around a rectangle without
    critical points on its rim, turns as often as there are minima and maxima more than saddles inside.
    """
    landscape = LANDSCAPES[key]
    (x0, x1), (y0, y1) = landscape.window
    window = ((x0 + 0.0123, x1 - 0.0217), (y0 + 0.0311, y1 - 0.0149))
    (x0, x1), (y0, y1) = window
    t = np.linspace(0, 1, 20_001)[:-1]
    rim = np.concatenate(
        [
            np.stack([x0 + (x1 - x0) * t, np.full_like(t, y0)], 1),
            np.stack([np.full_like(t, x1), y0 + (y1 - y0) * t], 1),
            np.stack([x1 - (x1 - x0) * t, np.full_like(t, y1)], 1),
            np.stack([np.full_like(t, x0), y1 - (y1 - y0) * t], 1),
        ]
    )
    slopes = np.asarray(jax.jit(jax.vmap(jax.grad(landscape.loss)))(rim))
    angles = np.unwrap(np.arctan2(slopes[:, 1], slopes[:, 0]))
    turns = round((angles[-1] - angles[0]) / (2 * np.pi))
    minima, maxima, saddles = counted(critical_points(landscape, window))
    tips = len(landscape.singular_points)  # Ackley's tip is a minimum too
    assert minima + maxima + tips - saddles == turns


def by_resultant(expression: str, window) -> list[tuple[float, float]]:
    """Where both partial derivatives of a polynomial are 0, real, in the window: x from their resultant, y from one.

    Exact algebra in sympy, with rational coefficients, up to the roots of polynomials in one unknown.
    """
    x, y = sympy.symbols("x y")
    surface = sympy.Poly(sympy.nsimplify(sympy.sympify(expression), rational=True), x, y)
    fx, fy = surface.diff(x), surface.diff(y)
    (x0, x1), (y0, y1) = window
    found: list[tuple[float, float]] = []
    eliminant = sympy.Poly(sympy.resultant(fx.as_expr(), fy.as_expr(), y), x)
    for factor, _ in eliminant.factor_list()[1]:
        for root in factor.nroots(n=40, maxsteps=400):
            if abs(sympy.im(root)) > 1e-25 or not x0 <= sympy.re(root) <= x1:
                continue
            at = sympy.re(root)
            # The higher of the two in y has every root of both.
            high, low = sorted((fx, fy), key=lambda part: -part.degree(y))
            for other in sympy.Poly(high.as_expr().subs(x, at), y).nroots(n=40, maxsteps=400):
                if abs(sympy.im(other)) > 1e-15 or not y0 <= sympy.re(other) <= y1:
                    continue
                up = sympy.re(other)
                if abs(low.as_expr().subs({x: at, y: up})) < 1e-12:
                    found.append((float(at), float(up)))
    return found


POLYNOMIALS = ("himmelblau", "six_hump_camel", "three_hump_camel", "styblinski_tang", "rosenbrock", "booth", "matyas")
POLYNOMIALS += ("two_valleys", "saddle_valleys", "beale", "ravine")


@pytest.mark.parametrize("key", POLYNOMIALS)
def test_polynomials_have_the_points_of_their_resultant(key):
    landscape = LANDSCAPES[key]
    exact = np.array(by_resultant(landscape.expression or "", landscape.window))
    found = np.array([point.position for point in critical_points(landscape).points])
    assert len(found) == len(exact)
    gaps = np.hypot(*(found[:, None] - exact[None]).transpose(2, 0, 1))
    assert gaps.min(axis=0).max() < 1e-8
    assert gaps.min(axis=1).max() < 1e-8


def test_random_cubics_have_the_roots_that_numpy_finds():
    """f = p(x) + q(y): its critical points are pairs of the roots of two cubics, p' and q'."""
    rng = np.random.default_rng(5)
    for _ in range(3):
        roots = [np.sort(rng.choice(np.arange(-8, 9), 3, replace=False)) * 0.35 + 0.05 for _ in range(2)]
        terms = []
        for name, r in zip("xy", roots, strict=True):
            c = np.polyint(np.poly(r))
            terms += [f"({c[i]:.17g})*{name}**{4 - i}" for i in range(4)]
        found = critical_points(formula(" + ".join(terms)))
        expected = sorted((x, y) for x in roots[0] for y in roots[1])
        np.testing.assert_allclose(sorted(p.position for p in found.points), expected, atol=1e-8)
        assert counted(found) == (4, 1, 4)


@pytest.mark.parametrize(
    ("text", "points", "note"),
    [
        ("x**3 - 3*x*y**2", ["degenerate"], None),
        ("x**4 + y**4", ["degenerate"], None),
        ("(x**2 + y**2 - 1)**2", ["maximum"], "a whole curve"),
        ("(x + y)**2", [], "a whole curve"),
        ("abs(x) + abs(y)", [], "jumps at (0, 0)"),
        ("sqrt((x - 1)**2 + (y + 0.5)**2)", [], "jumps at (1, −0.5)"),
        ("3 + 0*x", [], "is a plain"),
        ("x + 2*y", [], None),
        ("1/(x*y)", [], None),
        ("(x - 1)**2 - log(x) + y**2", ["global minimum"], "no finite loss or slope"),
        ("sin(x)*cos(y)", ["global minimum"] * 3 + ["saddle"] * 6 + ["maximum"] * 3, None),
    ],
)
def test_typed_formulas(text, points, note):
    found = critical_points(formula(text))
    assert [point.kind for point in found.points] == points
    if note is None:
        assert found.notes == ()
    else:
        assert any(note in spaced(one) for one in found.notes), found.notes


@pytest.mark.parametrize(
    ("text", "curves"),
    [
        ("x**2", [("minimum", 0)]),
        ("(x + y)**2", [("minimum", 0)]),
        ("x**2*y**2", [("minimum", 0)]),  # both axes
        ("x**2*exp(-y)", [("minimum", 0)]),
        ("x*y**2", [("neither", 0)]),  # minima where x > 0, maxima where x < 0
        ("x**3", [("neither", 0)]),
        ("cos(x*y)", [("minimum", -1), ("maximum", 1)]),
        ("sin(x**2 + y**2)", [("minimum", -1), ("maximum", 1)]),
        ("x**2 + y**2", []),
        ("x**3 - 3*x*y**2", []),
        ("x**4 + y**4", []),
        ("x + 2*y", []),
    ],
)
def test_a_curve_of_critical_points_is_told_with_its_kind_and_its_loss(text, curves):
    """By hand: where both partial derivatives vanish, and what the formula does beside that set."""
    found = critical_points(formula(text))
    assert [one.kind for one in found.curves] == [kind for kind, _ in curves]
    assert [one.loss for one in found.curves] == pytest.approx([loss for _, loss in curves], abs=1e-9)
    assert any("a whole curve of" in note or "whole curves" in note for note in found.notes) == bool(curves)
    for point in found.points:
        assert np.hypot(*np.asarray(jax.grad(formula(text).loss)(np.array(point.position)))) < 1e-6


def test_a_point_is_no_global_minimum_where_a_curve_of_the_window_is_lower():
    """sin(r^2) is 0 at the centre and -1 on the ring r^2 = 3 pi / 2."""
    (centre,) = critical_points(formula("sin(x**2 + y**2)")).points
    assert centre.kind == "local minimum"
    assert centre.position == pytest.approx((0, 0), abs=1e-9)
    (centre,) = critical_points(formula("2*(1 - cos(x**2 + y**2)) - exp(-(x**2 + y**2))")).points
    assert centre.kind == "global minimum", "-1 at the centre, and above it on every ring"


def test_easom_s_plain_is_told():
    found = critical_points(LANDSCAPES["easom"])
    assert found.points[0].kind == "global minimum"
    assert len(found.points) < 60
    assert "is a plain" in found.notes[0]
    assert found.curves == ()


def test_a_window_shows_its_own_points_and_does_not_recompile():
    landscape = LANDSCAPES["himmelblau"]
    (only,) = [point for point in critical_points(landscape, ((2, 4), (1, 3))).points if point.kind == "global minimum"]
    assert only.position == pytest.approx((3, 2), abs=1e-10)
    assert len(critical_points(landscape, ((2, 4), (1, 3))).points) == 1
    with pytest.raises(ValueError, match="must run from a lower to a higher number"):
        critical_points(landscape, ((4, 2), (1, 3)))


def test_the_curvature_at_an_end_beside_a_critical_point_is_that_point_s():
    """Where the Hessian changes its signs within a pixel, the point speaks; farther off, the end itself does."""
    landscape = formula("x**2 + y**2")
    settled = Found((0.0, 0.0), 0.0, (2.0, 2.0))
    assert classify_endpoint(landscape, (1e-4, 0.0), (-1.0, 1.0), settled)[1] == "minimum"
    assert classify_endpoint(landscape, (1.0, 0.0), (-1.0, 1.0), settled)[1] == "saddle"
    adrift = settled._replace(last_step=1.0)
    assert classify_endpoint(landscape, (1e-4, 0.0), (-1.0, 1.0), adrift)[1] == "saddle"
