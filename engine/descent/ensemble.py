"""Thousands of runs that differ in start, settings or seed: `engine.descent.lanes` slice by slice, on a few threads."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import jax
import numpy as np

from engine.basis.cores import CORES
from engine.basis.programs import program
from engine.descent.lanes import AIMS, BLOCK, CHUNK, CHUNKS, SLICE, WIDTH, lane, side_by_side
from engine.optimizers import OPTIMIZERS
from engine.runs.feed import noise, scheduled_rates
from engine.runs.packing import LENGTH, pack
from engine.runs.run import Run
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Float, Int

THREADS = CORES
"""For who has the machine to himself; a server names fewer."""
Feed = Mapping[str, Any]
Answer = TypeVar("Answer")


class Ends:
    """How n lanes of one slice ended; arrays (n,), made when they are asked for."""

    def __init__(self, folded: jax.Array | np.ndarray, count: int):
        self.folded = folded
        """(CHUNKS, len(END), CHUNK), as the lanes' program gives them and another program takes them."""
        self._count = count

    def __len__(self) -> int:
        return self._count

    def _row(self, index: int) -> Float[np.ndarray, " n"]:
        # In one piece they would be so large that the system hands out, and clears, new pages every time.
        return np.asarray(self.folded)[:, index].reshape(-1)[: self._count]

    @property
    def x(self) -> Float[np.ndarray, " n"]:
        """Of the position."""
        return self._row(0)

    @property
    def y(self) -> Float[np.ndarray, " n"]:
        """Of the position."""
        return self._row(1)

    @property
    def loss(self) -> Float[np.ndarray, " n"]:
        """Exact."""
        return self._row(2)

    @property
    def verdict(self) -> Float[np.ndarray, " n"]:
        """Of `engine.descent.loop`."""
        return self._row(4)

    @property
    def steps(self) -> Float[np.ndarray, " n"]:
        """Updates made."""
        return self._row(5)

    @property
    def first(self) -> Float[np.ndarray, " n"]:
        """Updates made when it was first near what an ensemble was `aimed_at`; infinity if it never was."""
        return self._row(6)

    @property
    def evaluations(self) -> Float[np.ndarray, " n"]:
        """Gradients that the updates cost, of an ensemble that is `counted`."""
        return self._row(-1)

    @property
    def uncounted(self) -> Ends:
        """The same without them, as an ensemble that is not counted has it."""
        return Ends(np.asarray(self.folded)[:, :-1], self._count)


@dataclass(frozen=True)
class Ensemble:
    """Runs that share what `shared` names (see `lanes.side_by_side`).

    `owned(lanes)` gives the rest for up to SLICE lane numbers, a lane axis last; `blocks(lanes)`, if there is one, a
    function that is called with 0, `block`, 2 `block` ... in order and gives what every lane is fed in those steps.
    """

    run: Run
    count: int
    shared: Feed
    owned: Callable[[Int[np.ndarray, " lanes"]], Feed]
    blocks: Callable[[Int[np.ndarray, " lanes"]], Callable[[int], Feed]] | None = None
    block: int = BLOCK
    """Steps; a multiple of LOOK."""
    counted: bool = False
    """Whether its ends know their `evaluations`."""


def from_starts(run: Run, starts: Float[np.ndarray, "n 2"]) -> Ensemble:
    """The run from other starts. All of them feel the run's own noise: the same z_t at the same step."""
    return from_places(run, len(starts), lambda lanes: starts[lanes].T)


def from_places(
    run: Run, count: int, places: Callable[[Int[np.ndarray, " lanes"]], Float[np.ndarray, "2 lanes"]]
) -> Ensemble:
    """The same from starts that `places(lanes)` tells: those of a map are known slice by slice, as they are needed."""
    return Ensemble(run, count, _shared(run), lambda lanes: {"starts": places(lanes)})


