"""Descents: the question of the hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from engine import Run, descend_many, descend_soon
from engine.basis.checks import echo
from engine.descent.descend import soonest
from engine.picture import picture
from engine.runs.feed import bucket
from engine.runs.segments import plain_runs
from i18n import message
from landscapes import Landscape
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, is_index, some_names, some_runs_and_branches, truth, wrong_names
from live.queries.limits import LIMITS
from live.queries.needs import Need, work_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Descents:
    """Run these descents; the run in focus also gets its gradients and its sharpness."""

    seq: int
    runs: tuple[Run, ...]
    focus: int | None = None
    names: tuple[str, ...] = ()
    schedules: bool = False
    """Whether they are compared by these: see `picture`."""
    kind: ClassVar[str] = "runs"

    @property
    def needs(self) -> list[Need]:
        """A descent for each run, and the sharpness of the one in focus."""
        return self._needs

    @property
    def soon(self) -> list[Need]:
        """Descents by the asked optimizers alone, and the same sharpness."""
        return self._with_focus(f"descent by {', '.join(soonest(run, self._plain))}" for run in self._plain)

    @cached_property
    def _needs(self) -> list[Need]:
        return self._with_focus(work_of(run, "descent") for run in self._plain)

    @cached_property
    def _plain(self) -> list[Run]:
        return [one for run in self.runs for one in plain_runs(run)]

    def _with_focus(self, works: Iterable[str]) -> list[Need]:
        runs = zip(self._plain, works, strict=True)
        # Runs that are compared mostly share one program.
        needs = list(dict.fromkeys(Need(run.landscape.loss, work, bucket(run.steps)) for run, work in runs))
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
        return picture(self.seq, descend_soon(self.runs), self.focus, self.names, self.schedules)

    @property
    def counterparts(self) -> list[Landscape]:
        """See `Landscape.counterpart`."""
        return list(filter(None, {run.landscape.text: run.landscape.counterpart for run in self.runs}.values()))

    def complete(self) -> None:
        """Have the runs computed by the programs of their families."""
        descend_many(self.runs)


def descents(seq: int, runs: tuple[Run, ...], focus: Any, names: tuple[str, ...], schedules: bool) -> Descents:
    """The query, if `focus` is null or the place of one of its runs, and each has a name or none. Raises Refusal."""
    if names and len(names) != len(runs):
        raise Refusal(wrong_names(len(runs), len(names)))
    if focus is not None and not is_index(focus, len(runs) - 1):
        raise Refusal(
            message(
                '"focus" must be null or the place of a run, 0 to {last}; got {value}.',
                last=len(runs) - 1,
                value=echo(focus),
            )
        )
    return Descents(seq, runs, focus, names, schedules)


RUNS = Kind(
    "runs",
    (
        Field("runs", some_runs_and_branches, example=[BOWL]),
        Field("focus", lambda _name, value: value, default=None),
        Field("names", some_names, default=(), example=["too low"]),
        Field("schedules", truth, default=False),
    ),
    descents,
)
