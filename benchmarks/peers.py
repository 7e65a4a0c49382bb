"""The same descent by other means: torch as the exported code has it, plain Python, NumPy, and C.

Each takes a Run of Adam on Rosenbrock's valley and returns its points (n+1, 2), the start first. All of them make the
engine's stop tests and keep every point and loss.
"""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine import Run

SOURCE = Path(__file__).with_name("adam.c")
ROW = 7
"""Columns of adam.c's rows."""
OFTEN = 20
"""Descents in one call of C."""


def by_torch(run: Run) -> np.ndarray:
    """torch.optim.Adam and autograd, float64, one loop in Python."""
    import torch

    w = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    knobs = run.knobs
    optimizer = torch.optim.Adam([w], lr=run.rate, betas=(knobs["beta1"], knobs["beta2"]), eps=knobs["eps"])
    points, losses = [], []
    for step in range(run.steps + 1):
        optimizer.zero_grad()
        x, y = w
        loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        loss.backward()
        points.append(w.tolist())
        losses.append(loss.item())
        if _stops(run, step, losses, math.hypot(*w.grad.tolist())):  # pyright: ignore[reportOptionalMemberAccess]
            break
        optimizer.step()
    return np.array(points)


def by_python(run: Run) -> np.ndarray:
    """Floats and an analytic gradient: the fastest loop that plain Python has for two coordinates."""
    x, y = run.start
    beta1, beta2, eps = run.knobs["beta1"], run.knobs["beta2"], run.knobs["eps"]
    mx = my = vx = vy = 0.0
    points, losses = [], []
    for step in range(run.steps + 1):
        slack = y - x * x
        gx, gy = -2 * (1 - x) - 400 * x * slack, 200 * slack
        points.append((x, y))
        losses.append((1 - x) ** 2 + 100 * slack**2)
        if _stops(run, step, losses, math.sqrt(gx * gx + gy * gy)):
            break
        mx, my = mx + (1 - beta1) * (gx - mx), my + (1 - beta1) * (gy - my)
        vx, vy = beta2 * vx + (1 - beta2) * gx * gx, beta2 * vy + (1 - beta2) * gy * gy
        pace, root = run.rate / (1 - beta1 ** (step + 1)), math.sqrt(1 - beta2 ** (step + 1))
        x, y = x - pace * mx / (math.sqrt(vx) / root + eps), y - pace * my / (math.sqrt(vy) / root + eps)
    return np.array(points)


def by_numpy(run: Run) -> np.ndarray:
    """Arrays of two and an analytic gradient: the loop as it is usually written."""
    w = np.array(run.start)
    beta1, beta2, eps = run.knobs["beta1"], run.knobs["beta2"], run.knobs["eps"]
    mean, square = np.zeros(2), np.zeros(2)
    points, losses = np.empty((run.steps + 1, 2)), []
    for step in range(run.steps + 1):
        x, y = w
        slack = y - x**2
        gradient = np.array([-2 * (1 - x) - 400 * x * slack, 200 * slack])
        points[step] = w
        losses.append((1 - x) ** 2 + 100 * slack**2)
        if _stops(run, step, losses, float(np.sqrt(gradient @ gradient))):
            break
        mean = mean + (1 - beta1) * (gradient - mean)
        square = beta2 * square + (1 - beta2) * gradient**2
        root = np.sqrt(square / (1 - beta2 ** (step + 1))) + eps
        w = w - run.rate / (1 - beta1 ** (step + 1)) * mean / root
    return points[: len(losses)]


def _stops(run: Run, step: int, losses: list[float], slope: float) -> bool:
    if not (math.isfinite(losses[-1]) and math.isfinite(slope)) or slope < run.gradient_tolerance:
        return True
    return step > 0 and abs(losses[-1] - losses[-2]) < run.loss_tolerance


class NoCompiler(RuntimeError):
    """adam.c could not be compiled here; the message says why."""


class _Settings(ctypes.Structure):
    _fields_ = [
        *[(name, ctypes.c_double) for name in ("x", "y", "rate", "beta1", "beta2", "eps")],
        *[(name, ctypes.c_double) for name in ("gradient_tolerance", "loss_tolerance")],
        ("steps", ctypes.c_long),
    ]


class ByC:
    """adam.c, compiled with `cc -O3` into `folder`. Raises NoCompiler."""

    def __init__(self, folder: Path):
        compiler = shutil.which("cc")
        if compiler is None:
            raise NoCompiler("there is no C compiler (cc) on the path; install gcc or clang to see this row")
        library = folder / "adam.so"
        command = [compiler, "-O3", "-shared", "-fPIC", str(SOURCE), "-o", str(library), "-lm"]
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode != 0:
            raise NoCompiler(f"cc could not compile adam.c: {made.stderr.strip()[:200]}")
        self._library = ctypes.CDLL(str(library))
        self._library.descend.restype = ctypes.c_long

    def __call__(self, run: Run) -> np.ndarray:
        """The points of one run."""
        rows = np.empty((run.steps + 1, ROW))
        updates = self._library.descend(ctypes.byref(self._settings(run)), ctypes.c_void_p(rows.ctypes.data))
        return rows[: updates + 1, :2]

    def often(self, run: Run) -> Callable[[], None]:
        """A call that makes `OFTEN` descents of the run, one after the other, into one buffer."""
        rows, settings = np.empty((run.steps + 1, ROW)), self._settings(run)

        def call() -> None:
            self._library.descend_often(ctypes.byref(settings), ctypes.c_void_p(rows.ctypes.data), ctypes.c_long(OFTEN))

        return call

    def _settings(self, run: Run) -> _Settings:
        knobs = [run.knobs[name] for name in ("beta1", "beta2", "eps")]
        return _Settings(*run.start, run.rate, *knobs, run.gradient_tolerance, run.loss_tolerance, run.steps)