def aimed_at(ensemble: Ensemble, points: Float[np.ndarray, "k 2"], radius: float) -> Ensemble:
    """The same with its ends' `first`: when a lane was first within `radius` of any of the points."""
    aims = np.full((-(-len(points) // AIMS) * AIMS, 2), np.nan)
    aims[: len(points)] = points
    return replace(ensemble, shared={**ensemble.shared, "aims": aims, "radius": np.float64(radius)})


class Varied(NamedTuple):
    """Settings of some lanes: packed (s, n), their rates (n,), and their schedule's knobs, (n,) or one for all."""

    settings: Float[np.ndarray, "s n"]
    rates: Float[np.ndarray, " n"]
    schedule_knobs: Mapping[str, Any]
    starts: Float[np.ndarray, "2 n"] | None = None
    """None is the run's own for all."""


def rates_at_once(run: Run, warms_up: bool) -> bool:
    """Whether a lane has one rate for all steps, but for what the loop does; else it is fed them in blocks."""
    return (run.schedule == "constant" or SCHEDULES[run.schedule].reacts) and not warms_up


def from_settings(
    run: Run, count: int, settings: Callable[[Int[np.ndarray, " lanes"]], Varied], warms_up: bool = False
) -> Ensemble:
    """The run with other rates, knobs, schedule knobs and starts; one noise for all. Say so where any `warms_up`."""
    schedule = SCHEDULES[run.schedule]
    shared = {"z": noise(run)}
    at_once = rates_at_once(run, warms_up)

    def scheduled(varied: Varied, numbers: Float[np.ndarray, " steps"]) -> Float[np.ndarray, "steps lanes"]:
        with np.errstate(all="ignore"):
            return schedule.rates(np, numbers[:, None], varied.rates, varied.schedule_knobs, run.steps)

    def owned(lanes) -> Feed:
        varied = settings(lanes)
        own = np.repeat(np.array(run.start)[:, None], len(lanes), axis=1)
        feed = {"starts": own if varied.starts is None else varied.starts, "settings": varied.settings}
        return {**feed, "rates": varied.rates[None, :]} if at_once else feed

    def blocks(lanes):
        varied = settings(lanes)
        return lambda begin: {"rates": scheduled(varied, np.arange(begin, begin + BLOCK, dtype=np.float64))}

    return Ensemble(run, count, shared, owned, None if at_once else blocks)


def from_seeds(
    run: Run, seeds: Int[np.ndarray, " n"], starts: Float[np.ndarray, "n 2"], block: int = BLOCK
) -> Ensemble:
    """The run with other seeds, each from its own start; a lane's noise is `default_rng(seed)`'s, drawn as it goes.

    Raises ValueError for a run by mini-batches, whose lots of all seeds would not fit.
    """
    if run.batch_size is not None:
        raise ValueError("Many seeds at once are for runs with noise: set the batch size to all points.")
    shared = {"settings": pack(run), "rates": scheduled_rates(run)}

    def blocks(lanes):
        drawing = [np.random.default_rng(seed) for seed in seeds[lanes].tolist()]

        def draw(begin: int) -> Feed:
            # Drawn in parts, a generator gives the same numbers as at once.
            return {"z": np.stack([generator.standard_normal((block, 2)) for generator in drawing], axis=-1)}

        return draw

    def owned(lanes) -> Feed:
        return {"starts": starts[lanes].T}

    return Ensemble(run, len(seeds), shared, owned, blocks, block)


def _shared(run: Run) -> Feed:
    return {"settings": pack(run), "rates": scheduled_rates(run), "z": noise(run)}


def compute(
    ensemble: Ensemble, read: Callable[[Ends], Answer], threads: int = THREADS
) -> Generator[Answer, None, None]:
    """What `read` makes of the ends of all lanes, in order, SLICE at a time (the last time what is left).

    Slices are computed and read `threads` at a time, a few ahead of who takes them, so memory is bounded; closing the
    iterator leaves out what was not begun. The interpreter is free while they are computed. A third thread to read them
    would hold it when the others want to go on: a map took a quarter longer.
    """

    def work(number: int) -> Answer:
        first = number * SLICE
        lanes = np.arange(first, min(first + SLICE, ensemble.count))
        return read(Ends(_ends(ensemble, lanes), len(lanes)))

    return _in_order(work, -(-ensemble.count // SLICE), threads)


def _in_order(work: Callable[[int], Answer], count: int, threads: int) -> Generator[Answer, None, None]:
    if threads <= 1 or count <= 1:
        yield from map(work, range(count))
        return
    ahead: deque[Future[Answer]] = deque()
    with _borrowed(threads) as pool:
        try:
            for number in range(count):
                ahead.append(pool.submit(work, number))
                if len(ahead) > 2 * threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            wait([one for one in ahead if not one.cancel()])


_idle: defaultdict[int, deque[ThreadPoolExecutor]] = defaultdict(deque)
"""By their number of threads: with new threads for each, a map takes a tenth longer."""


@contextmanager
def _borrowed(threads: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of one's own, so that nobody's slices wait for another's."""
    try:
        pool = _idle[threads].pop()
    except IndexError:
        pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    finally:
        _idle[threads].append(pool)


def is_plain(run: Run) -> bool:
    """Whether the lean program will do: no noise, no batches, no clipping, no loss rule, no schedule that reacts."""
    unclipped = run.clip_norm is None and run.clip_value is None and run.batch_size is None
    return unclipped and run.noise == 0 and run.loss_tolerance == 0 and not SCHEDULES[run.schedule].reacts


def _ends(ensemble: Ensemble, lanes: Int[np.ndarray, " lanes"]) -> Any:
    if ensemble.blocks is None:
        return _program(ensemble)(ensemble.shared, _owned(ensemble, lanes))
    *_, (_, ends) = _advance(ensemble, lanes)
    return ends


class Block(NamedTuple):
    """Where some lanes stand after a number of steps."""

    steps: int
    ends: Ends
    """As if they ended here; those that have stopped do."""


def in_blocks(ensemble: Ensemble, lanes: Int[np.ndarray, " lanes"]) -> Iterator[Block]:
    """A slice of an ensemble that is fed in blocks, until nobody goes on."""
    for steps, ends in _advance(ensemble, lanes):
        yield Block(steps, Ends(ends, len(lanes)))


def _advance(ensemble: Ensemble, lanes: Int[np.ndarray, " lanes"]) -> Iterator[tuple[int, Any]]:
    """After every block, the steps made and the ends (CHUNKS, len(END), CHUNK)."""
    assert ensemble.blocks is not None
    run, size = ensemble.run, ensemble.block
    compiled, owned, feed = _program(ensemble), _owned(ensemble, lanes), ensemble.blocks(lanes)
    state = _blank(run.optimizer, is_plain(run), "aims" in ensemble.shared, ensemble.counted)
    for begin in range(0, run.steps + 1, size):
        shared = {**ensemble.shared, "begin": np.int64(begin)}
        for name in ("rates", "z"):
            if name in shared:  # a row for every step of this block, the last one for those that there is none for
                rows = np.arange(begin, begin + size)
                shared[name] = np.asarray(shared[name])[np.minimum(rows, len(shared[name]) - 1)]
        fed = {name: _fold(values, 0.0) for name, values in feed(begin).items()}
        state, ends = compiled(shared, {**owned, **fed, "state": state})
        yield min(begin + size, run.steps), ends
        if not np.any(np.asarray(state.steps) == begin + size):
            return


def _program(ensemble: Ensemble) -> Callable:
    run = ensemble.run
    build = side_by_side(run.optimizer, is_plain(run), "aims" in ensemble.shared, ensemble.counted)
    return program(build, run.landscape.loss, **WIDTH)


def _owned(ensemble: Ensemble, lanes: Int[np.ndarray, " lanes"]) -> Feed:
    # Lanes that make up the last slice start nowhere, and stop at once.
    return {name: _fold(values, np.nan) for name, values in ensemble.owned(lanes).items()}


@lru_cache(maxsize=64)
def _blank(optimizer: str, plain: bool, aimed: bool, counted: bool):
    """A state of the right shapes for the first block, which does not read it; no landscape changes them."""
    scalar = np.zeros(())
    aim = (np.zeros((AIMS, 2)), scalar) if aimed else None
    first = lane(jax.numpy.sum, OPTIMIZERS[optimizer], plain, aim, counted)[0]
    shapes = jax.eval_shape(first, np.zeros(LENGTH), scalar, scalar, scalar)
    return jax.tree.map(lambda leaf: jax.device_put(np.zeros((CHUNKS, *leaf.shape, CHUNK))), shapes)


def _fold(values: Float[np.ndarray, "*rest lanes"], missing: float) -> Float[np.ndarray, "chunks *rest chunk"]:
    """Chunks first, lanes last, and SLICE of them: one shape, one program."""
    *rest, count = values.shape
    if count < SLICE:
        values = np.concatenate([values, np.full((*rest, SLICE - count), missing)], axis=-1)
    return np.ascontiguousarray(values.reshape(-1, CHUNKS, CHUNK).swapaxes(0, 1)).reshape(CHUNKS, *rest, CHUNK)
