"""The oracle: the same runs as loops of real torch.optim and torch.optim.lr_scheduler, float64."""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch.optim import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, NAdam, RAdam, RMSprop, Rprop
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

from engine import Run

# Written out here by hand: the oracle shares no line with the formula language.
SURFACES = {
    "bowl": lambda x, y: 2 * x**2 + 2 * y**2,
    "bounce": lambda x, y: 6 * (1 + x**2 + y**2) ** 0.5 - 6,
    "ravine": lambda x, y: x**2 / 2 + 25 * y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "saddle_valleys": lambda x, y: x**2 - y**2 + y**4 / 8 + 2,
    "two_valleys": lambda x, y: x**4 / 8 + 3 * x**3 / 20 - x**2 + y**2 + 3.7109375,
    "rastrigin": lambda x, y: 20 + x**2 - 10 * torch.cos(2 * math.pi * x) + y**2 - 10 * torch.cos(2 * math.pi * y),
    "cliff": lambda x, y: (x**2 + y**2) / 4 + (x / 2) ** 10,
    "rotated_ravine": lambda x, y: (x + y) ** 2 / 4 + 12.5 * (x - y) ** 2,
    "wall": lambda x, y: (x**2 + y**2) / 4 + torch.exp(6 * (x - 1)),
    "beale": lambda x, y: (1.5 - x * (1 - y)) ** 2 + (2.25 - x * (1 - y**2)) ** 2 + (2.625 - x * (1 - y**3)) ** 2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "matyas": lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    "six_hump_camel": lambda x, y: (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + 4 * (y**2 - 1) * y**2,
    "goldstein_price": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "styblinski_tang": lambda x, y: (x**4 - 16 * x**2 + 5 * x) / 2 + (y**4 - 16 * y**2 + 5 * y) / 2,
    "mccormick": lambda x, y: torch.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1,
    "muller_brown": lambda x, y: sum(
        height * torch.exp(a * (x - x0) ** 2 + b * (x - x0) * (y - y0) + c * (y - y0) ** 2)
        for height, a, b, c, x0, y0 in (
            (-200, -1, 0, -10, 1, 0),
            (-100, -1, 0, -10, 0, 0.5),
            (-170, -6.5, 11, -6.5, -0.5, 1.5),
            (15, 0.7, 0.6, 0.7, -1, 1),
        )
    ),
    "griewank": lambda x, y: (x**2 + y**2) / 4000 - torch.cos(x) * torch.cos(y / math.sqrt(2)) + 1,
    "saddle": lambda x, y: x**2 - y**2,
    "monkey_saddle": lambda x, y: x**3 - 3 * x * y**2,
    "plateau": lambda x, y: 1 - torch.exp(-(x**2 + y**2) / 4),
    "easom": lambda x, y: -torch.cos(x) * torch.cos(y) * torch.exp(-((x - math.pi) ** 2) - (y - math.pi) ** 2),
    "levy13": lambda x, y: (
        torch.sin(3 * math.pi * x) ** 2
        + (x - 1) ** 2 * (1 + torch.sin(3 * math.pi * y) ** 2)
        + (y - 1) ** 2 * (1 + torch.sin(2 * math.pi * y) ** 2)
    ),
    "ackley": lambda x, y: (
        -20 * torch.exp(-0.2 * torch.sqrt((x**2 + y**2) / 2))
        - torch.exp((torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)) / 2)
        + 20
        + math.e
    ),
}

OPTIMIZERS = {
    "gradient_descent": SGD,
    "momentum": SGD,
    "nesterov": lambda params, lr, momentum: SGD(params, lr=lr, momentum=momentum, nesterov=True),
    "rmsprop": RMSprop,
    "adam": lambda params, lr, beta1, beta2, eps: Adam(params, lr=lr, betas=(beta1, beta2), eps=eps),
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "amsgrad": lambda params, lr, beta1, beta2, eps: Adam(params, lr, (beta1, beta2), eps, amsgrad=True),
    "adamw": lambda params, lr, beta1, beta2, eps, weight_decay: AdamW(params, lr, (beta1, beta2), eps, weight_decay),
    "adamax": lambda params, lr, beta1, beta2, eps: Adamax(params, lr, (beta1, beta2), eps),
    "nadam": lambda params, lr, beta1, beta2, eps, momentum_decay: NAdam(
        params, lr, (beta1, beta2), eps, momentum_decay=momentum_decay
    ),
    "radam": lambda params, lr, beta1, beta2, eps: RAdam(params, lr, (beta1, beta2), eps),
    "rprop": lambda params, lr, eta_minus, eta_plus, step_min, step_max: Rprop(
        params, lr, (eta_minus, eta_plus), (step_min, step_max)
    ),
}
BEYOND = ("lion", "newton", "bfgs")
"""What torch has no optimizer for: see test_beyond_torch."""

