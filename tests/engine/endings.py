"""What may be said of random runs, by the exported PyTorch program: its own walk, its own schedulers, torch's slopes.

Nothing here asks the engine how a run goes: `Walk` executes the program that a visitor takes home.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from engine import Run
from engine.export import pytorch_code
from landscapes import Landscape
from tests.engine.oracle import double_precision

SURFACES = (
    "bowl", "ravine", "rosenbrock", "himmelblau", "two_valleys", "saddle_valleys", "bounce", "plateau", "mccormick",
    "styblinski_tang", "ackley", "saddle",
)  # fmt: skip
FEW = ("bowl", "ravine", "himmelblau", "two_valleys")
TYPED = (
    "abs(x) + 2*abs(y)", "(x**2 + y**2 - 4)**2/8", "x**3 - 3*x + y**2", "(x + y)**2", "log(x) + y**2", "exp(-x) + y**2",
    "x**2*y**2",
)  # fmt: skip
METHODS = (
    "gradient_descent", "gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adagrad", "amsgrad", "rprop",
    "lion", "nadam", "adamax",
)  # fmt: skip
SCHEDULES = (
    "constant",
    "constant",
    "constant",
    "constant",
    "exponential",
    "cosine",
    "cosine_restarts",
    "step",
    "plateau",
)

FINE = 121
"""Points a side of the grid that finds the window's lowest loss."""


def drawn(seed: int, few: bool = False) -> Run:
    """A random run; of `few` surfaces, each of which costs the compilation of its programs."""
    random = np.random.default_rng([seed, 15])
    names = FEW if few else (*SURFACES, *(f"formula:{text}" for text in TYPED))
    name = str(random.choice(names))
    landscape = Run(name).landscape
    (x0, x1), (y0, y1) = landscape.window
    start = (round(float(random.uniform(x0, x1)), 2), round(float(random.uniform(y0, y1)), 2))
    optimizer = str(random.choice(METHODS))
    decays = optimizer == "momentum" and random.random() < 0.2
    return Run(
        name,
        optimizer,
        start=start,
        rate=float(f"{10 ** random.uniform(-2.2 if few else -4, 0.3):.3g}"),
        knobs={"weight_decay": float(random.choice([0.01, 0.1, 1]))} if decays else {},
        schedule=str(random.choice(SCHEDULES)),
        steps=int(random.choice([1, 60, 200] if few else [1, 40, 150, 400])),
        gradient_tolerance=float(random.choice([1e-6, 1e-6, 1e-6, 0, 1e-2])),
        loss_tolerance=float(random.choice([0, 0, 0, 0, 1e-6])),
        noise=float(random.choice([0, 0, 0, 0, 0, 0.3])),
        seed=seed,
    )


@dataclass(frozen=True, eq=False)
class Walk:
    """A run as the exported program makes it."""

    run: Run
    points: np.ndarray
    """(n+1, 2), finite."""
    rates: np.ndarray
    """(n,): what the optimizer was set to at each update, by torch's own schedulers."""
    losses: np.ndarray
    slopes: np.ndarray
    """Gradient norms at each point, without noise."""
    gradients: np.ndarray
    space: dict
    """The program's names when it has ended."""

    @property
    def stop(self) -> str:
        """What ended it: "lost", "slope", "loss" or "steps"."""
        loss, slope, run = self.losses[-1], self.slopes[-1], self.run
        if len(self.points) - 1 < run.steps and "w" in self.space and not self.space["w"].isfinite().all():
            return "lost"  # the next position is none
        if not (math.isfinite(loss) and math.isfinite(slope) and np.abs(self.points[-1]).max() <= 1e12):
            return "lost"
        if slope < run.gradient_tolerance:
            return "slope"
        if len(self.losses) > 1 and abs(loss - self.losses[-2]) < run.loss_tolerance:
            return "loss"
        return "steps"

    @property
    def arrives(self) -> bool | None:
        """Whether it stands at a minimum, by a rule or with a slope that the usual rule calls none; None where it is
        too near to one to tell, or the ground too level.
        """
        if self.stop == "lost" or (self.stop == "steps" and self.slopes[-1] >= 1e-6):
            return False
        return is_minimum(self.run.landscape, self.points[-1], float(self.slopes[-1]))


