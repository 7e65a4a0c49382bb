"""The compiled programs that an answer needs, by name, and the steps that it costs."""

from collections.abc import Callable
from typing import NamedTuple

from engine import AHEAD, OPTIMIZERS, Run
from engine.descent.ensemble import is_plain, rates_at_once
from engine.runs.feed import BUCKETS, bucket
from engine.runs.segments import plain_runs
from engine.surfaces.grids import chunk_of
from landscapes import Landscape
from landscapes.on_data import cost_of, is_heavy
from landscapes.parameters import program_key
from live.queries.limits import LIMITS


class Need(NamedTuple):
    """One compiled program of a surface: for one kind of work, with a buffer of so many rows (0: there is one size).

    Named by the loss itself; `key` is what the engine finds them by: equal formulas share programs, whatever their
    windows and the values of their parameters.
    """

    loss: Callable
    work: str
    rows: int = 0

    @property
    def key(self) -> Callable:
        """What the programs of this loss are found by."""
        return program_key(self.loss)


def work_of(run: Run, work: str) -> str:
    """The name of a kind of work for this run: optimizers that look at curvature have programs of their own."""
    return f"{work}, curved" if OPTIMIZERS[run.optimizer].curved else work


def descents_of(run: Run) -> list[Need]:
    """Its descent; of a branch that of each of its parts."""
    return [Need(one.landscape.loss, work_of(one, "descent"), bucket(one.steps)) for one in plain_runs(run)]


def steps_of(run: Run) -> list[Need]:
    """The descents that remember one step, and those that lead to where a branch's own part begins."""
    steps = [Need(one.landscape.loss, work_of(one, "step")) for one in plain_runs(run)]
    return [*steps, *(descents_of(run) if run.before else [])]


def needs_of(landscape: Landscape) -> list[Need]:
    """The programs that a question about this landscape can need: what `engine.warm_up` compiles."""
    return [*_of_runs(landscape, ""), *(Need(landscape.loss, work) for work in ("sharpness", "slopes", "rests"))]


STARTS, RATES, BLOCKS = "starts", "rates", "blocks"
"""What lanes side by side differ in: their starts, or numbers given at once, or step by step. Each is a program."""


def lanes_of(run: Run, by: str) -> list[Need]:
    """The lanes of the run's optimizer, and what tells their ends apart."""
    loss, kind = run.landscape.loss, "plain" if is_plain(run) else "full"
    rows = bucket(run.steps) if by == STARTS else 0
    return [Need(loss, f"lanes of {run.optimizer}, {kind}, by {by}", rows), Need(loss, "rests")]


def counted_lanes_of(run: Run, by: str) -> list[Need]:
    """The same where gradients are counted: for optimizers whose steps do not all cost the same, another program."""
    lanes, rests = lanes_of(run, by)
    return [lanes._replace(work=f"{lanes.work}, counted") if OPTIMIZERS[run.optimizer].curved else lanes, rests]


def fed(run: Run, *varied: str) -> str:
    """How lanes are fed that differ in these knobs: see `engine.descent.ensemble.from_settings`."""
    warms_up = run.schedule_knobs["warmup_steps"] > 0 or "warmup_steps" in varied
    return RATES if rates_at_once(run, warms_up) else BLOCKS


LANES_A_STEP = 64
"""Steps of lanes side by side that take as long as one step of a single run."""


def lanes_cost(run: Run, lanes: int) -> int:
    """Steps of a single run on a formula that so many lanes of this run take as long as."""
    loss = run.landscape.loss
    return (
        lanes * run.steps * cost_of(loss) // (1 if is_heavy(loss) else LANES_A_STEP)
    )  # a heavy one's lanes go one by one


def slopes_cost(landscape: Landscape, count: int) -> int:
    """The cost of so many gradients; where each counts, those that fill up a chunk do too."""
    cost, chunk = cost_of(landscape.loss), chunk_of(landscape.loss, 1)
    return -(-count // chunk) * chunk * cost


def map_needs_of(landscape: Landscape) -> list[Need]:
    """Those of the maps that are compiled ahead: what `engine.warm_up_maps` compiles."""
    return [need for key in AHEAD for by in (STARTS, RATES) for need in lanes_of(Run(landscape, key), by)]


def curved_needs_of(landscape: Landscape) -> list[Need]:
    """Those that optimizers need besides that look at curvature: what `engine.warm_up_curved` compiles."""
    return _of_runs(landscape, ", curved")


def _of_runs(landscape: Landscape, family: str) -> list[Need]:
    sizes = [rows for rows in BUCKETS if rows <= LIMITS.steps]
    sized = [Need(landscape.loss, "descent" + family, rows) for rows in sizes]
    return [*sized, *(Need(landscape.loss, work + family) for work in ("fastest", "step"))]
