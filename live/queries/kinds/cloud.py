"""Many runs that differ in their noise only."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import Run, cloud
from engine.basis.numerals import number
from engine.descent.lanes import LOOK
from engine.frame import Frame
from engine.studies.escapes import MOST_SEEDS
from engine.surfaces.grids import losses
from i18n import message
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, run_of, whole
from live.queries.needs import Need, lanes_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

MOST_FRAMES = 64
"""Pictures of a cloud: 2,000 seeds are then a megabyte."""


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
        sentence = message(
            "{n} runs with the same noise level and other seeds: after {steps} steps half of them have a loss below "
            "{middle}, eight of ten between {low} and {high}.",
            n=f"{self.seeds:,}",
            steps=f"{self.run.steps:,}",
            middle=number(float(middle)),
            low=number(float(low)),
            high=number(float(high)),
        )
        frame = Frame()
        arrays = frame.places({"points": np.concatenate(frames)})
        header = {"seq": self.seq, "kind": self.kind, "every": every, "frames": len(frames), "sentence": sentence}
        return frame.sealed({**header, "arrays": arrays})


def clouds(seq: int, run: Run, seeds: int) -> Clouds:
    """The query, if the run has noise. Raises Refusal."""
    if run.noise == 0:
        raise Refusal(
            message("A cloud needs a run with noise above 0; got 0: without it all its members walk one path.")
        )
    return Clouds(seq, run, seeds)


CLOUD = Kind(
    "cloud",
    (Field("run", run_of, example={**BOWL, "noise": 1}), Field("seeds", whole(1, MOST_SEEDS), example=500)),
    clouds,
)