@lru_cache(maxsize=64)
def walk(run: Run) -> Walk:
    """Execute the exported program, with a note of each update's rate."""
    code = pytorch_code(run)
    noted = code.replace("optimizer.step(", 'rates.append(optimizer.param_groups[0]["lr"]); optimizer.step(')
    space: dict = {"__name__": "exported", "rates": [], "print": lambda *_: None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(noted, "<exported>", "exec"), space)
    points = np.array(space["points"])
    rates = np.array(space["rates"] or [run.rate] * (len(points) - 1))[: len(points) - 1]
    w = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    values = torch.stack([torch.as_tensor(space["loss_fn"](*one), dtype=torch.float64) for one in w])
    (slopes,) = torch.autograd.grad(values.sum(), w)
    gradients = slopes.numpy()
    return Walk(run, points, rates, values.detach().numpy(), np.hypot(*gradients.T), gradients, space)


def rates_ahead(seen: Walk, count: int) -> np.ndarray:
    """The rates that torch's scheduler would set for the `count` updates after the end; none where it has no more."""
    scheduler, optimizer = seen.space.get("scheduler"), seen.space.get("optimizer")
    if scheduler is None or optimizer is None:
        return np.full(count, seen.rates[-1])
    optimizer.zero_grad()
    ahead = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(count):
            ahead.append(optimizer.param_groups[0]["lr"])
            try:
                optimizer.step()
                scheduler.step()
            except (ValueError, TypeError):
                break
    return np.array(ahead)


@lru_cache(maxsize=64)
def _loss(landscape: Landscape):
    space: dict = {"print": lambda *_: None}
    exec(compile(pytorch_code(Run(landscape, steps=1)), "<exported>", "exec"), space)
    return space["loss_fn"]


def loss_at(landscape: Landscape, points: np.ndarray) -> np.ndarray:
    """The exported loss at each of `points` (n, 2)."""
    loss, places = _loss(landscape), torch.tensor(np.atleast_2d(points), dtype=torch.float64)
    x, y = places.T
    with double_precision():
        try:
            values = torch.as_tensor(loss(x, y), dtype=torch.float64) + 0 * x
        except RuntimeError:  # a program that asks whether its root is zero takes one point at a time
            values = torch.tensor([float(loss(*place)) for place in places], dtype=torch.float64)
    return values.numpy()


def side(landscape: Landscape) -> float:
    """The window's shorter side."""
    return min(high - low for low, high in landscape.window)


def ring(landscape: Landscape, point: np.ndarray, share: float) -> np.ndarray:
    """Heights of a circle around a point, above it; its radius is that share of the window's shorter side."""
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False) + 0.01
    circle = point + share * side(landscape) * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return loss_at(landscape, circle) - loss_at(landscape, point)


def is_minimum(landscape: Landscape, point: np.ndarray, slope: float) -> bool | None:
    """Whether a minimum is within a thousandth of the window: all of a circle of 4/10,000 is higher, or a side of one
    of 4/1,000 is lower than the slope at the point leads; None in between.
    """
    rounding = 1e-9 * max(1.0, abs(float(loss_at(landscape, point)[0])))
    if ring(landscape, point, 4e-4).min() > rounding:
        return True
    led = slope * 4e-3 * side(landscape)
    return False if ring(landscape, point, 4e-3).min() < -rounding - led else None


@lru_cache(maxsize=64)
def lowest(landscape: Landscape) -> float:
    """The lowest loss of the window's dents, by a grid that is refined around them; infinite where it has none."""
    (x0, x1), (y0, y1) = landscape.window
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, FINE), np.linspace(y0, y1, FINE)), axis=-1).reshape(-1, 2)
    best = np.inf
    losses = loss_at(landscape, grid)
    tall = np.pad(np.where(np.isfinite(losses), losses, np.inf).reshape(FINE, FINE), 1, constant_values=-np.inf)
    around = [tall[1 + i : 1 + i + FINE, 1 + j : 1 + j + FINE] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    losses = np.where(losses <= np.min(around, axis=0).reshape(-1), losses, np.inf)  # those of dents within the window
    cells = np.array([x1 - x0, y1 - y0]) / (FINE - 1)
    for at in np.argsort(losses)[: min(8, np.isfinite(losses).sum())]:
        middle, size = grid[at], cells
        for _ in range(12):
            local = middle + size * np.stack(np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9)), -1).reshape(
                -1, 2
            )
            local = np.clip(local, [x0, y0], [x1, y1])
            values = loss_at(landscape, local)
            middle, size = local[np.nanargmin(values)], size / 3
            best = min(best, float(np.nanmin(values)))
    return best


def longer(run: Run, steps: int) -> Walk:
    """The same run with so many steps."""
    return walk(replace(run, steps=steps))