SCHEDULES = {
    "constant": lambda _: None,
    "step": lambda optimizer, step_size, gamma: StepLR(optimizer, int(step_size), gamma),
    "exponential": lambda optimizer, gamma: ExponentialLR(optimizer, gamma),
    "cosine": lambda optimizer, t_max, eta_min: CosineAnnealingLR(optimizer, int(t_max), eta_min),
    "multistep": lambda optimizer, milestones, gamma: MultiStepLR(optimizer, list(milestones), gamma),
    "cosine_restarts": lambda optimizer, t_0, t_mult, eta_min: CosineAnnealingWarmRestarts(
        optimizer, int(t_0), int(t_mult), eta_min
    ),
    "linear": lambda optimizer, start_factor, end_factor, total_iters: LinearLR(
        optimizer, start_factor, end_factor, int(total_iters)
    ),
    "polynomial": lambda optimizer, total_iters, power: PolynomialLR(optimizer, int(total_iters), power),
    "one_cycle": lambda optimizer, pct_start, div_factor, final_div_factor, rate, total: OneCycleLR(
        optimizer,
        rate,
        total,
        pct_start=pct_start,
        div_factor=div_factor,
        final_div_factor=final_div_factor,
        cycle_momentum=False,
    ),
    "triangular": lambda optimizer, base_lr, step_size_up, rate, total: CyclicLR(
        optimizer, base_lr, rate, int(step_size_up), cycle_momentum=False
    ),
    "inverse_time": lambda optimizer, gamma: LambdaLR(optimizer, lambda t: 1 / (1 + gamma * t)),
    "plateau": lambda optimizer, factor, patience, threshold, cooldown, min_lr: ReduceLROnPlateau(
        optimizer, factor=factor, patience=patience, threshold=threshold, cooldown=cooldown, min_lr=min_lr
    ),
}


def scheduler_of(optimizer: torch.optim.Optimizer, run: Run):
    """torch's scheduler of a run, the warm-up in front of it; None for an even rate."""
    knobs = dict(run.schedule_knobs)
    length, begin = int(knobs.pop("warmup_steps")), knobs.pop("warmup_start_factor")
    if run.schedule in ("one_cycle", "triangular"):
        knobs |= {"rate": run.rate, "total": run.steps}
    after = SCHEDULES[run.schedule](optimizer, **knobs)
    if not length:
        return after
    warm_up = LinearLR(optimizer, begin, total_iters=length)
    return SequentialLR(optimizer, [warm_up, after], [length]) if after else warm_up


@dataclass
class Path:
    """What torch did: points (n+1, 2), losses (n+1,), gradients (n+1, 2), rates (n,)."""

    points: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    rates: np.ndarray


def torch_paths(runs: list[Run], twins: bool = False) -> list[Path]:
    """Every run to the end of its steps, without stop rules; all as long as the longest.

    With `twins`, each run is followed, in the second half of the list, by a twin that rounds differently: its position
    is moved to a neighbouring number, up or down at random, at the start and after every step.

    Each has its own parameter, optimizer and scheduler. One backward pass over the sum of the losses serves them all:
    the gradient of a sum of independent losses is each one's own.
    """
    alone = len(runs)
    runs = runs * 2 if twins else runs
    steps = max(run.steps for run in runs)
    ulps = np.random.default_rng(0).choice([-1, 1], size=(steps + 1, len(runs), 2))
    with double_precision():
        return _walk(runs, alone, steps, ulps)


def typed_surface(text: str) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """A formula such as "formula:f(w, b) = relu(w) + b**2", read by Python and computed by torch."""
    names = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "max": torch.maximum}
    left, _, right = text.removeprefix("formula:").rpartition(" = ")
    arguments = left.removeprefix("f(").removesuffix(")") or "x, y"
    return eval(f"lambda {arguments}: {right}", {"__builtins__": {}, **names})


@contextmanager
def double_precision() -> Iterator[None]:
    """torch's default precision for a while: NAdam keeps its product of shares in it."""
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(usual)


