"""The same map by other means: C in SIMD lanes on two threads, and torch on all starts at once.

Each takes a Run of momentum on Himmelblau's surface and starts (n, 2), and returns ends (n, 2) and steps (n,). Both
make the map's stop tests at every step for every start.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.peers import NoCompiler
from engine import Run

SOURCE = Path(__file__).with_name("basins.c")
THREADS = 2
LOOK = 16
"""Steps between two looks at whether any start still goes on, as the map has it."""
BLOCK = 32
"""Starts of one block of basins.c; their number must be a multiple."""


def by_torch(run: Run, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """torch.optim.SGD with momentum and autograd on one tensor of all starts, float64."""
    import torch

    w = torch.tensor(starts, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=run.rate, momentum=run.knobs["momentum"])
    going = torch.ones(len(starts), dtype=torch.bool)
    steps, last = torch.zeros(len(starts), dtype=torch.int64), w.detach().clone()
    for step in range(run.steps):
        optimizer.zero_grad()
        x, y = w[:, 0], w[:, 1]
        loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
        loss.sum().backward()
        with torch.no_grad():
            gradient = w.grad
            assert gradient is not None
            sound = torch.isfinite(loss) & torch.isfinite(gradient).all(1) & (w.abs() <= 1e12).all(1)
            going &= sound & (gradient.norm(dim=1) >= run.gradient_tolerance)
            if step % LOOK == 0 and not going.any():
                break
            steps += going
            last.copy_(w)
        optimizer.step()
        with torch.no_grad():
            w.copy_(torch.where(going[:, None], w, last))
    return w.detach().numpy(), steps.numpy()


class _Settings(ctypes.Structure):
    _fields_ = [*[(name, ctypes.c_double) for name in ("rate", "momentum", "tolerance")], ("steps", ctypes.c_long)]


class ByC:
    """basins.c, compiled for this very processor into `folder`, on two threads. Raises NoCompiler."""

    def __init__(self, folder: Path):
        compiler = shutil.which("cc")
        if compiler is None:
            raise NoCompiler("there is no C compiler (cc) on the path; install gcc or clang to see this row")
        library = folder / "basins.so"
        command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", str(SOURCE), "-o", str(library), "-lm"]
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode != 0:
            raise NoCompiler(f"cc could not compile basins.c: {made.stderr.strip()[:200]}")
        self._library = ctypes.CDLL(str(library))
        self._pool = ThreadPoolExecutor(THREADS)

    def __call__(self, run: Run, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ends and steps; the interpreter is free meanwhile."""
        xs, ys = np.ascontiguousarray(starts[:, 0]), np.ascontiguousarray(starts[:, 1])
        steps = np.empty(len(starts))
        settings = _Settings(run.rate, run.knobs["momentum"], run.gradient_tolerance, run.steps)
        share = -(-len(starts) // (THREADS * BLOCK)) * BLOCK
        if len(starts) % BLOCK:
            raise ValueError(f"basins.c takes a multiple of {BLOCK} starts, got {len(starts)}.")

        def part(first: int) -> None:
            count = min(share, len(starts) - first)
            arrays = [ctypes.c_void_p(one[first:].ctypes.data) for one in (xs, ys, steps)]
            self._library.descend_all(ctypes.byref(settings), *arrays, ctypes.c_long(count))

        list(self._pool.map(part, range(0, len(starts), share)))
        return np.stack([xs, ys], axis=1), steps.astype(int)
