"""Basins of attraction: every pixel of a window is a start, its label the minimum that its run arrives at."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.checks import whole_within
from engine.descent.ensemble import THREADS, compute, from_places
from engine.descent.lanes import CHUNK, SLICE
from engine.runs.run import Run
from engine.runs.trajectory import LOST
from engine.studies.arrivals import Surveyor
from engine.surfaces.grids import losses
from landscapes.record import Window, checked_window

if TYPE_CHECKING:
    from jaxtyping import Float, Int

MOST_PIXELS_A_SIDE = 1024
DIVERGED, NOT_ARRIVED = -1, -2


@dataclass(frozen=True, eq=False)
class BasinMap:
    """What became of every start on a grid: rows with y ascending, columns with x ascending, the window's edges on it.

    A label of 0 or more says that `descend` of that start arrives at `minima[label]` (its outcome's `arrived`), -1 that
    it diverged, -2 that it did neither: out of steps, at a saddle or a maximum, short of a minimum, on level ground.
    """

    run: Run
    window: Window
    labels: Int[np.ndarray, "rows columns"]
    steps: Int[np.ndarray, "rows columns"]
    """Updates made when the run ended."""
    outcomes: Int[np.ndarray, "rows columns"]
    """Indices into OUTCOME_KINDS."""
    minima: Float[np.ndarray, "k 2"]
    """Where runs arrived, measured, from left to right (and upwards where x is the same)."""
    losses: Float[np.ndarray, " k"]
    """The minima's own."""

    @property
    def shares(self) -> Float[np.ndarray, " k"]:
        """Of all starts, the share that arrives at each minimum."""
        arrived = self.labels[self.labels >= 0]
        return np.bincount(arrived, minlength=len(self.minima)) / self.labels.size

    @property
    def diverged(self) -> float:
        """The share of starts that diverge."""
        return float(np.mean(self.labels == DIVERGED))

    @property
    def not_arrived(self) -> float:
        """The share of starts that neither arrive nor diverge."""
        return float(np.mean(self.labels == NOT_ARRIVED))


class BasinRows(NamedTuple):
    """Some rows of a map that is being computed, from row `first` on; a label keeps its meaning while more come."""

    first: int
    labels: Int[np.ndarray, "some columns"]
    steps: Int[np.ndarray, "some columns"]
    outcomes: Int[np.ndarray, "some columns"]
    minima: Float[np.ndarray, "k 2"]
    """Met so far, in the order they were met: the labels' own, not the order of the finished map."""
    done: float
    """The share of the map that is computed."""


def basin_map(
    run: Run, resolution: int = 256, window=None, progress: Callable[[float], object] | None = None
) -> BasinMap:
    """The basins of a run's settings on resolution x resolution starts.

    Args:
        run: its start is not used. A run with noise has one noise, drawn from its seed, and every start feels the same
            z_t at the same step: the map answers for this seed, as `descend` does.
        resolution: starts a side, 2 to 1,024.
        window: ((x0, x1), (y0, y1)); None is the landscape's.
        progress: called now and then with the share that is done; what it raises ends the computation.

    Raises:
        ValueError: with a sentence, for a window or a resolution that is none.
    """
    rows = basin_rows(run, resolution, window)
    while True:
        try:
            some = next(rows)
        except StopIteration as end:
            return end.value
        if progress is not None:
            try:
                progress(some.done)
            except BaseException:
                rows.close()
                raise


def basin_rows(
    run: Run, resolution: int = 256, window=None, threads: int = THREADS
) -> Generator[BasinRows, None, BasinMap]:
    """The same map as it grows: some rows at a time, bottom first; the generator returns the finished map.

    Closing it stops the computation. Between two rows the interpreter and, with `threads=1`, one core belong to others.
    """
    resolution = whole_within("The resolution", resolution, 2, MOST_PIXELS_A_SIDE)
    window = run.landscape.window if window is None else checked_window(window)
    (x0, x1), (y0, y1) = window
    return _rows(run, window, np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution), threads)