def _walk(runs: list[Run], alone: int, steps: int, ulps: np.ndarray) -> list[Path]:
    surfaces = [SURFACES.get(run.landscape.key) or typed_surface(run.landscape.text) for run in runs]
    params = [torch.tensor(run.start, dtype=torch.float64, requires_grad=True) for run in runs]
    optimizers = [OPTIMIZERS[run.optimizer]([p], lr=run.rate, **run.knobs) for run, p in zip(runs, params, strict=True)]
    schedulers = [scheduler_of(optimizer, run) for run, optimizer in zip(runs, optimizers, strict=True)]
    noise = [run.noise * np.random.default_rng(run.seed).standard_normal((10_000, 2)) for run in runs]
    points, losses, gradients = (np.zeros((len(runs), steps + 1, *shape)) for shape in ((2,), (), (2,)))
    rates = np.zeros((len(runs), steps))
    for t in range(steps + 1):
        for lane, p in enumerate(params):
            p.grad = None
            if lane >= alone:
                p.data = torch.nextafter(p.data, p.data + torch.from_numpy(ulps[t, lane]))
        values = [surface(p[0], p[1]) for surface, p in zip(surfaces, params, strict=True)]
        torch.stack(values).sum().backward()
        for lane, (run, p) in enumerate(zip(runs, params, strict=True)):
            points[lane, t], losses[lane, t] = p.detach().numpy(), values[lane].item()
            gradients[lane, t] = p.grad.numpy()
            if t == steps:
                continue
            if run.noise > 0:
                p.grad += torch.from_numpy(noise[lane][t])
            if run.clip_value is not None:
                torch.nn.utils.clip_grad_value_([p], run.clip_value)
            if run.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_([p], run.clip_norm)
            rates[lane, t] = optimizers[lane].param_groups[0]["lr"]
            optimizers[lane].step()
            if run.schedule == "plateau":
                schedulers[lane].step(losses[lane, t])
            elif schedulers[lane] is not None:
                if run.schedule == "one_cycle" and t == run.steps - 1:
                    continue  # torch refuses to go beyond the last step
                with warnings.catch_warnings():  # a scheduler of torch's warns when a rate is no number any more
                    warnings.simplefilter("ignore")
                    schedulers[lane].step()
    return [Path(*parts) for parts in zip(points, losses, gradients, rates, strict=True)]


TOLERANCE = 1e-12


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance of two paths of points or losses, step by step, relative to the size of the second.

    Sizes below 1 count as 1, the unit of these surfaces: at a minimum at the origin there is nothing to be relative to.
    """
    with np.errstate(all="ignore"):
        gap = np.abs(a - b) / np.maximum(1, np.abs(b))
    return gap.max(axis=1) if gap.ndim == 2 else gap


def trusted_steps(path: Path, twin: Path, reads_loss: bool, share: int = 4) -> int:
    """Steps before chaos: as long as torch itself, rounded differently, stays within a `share`th of the tolerance.

    (Knobs drawn at random make chaos sudden: with Adam's beta2 at 0.02 one step parts two paths eightfold.)

    Beyond that any two correct programs walk different paths. (A twin that only starts one ulp aside is no measure:
    RMSprop's first step can round it back onto the very same path.) A schedule
    that `reads_loss` compares losses to a share of 1e-4: it is trusted while the two agree on the loss to a share of
    1e-6, for at a minimum, where the loss is rounding, its cuts are drawn by lot.
    """
    gap = np.maximum(apart(path.points, twin.points), apart(path.losses, twin.losses))
    beyond = ~(gap <= TOLERANCE / share)  # NaN, after an overflow, is beyond
    if reads_loss:
        beyond |= np.abs(path.losses - twin.losses) > 1e-6 * np.abs(path.losses)
    return int(np.argmax(beyond)) if beyond.any() else len(path.points)


def assert_same(trajectory, path: Path, rows: int) -> None:
    """The first `rows` rows of a trajectory are torch's."""
    points, losses = trajectory.points[:rows], trajectory.losses[:rows]
    assert apart(points, path.points[:rows]).max() <= TOLERANCE
    assert apart(losses, path.losses[:rows]).max() <= TOLERANCE
    # The gradient's own error is the position's times the curvature, which is up to 1e3 on these surfaces.
    assert apart(trajectory.gradients[:rows], path.gradients[:rows]).max() <= 1e3 * TOLERANCE
    rate = trajectory.run.rate
    assert np.abs(trajectory.rates[: rows - 1] - path.rates[: rows - 1]).max(initial=0) <= TOLERANCE * rate
