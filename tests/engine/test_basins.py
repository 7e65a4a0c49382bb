"""Basin maps against independent runs: a NumPy loop on every pixel, and `descend` on samples of every kind of run."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from engine import OUTCOME_KINDS, Run, basin_band, basin_map, basin_rows, descend
from landscapes import LANDSCAPES, formula

# Roots of the two cubic equations of a zero gradient, in the map's order: from left to right.
HIMMELBLAU = np.array(
    [
        (-3.779310253377747, -3.2831859912861696),
        (-2.805118086952745, 3.131312518250573),
        (3.0, 2.0),
        (3.5844283403304917, -1.8481265269644036),
    ]
)


def by_numpy(resolution: int, rate: float, momentum: float, steps: int, tolerance: float):
    """Heavy-ball descents on Himmelblau's function: labels and steps, with a hand-written gradient."""
    side = np.linspace(-5, 5, resolution)
    x, y = (one.ravel() for one in np.meshgrid(side, side))
    vx, vy = np.zeros_like(x), np.zeros_like(x)
    made, running = np.zeros(len(x), dtype=int), np.ones(len(x), dtype=bool)
    diverged = np.zeros(len(x), dtype=bool)
    with np.errstate(all="ignore"):
        for t in range(steps + 1):
            a, b = x**2 + y - 11, x + y**2 - 7
            gx, gy = 4 * x * a + 2 * b, 2 * a + 4 * y * b
            lost = ~(np.isfinite(a**2 + b**2) & np.isfinite(gx) & np.isfinite(gy))
            lost |= (np.abs(x) > 1e12) | (np.abs(y) > 1e12)
            diverged |= running & lost
            running &= ~lost & ~(np.sqrt(gx**2 + gy**2) < tolerance) & (t < steps)
            vx, vy = momentum * vx + gx, momentum * vy + gy
            x, y = np.where(running, x - rate * vx, x), np.where(running, y - rate * vy, y)
            made += running
        distances = np.hypot(x[:, None] - HIMMELBLAU[:, 0], y[:, None] - HIMMELBLAU[:, 1])
        slopes = np.hypot(4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7))
    nearest = distances.argmin(axis=1)
    labels = np.where(diverged, -1, np.where(slopes < tolerance, nearest, -2))
    return labels.reshape(resolution, resolution), made.reshape(resolution, resolution)


def inside(labels: np.ndarray) -> np.ndarray:
    """Pixels whose eight neighbours (those in the window) have their label."""
    padded = np.pad(labels, 1, mode="edge")
    rows, columns = labels.shape
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return np.logical_and.reduce([one == labels for one in around])


def test_65536_starts_are_what_an_independent_loop_says():
    ours = basin_map(Run("himmelblau", "momentum", rate=0.01, steps=500))
    labels, steps = by_numpy(256, 0.01, 0.9, 500, 1e-6)
    assert ours.labels.shape == (256, 256)
    np.testing.assert_allclose(ours.minima, HIMMELBLAU, rtol=0, atol=1e-9)
    away = inside(labels)
    assert away.mean() > 0.5
    assert np.array_equal(ours.labels[away], labels[away])
    # The basins are fractal at their borders, where a rounding decides; there are few such pixels.
    assert (ours.labels == labels).mean() > 0.999
    # A slope that rounds to the other side of the tolerance costs a step more or less.
    assert np.abs(ours.steps - steps)[away].max() <= 1
    assert (ours.steps == steps).mean() > 0.999
    assert ours.shares == pytest.approx([np.mean(labels == k) for k in range(4)], abs=1e-3)
    assert ours.diverged == pytest.approx(np.mean(labels == -1), abs=1e-3)
    assert ours.shares.sum() + ours.diverged + ours.not_arrived == pytest.approx(1)


RUNS = [
    Run("two_valleys", rate=0.05),
    Run("rastrigin", "momentum", rate=0.002),
    Run("rastrigin", "adam", rate=0.1, gradient_tolerance=1e-3, schedule="exponential"),
    Run("saddle_valleys", "nesterov", rate=0.05, loss_tolerance=1e-5),
    Run("himmelblau", "adam", rate=0.05, noise=3.0, seed=4, schedule="cosine", schedule_knobs={"t_max": 500}),
    Run("cliff", rate=0.1, clip_norm=1.0),
    Run("rosenbrock", "momentum", rate=0.001, clip_value=20.0, schedule="plateau", steps=1500),
    Run("rosenbrock", rate=0.003, steps=60),
    Run("bounce", "rmsprop", rate=0.1, schedule="step", gradient_tolerance=0.01),
    Run("bowl", rate=0.1, gradient_tolerance=0),
    Run("himmelblau", rate=0.01, gradient_tolerance=30.0),
    Run(formula("x**4/8 + 3*x**3/20 - x**2 + y**2"), rate=0.02, gradient_tolerance=0.015),
    Run(formula("x**2 - y**2 + where(x > 0, x, 0)"), rate=0.05, steps=1200),
    Run(formula("1 - exp(-(x**2 + y**2)/4)"), rate=0.2, gradient_tolerance=1e-3),
    Run(replace(LANDSCAPES["bowl"], key="of arrays", loss=lambda w: jnp.dot(w, w) * 2.0), rate=0.1),
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.landscape.key}-{run.optimizer}-{run.schedule}")
def test_every_pixel_is_what_descend_says_of_its_start(run):
    """Twenty pixels, edges and axes among them: kind, step, whether it arrived, and where."""
    (x0, x1), (y0, y1) = run.landscape.window
    ours = basin_map(run, 33)
    unit = min(x1 - x0, y1 - y0)
    xs, ys = np.linspace(x0, x1, 33), np.linspace(y0, y1, 33)
    pixels = [(0, 0), (16, 3), (3, 16), (32, 32), *np.random.default_rng(1).integers(0, 33, (16, 2)).tolist()]
    for row, column in pixels:
        path = descend(replace(run, start=(float(xs[column]), float(ys[row]))))
        end = path.outcome
        label = int(ours.labels[row, column])
        told = (OUTCOME_KINDS[ours.outcomes[row, column]], int(ours.steps[row, column]), label >= 0)
        assert told == (end.kind, end.step, end.arrived), (row, column, end.sentence)
        assert (label == -1) == (end.kind == "diverged")
        if end.arrived:
            assert np.linalg.norm(ours.minima[label] - path.points[-1]) <= 1e-3 * unit


