"""What a browser may ask, and how each question becomes an answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from engine import AHEAD, OPTIMIZERS, Run, descend_many, descend_soon
from engine.descent.descend import soonest
from engine.descent.ensemble import is_plain
from engine.frame import note
from engine.picture import picture
from engine.runs.feed import BUCKETS, bucket
from engine.studies.fastest import rates_here
from engine.studies.rate_lanes import LANES
from landscapes import Landscape
from landscapes.on_data import cost_of
from live.queries.limits import LIMITS


class Need(NamedTuple):
    """One compiled program of a surface: for one kind of work, with a buffer of so many rows (0: there is one size).

    Named by the loss itself, as the engine names them: equal formulas share programs, whatever their windows.
    """

    loss: Callable
    work: str
    rows: int = 0


def work_of(run: Run, work: str) -> str:
    """The name of a kind of work for this run: optimizers that look at curvature have programs of their own."""
    return f"{work}, curved" if OPTIMIZERS[run.optimizer].curved else work


class Question(Protocol):
    """A checked message: what it needs, what it costs, and its answer."""

    kind: ClassVar[str]

    @property
    def needs(self) -> Sequence[Need]:
        """The programs that must be compiled before it can be answered quickly."""
        ...

    @property
    def steps(self) -> int:
        """Steps it may cost, for the connection's allowance."""
        ...

    @property
    def inline(self) -> bool:
        """Whether it is small enough for the event loop, once everything is compiled."""
        ...

    def answer(self) -> bytes:
        """The binary answer."""
        ...


@runtime_checkable
class Hasty(Question, Protocol):
    """One that small programs can answer as well, where its surface is new: they are compiled sooner."""

    @property
    def soon(self) -> Sequence[Need]:
        """What `answer` compiles as long as not all that it `needs` is there."""
        ...

    def complete(self) -> None:
        """Compile what it `needs`."""
        ...


@dataclass(frozen=True)
class Descents:
    """Run these descents; the run in focus also gets its gradients and its sharpness."""

    seq: int
    runs: tuple[Run, ...]
    focus: int | None = None
    kind: ClassVar[str] = "runs"

    @property
    def needs(self) -> list[Need]:
        """A descent for each run, and the sharpness of the one in focus."""
        return self._with_focus(work_of(run, "descent") for run in self.runs)

    @property
    def soon(self) -> list[Need]:
        """Descents by the asked optimizers alone, and the same sharpness."""
        return self._with_focus(f"descent by {', '.join(soonest(run, self.runs))}" for run in self.runs)

    def _with_focus(self, works: Iterable[str]) -> list[Need]:
        runs = zip(self.runs, works, strict=True)
        needs = [Need(run.landscape.loss, work, bucket(run.steps)) for run, work in runs]
        return needs if self.focus is None else [*needs, Need(self.runs[self.focus].landscape.loss, "sharpness")]

    @property
    def steps(self) -> int:
        """Those of all runs."""
        return sum(run.steps * cost_of(run.landscape.loss) for run in self.runs)

    @property
    def inline(self) -> bool:
        """Small answers are computed in less time than a thread takes to be woken under load."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """See `picture`."""
        return picture(self.seq, descend_soon(self.runs), self.focus)

    def complete(self) -> None:
        """Have the runs computed by the programs of their families."""
        descend_many(self.runs)


@dataclass(frozen=True)
class Fastest:
    """Which learning rate makes this run arrive in the fewest steps?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "fastest"

    @property
    def needs(self) -> list[Need]:
        """The search, what tells its ends apart, and the descent that its answer is proved by."""
        loss = self.run.landscape.loss
        descent = Need(loss, work_of(self.run, "descent"), bucket(self.run.steps))
        return [Need(loss, work_of(self.run, "fastest")), Need(loss, "rests"), descent]

    @property
    def steps(self) -> int:
        """At most those of the search's first look, at rates over the whole range."""
        return LANES * self.run.steps * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: a search runs hundreds of rates."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: the rate and its steps, null where none is reliable, and all else of `RatesHere`."""
        here = rates_here(self.run)
        found = {"rate": here.fastest, "steps": here.steps, "some": here.some}
        examples = {"arriving": here.arriving, "diverging": here.diverging, "right": here.right}
        return note({"seq": self.seq, "kind": self.kind, **found, **examples})


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
