"""Questions whose answer is thousands of descents: basins of attraction, sweeps of a rate, maps of two knobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine import Run, basin_band, cloud, hypergradients, knob_map
from engine.basis.cores import BACKGROUND_CORES
from engine.basis.numerals import number
from engine.descent.ensemble import rates_at_once
from engine.descent.lanes import LOOK
from engine.frame import Frame, finite_or_none, note
from engine.runs.feed import bucket
from engine.studies.basins import DIVERGED, BasinMap
from engine.studies.knob_maps import KnobMap
from engine.studies.laws import law_on
from engine.studies.regimes import regimes_of
from engine.surfaces.grids import losses
from landscapes.on_data import cost_of, is_heavy
from landscapes.record import Window
from live.queries.questions import BLOCKS, RATES, STARTS, Need, lanes_of, work_of

MOST_FRAMES = 64
"""Pictures of a cloud: 2,000 seeds are then a megabyte."""
LANES = 64
"""Steps of lanes side by side that take as long as one step of a single run."""


def _work(run: Run, lanes: int) -> int:
    """Steps of a single run on a formula that so many lanes of this run take as long as."""
    loss = run.landscape.loss
    return lanes * run.steps * cost_of(loss) // (1 if is_heavy(loss) else LANES)  # a heavy one's lanes go one by one


def _fed(run: Run, *varied: str) -> str:
    """How lanes are fed that differ in these knobs: see `engine.descent.ensemble.from_settings`."""
    warms_up = run.schedule_knobs["warmup_steps"] > 0 or "warmup_steps" in varied
    return RATES if rates_at_once(run, warms_up) else BLOCKS


@dataclass(frozen=True)
class Basins:
    """Where does every start of a window go? Some rows of the map, or all."""

    seq: int
    run: Run
    columns: int
    rows: int
    window: Window
    band: tuple[int, int]
    kind: ClassVar[str] = "basin"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self.run, STARTS)

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time."""
        return _work(self.run, (self.band[1] - self.band[0]) * self.columns)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays labels and steps (rows of the band, columns): y ascending, x ascending; labels index `minima`.

        `mean_steps` of a minimum are the updates of the starts that arrive there; `unstarted` are those of the
        `diverged` where the surface has no number to begin at.
        """
        told = basin_band(self.run, self.columns, self.rows, self.window, self.band, threads=BACKGROUND_CORES)
        frame = Frame()
        arrays = frame.places({"labels": told.labels, "steps": told.steps})
        return frame.sealed(
            {
                "seq": self.seq,
                "kind": self.kind,
                "band": list(self.band),
                "minima": _minima(told),
                "diverged": int(np.sum(told.labels == DIVERGED)),
                "unstarted": int(np.sum((told.labels == DIVERGED) & (told.steps == 0))),
                "starts": told.labels.size,
                "arrays": arrays,
            }
        )


def _minima(told: BasinMap) -> list[Mapping[str, Any]]:
    arrived = told.labels >= 0
    labels, steps = told.labels[arrived], told.steps[arrived]
    counts = np.bincount(labels, minlength=len(told.minima))
    sums = np.bincount(labels, weights=steps, minlength=len(told.minima))
    return [
        {"position": position, "loss": finite_or_none(loss), "starts": int(count), "mean_steps": total / max(1, count)}
        for position, loss, count, total in zip(
            told.minima.tolist(), told.losses.tolist(), counts.tolist(), sums.tolist(), strict=True
        )
    ]


@dataclass(frozen=True)
class Sweep:
    """What becomes of a run under each of many learning rates?"""

    seq: int
    run: Run
    low: float
    high: float
    count: int
    kind: ClassVar[str] = "sweep"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self.run, _fed(self.run, "rate"))

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time; a slice is always full."""
        return _work(self.run, 4_096)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays rates, losses, steps, outcomes (indices into OUTCOME_KINDS) and arrived (n,), and where they part."""
        told, regimes = regimes_of(self.run, self.low, self.high, self.count)
        frame = Frame()
        arrays = {
            "rates": told.rates,
            "losses": told.final_losses,
            "steps": told.steps,
            "outcomes": told.outcomes,
            "arrived": told.arrived,
        }
        return frame.sealed({"seq": self.seq, "kind": self.kind, **regimes._asdict(), "arrays": frame.places(arrays)})


@dataclass(frozen=True)
class Knobs:
    """What becomes of a run under every pair of two knobs' values?"""

    seq: int
    run: Run
    x_knob: str
    xs: tuple[float, ...]
    y_knob: str
    ys: tuple[float, ...]
    kind: ClassVar[str] = "knobs"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self.run, _fed(self.run, self.x_knob, self.y_knob))

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time."""
        return _work(self.run, len(self.xs) * len(self.ys))

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays losses, steps, outcomes and arrived (rows, columns): rows those of `ys`."""
        told: KnobMap = knob_map(self.run, self.x_knob, self.xs, self.y_knob, self.ys, threads=BACKGROUND_CORES)
        law = law_on(told)
        frame = Frame()
        arrays = {
            "losses": told.final_losses,
            "steps": told.steps,
            "outcomes": told.outcomes,
            "arrived": told.arrived,
        }
        return frame.sealed(
            {
                "seq": self.seq,
                "kind": self.kind,
                "law": None if law is None else law._asdict(),
                "first_loss": finite_or_none(told.first_loss),
                "arrays": frame.places(arrays),
            }
        )