def test_a_window_may_be_any_part_of_the_plane():
    run = Run("himmelblau", rate=0.01)
    window = ((2.0, 4.5), (-3.0, 1.0))
    ours = basin_map(run, 20, window)
    assert ours.window == window
    for row, column in [(0, 0), (19, 0), (7, 12)]:
        start = float(np.linspace(2, 4.5, 20)[column]), float(np.linspace(-3, 1, 20)[row])
        end = descend(replace(run, start=start))
        assert ours.minima[ours.labels[row, column]] == pytest.approx(end.points[-1], abs=1e-6)


def test_saddles_and_ridges_are_no_minima():
    """On y = 0 gradient descent keeps to the ridge and stops at the saddle: arrived nowhere, and not diverged."""
    ours = basin_map(Run("saddle_valleys", rate=0.05, steps=800), 31)
    assert (ours.labels[15] == -2).all()
    assert {OUTCOME_KINDS[k] for k in ours.outcomes[15]} == {"at_saddle"}
    assert (ours.labels[:15] == 0).all()  # (0, -2), the first from left to right and upwards
    assert (ours.labels[16:] == 1).all()
    assert ours.minima == pytest.approx(np.array([(0, -2), (0, 2)]), abs=1e-9)
    assert ours.losses == pytest.approx([0, 0], abs=1e-12)


def test_no_setting_recompiles(compilations):
    land = formula("x**2/2 + 3*y**2 + x*y/11")
    basin_map(Run(land, "momentum"), 64)
    with compilations.none():
        basin_map(Run(land, "momentum", rate=0.1, steps=700, knobs={"momentum": 0.5}), 100, ((-1, 9), (0, 1)))
        basin_map(Run(land, "momentum", schedule="cosine", gradient_tolerance=0.1), 2)


def test_a_map_grows_row_by_row_and_can_be_left():
    run = Run("himmelblau", rate=0.01)
    whole = basin_map(run, 96)
    rows = basin_rows(run, 96)
    seen, met, finished = 0, np.empty((0, 2)), None
    while True:
        try:
            some = next(rows)
        except StopIteration as end:
            finished = end.value
            break
        assert some.first == seen
        assert np.array_equal(some.minima[: len(met)], met)  # a label keeps its meaning
        seen, met = seen + len(some.labels), some.minima
        here = slice(some.first, seen)
        assert np.array_equal(some.minima[some.labels], whole.minima[whole.labels[here]])
        assert np.array_equal(some.steps, whole.steps[here])
        assert some.done == pytest.approx(seen / 96, abs=1 / 96)
    assert seen == 96
    assert np.array_equal(finished.labels, whole.labels)

    left = basin_rows(run, 1024, threads=1)
    next(left)
    left.close()

    class Enough(Exception):
        pass

    def stop(done):
        raise Enough

    with pytest.raises(Enough):
        basin_map(run, 1024, progress=stop)


@pytest.mark.parametrize("resolution", [1, 1025, 2.5, "256"])
def test_a_bad_resolution_is_a_sentence(resolution):
    with pytest.raises(ValueError, match="resolution must be"):
        basin_map(Run("bowl"), resolution)


def test_a_bad_window_is_a_sentence():
    with pytest.raises(ValueError, match="window"):
        basin_map(Run("bowl"), 64, ((3, -3), (0, 1)))


def test_bands_are_the_rows_of_the_whole_map():
    """What the wire sends in pieces is what `basin_map` computes at once."""
    run = Run("himmelblau", "momentum", steps=400)
    whole = basin_map(run, 64)
    for band in ((0, 64), (0, 10), (37, 64)):
        part = basin_band(run, 64, 64, None, band)
        rows = slice(*band)
        np.testing.assert_array_equal(part.steps, whole.steps[rows])
        np.testing.assert_array_equal(part.labels < 0, whole.labels[rows] < 0)
        arrived = part.labels >= 0
        np.testing.assert_allclose(
            part.minima[part.labels[arrived]], whole.minima[whole.labels[rows][arrived]], atol=1e-6
        )


@pytest.mark.parametrize("bad", [(-1, 3), (3, 3), (5, 2), (0, 65), (64, 65)])
def test_a_band_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="band must be"):
        basin_band(Run("bowl"), 64, 64, None, bad)


@pytest.mark.parametrize("optimizer", ["newton", "bfgs"])
def test_methods_that_look_at_curvature_go_where_they_go_alone(optimizer):
    run = Run("himmelblau", optimizer, rate=1.0 if optimizer == "bfgs" else 0.5, steps=200)
    told = basin_map(run, 16)
    (x0, x1), (y0, y1) = told.window
    for row, column in ((1, 2), (5, 11), (9, 4), (14, 14)):
        start = (float(np.linspace(x0, x1, 16)[column]), float(np.linspace(y0, y1, 16)[row]))
        alone = descend(replace(run, start=start))
        label = told.labels[row, column]
        assert (label >= 0) == alone.outcome.arrived
        if label >= 0:
            np.testing.assert_allclose(told.minima[label], alone.points[-1], atol=1e-3)