def basin_band(
    run: Run, columns: int, rows: int, window=None, band: tuple[int, int] | None = None, threads: int = 1
) -> BasinMap:
    """Some rows of a map of columns x rows starts: what one answer can hold.

    Args:
        run: as for `basin_map`.
        columns: starts across the window, 2 to 1,024.
        rows: starts up the window, 2 to 1,024.
        window: ((x0, x1), (y0, y1)) of the whole map; None is the landscape's.
        band: (first, end) of the rows to compute; None is all. The minima are those that this band meets.
        threads: how many slices are computed at a time; with 1, by the thread that asks.

    Raises:
        ValueError: with a sentence, for a window, a size or a band that is none.
    """
    columns = whole_within("The number of columns", columns, 2, MOST_PIXELS_A_SIDE)
    rows = whole_within("The number of rows", rows, 2, MOST_PIXELS_A_SIDE)
    first, end = (0, rows) if band is None else band
    first = whole_within("The first row of a band", first, 0, rows - 1)
    end = whole_within("The end of a band", end, first + 1, rows)
    window = run.landscape.window if window is None else checked_window(window)
    (x0, x1), (y0, y1) = window
    computed = _rows(run, window, np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)[first:end], threads)
    while True:
        try:
            next(computed)
        except StopIteration as whole:
            return whole.value


def _rows(run: Run, window: Window, xs, ys, threads: int) -> Generator[BasinRows, None, BasinMap]:
    width, count = len(xs), len(xs) * len(ys)
    high, wide = _tile(width, len(ys))

    def by_tiles(pixels):
        return pixels.reshape(-1, high, width // wide, wide).swapaxes(1, 2).ravel()

    def by_rows(lanes):
        return lanes.reshape(-1, width // wide, high, wide).swapaxes(1, 2).reshape(-1, width)

    rows = by_tiles(np.repeat(np.arange(len(ys), dtype=np.int16), width))
    columns = by_tiles(np.tile(np.arange(width, dtype=np.int16), len(ys)))
    # In the order of the lanes.
    labels, steps, outcomes = (np.empty(count, dtype=kind) for kind in (np.int32, np.int32, np.int8))
    surveyor, done, shown = Surveyor(run.landscape), 0, 0

    def places(lanes):
        return np.stack([xs[columns[lanes]], ys[rows[lanes]]])

    ensemble = from_places(run, count, places)
    parts = compute(ensemble, lambda ends: (ends, surveyor.tell(ends)), threads)
    try:
        for ends, told in parts:
            here = slice(done, done + len(ends))
            labels[here], steps[here], outcomes[here] = told.minima, ends.steps, told.outcomes
            done = here.stop
            full = done // width
            if full > shown:
                cut = slice(shown * width, full * width)
                labels[cut][(labels[cut] < 0) & (outcomes[cut] != LOST)] = NOT_ARRIVED
                yield BasinRows(
                    shown,
                    by_rows(labels[cut]),
                    by_rows(steps[cut]),
                    by_rows(outcomes[cut]),
                    surveyor.minima,
                    done / count,
                )
                shown = full
    finally:
        parts.close()
    minima = surveyor.minima
    order = np.lexsort((minima[:, 1], np.round(minima[:, 0], 9)))
    new = np.array([*range(len(order)), NOT_ARRIVED, DIVERGED], dtype=np.int32)  # -2 and -1, from the end
    new[order] = np.arange(len(order))
    pictures = (by_rows(new[labels]), by_rows(steps), by_rows(outcomes))
    return BasinMap(run, window, *pictures, minima[order], losses(run.landscape, minima[order]))


def _tile(columns: int, rows: int) -> tuple[int, int]:
    """Rows and columns of the tiles by which pixels become lanes: a chunk's, in slices of whole rows, where they fit.

    A chunk goes on until its slowest lane has stopped, and neighbours stop together: a fourth off gradient descent.
    """
    high = SLICE // columns
    if SLICE % columns or columns * rows % SLICE or CHUNK % high:
        return 1, columns
    return high, CHUNK // high