@dataclass(frozen=True)
class Hints:
    """Which way would each knob of this run lower its final loss?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "hints"

    @property
    def needs(self) -> list[Need]:
        """The derivative of the whole run, and the run."""
        loss, rows = self.run.landscape.loss, bucket(self.run.steps)
        whole = f"derivative of {self.run.optimizer}, {self.run.schedule}"
        return [Need(loss, whole, len(self.run.schedule_knobs)), Need(loss, work_of(self.run, "descent"), rows)]

    @property
    def steps(self) -> int:
        """A derivative and two runs for each knob."""
        knobs = 1 + len(self.run.knobs) + len(self.run.schedule_knobs)
        return 4 * self.run.steps * knobs * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: it is asked when the hand rests."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: for each knob its derivative (null where there is none), and a sentence."""
        told = hypergradients(self.run)
        slopes = {
            name: {
                "value": None if slope.value is None else finite_or_none(slope.value),
                "trusted": slope.trusted,
                "sentence": slope.sentence,
            }
            for name, slope in told.slopes.items()
        }
        return note({"seq": self.seq, "kind": self.kind, "steps": told.steps, "slopes": slopes})


@dataclass(frozen=True)
class Clouds:
    """Where are many runs that differ in their noise only, at every so many steps?"""

    seq: int
    run: Run
    seeds: int
    kind: ClassVar[str] = "cloud"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, fed in blocks."""
        return lanes_of(self.run, f"seeds, {self._every} steps at a time")

    @property
    def _every(self) -> int:
        return -(-max(LOOK, self.run.steps // MOST_FRAMES) // LOOK) * LOOK

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time; drawing the noise takes most of it."""
        return self.seeds * self.run.steps * cost_of(self.run.landscape.loss) // 16

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Array points (frames * seeds, 2), every `every` steps from the start on, and a sentence about the ends."""
        every = self._every
        frames = [points for _, points in cloud(self.run, self.seeds, min(every, self.run.steps))]
        ends = frames[-1]
        finite = ends[np.isfinite(ends).all(axis=1)]
        values = losses(self.run.landscape, finite)
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]) if len(values) else (np.nan,) * 3
        sentence = (
            f"{self.seeds:,} runs with the same noise level and other seeds: after {self.run.steps:,} steps half of "
            f"them have a loss below {number(float(middle))}, eight of ten between {number(float(low))} and "
            f"{number(float(high))}."
        )
        frame = Frame()
        arrays = frame.places({"points": np.concatenate(frames)})
        header = {"seq": self.seq, "kind": self.kind, "every": every, "frames": len(frames), "sentence": sentence}
        return frame.sealed({**header, "arrays": arrays})
