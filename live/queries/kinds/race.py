"""A race under a rule, lane by lane: what one answer has not measured yet, the next one does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, ClassVar

from engine import Run
from engine.frame import finite_or_none, note
from engine.runs.feed import bucket
from engine.sentences.lane_names import lane_names
from engine.sentences.race import Entry, race_sentence
from engine.studies.races import CRITERIA, RATES, RULES, Contender, check_terms, contend, order_of
from i18n import message, sentence_of
from live.queries.fields import BOWL, one_of, some_names, some_runs, wrong_names
from live.queries.needs import Need, fed, lanes_cost, lanes_of, work_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

MOST_KEPT = 256
"""Contenders of the last races; a lane of 500 steps takes some 30 kB."""
SWEEPS = 2
"""Of all RATES, that a lane costs: its window, and the search of its best rate with what is run around it."""

_kept: OrderedDict[tuple[Run, str], Contender] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Race:
    """Who wins under this rule by this criterion, and with how much room in the learning rate?"""

    seq: int
    runs: tuple[Run, ...]
    rule: str
    criterion: str
    names: tuple[str, ...] = ()
    kind: ClassVar[str] = "race"

    @property
    def _next(self) -> Run | None:
        with _lock:
            return next((run for run in self.runs if (run, self.rule) not in _kept), None)

    @property
    def needs(self) -> list[Need]:
        """Of the lane that is measured next: the sweep of its rates, the search of the best, and its run."""
        run = self._next
        if run is None:
            return []
        loss = run.landscape.loss
        search = [Need(loss, work_of(run, "fastest"))] if self.rule == "best_rate" else []
        descent = Need(loss, work_of(run, "descent"), bucket(run.steps))
        return [*lanes_of(run, fed(run, "rate")), *search, descent]

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time that one lane takes."""
        run = self._next
        return 0 if run is None else lanes_cost(run, SWEEPS * len(RATES))

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: each lane that is measured by now, null for one that is not.

        `missing` are those: asked again, the question measures the next one. With none missing `order` has the lanes'
        places in the list, the winner first, and `sentence` says who that is.
        """
        if (run := self._next) is not None:
            found = contend(run, self.rule)
            with _lock:
                _kept[run, self.rule] = found
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
        with _lock:
            lanes = [_kept.get((run, self.rule)) for run in self.runs]
        done = [lane for lane in lanes if lane is not None]
        header: dict[str, Any] = {"missing": len(lanes) - len(done), "lanes": [lane and _lane(lane) for lane in lanes]}
        if len(done) == len(lanes):
            order = order_of(done, self.criterion)
            names = lane_names([lane.lane for lane in done], self.names)
            entries = [_entry(names[at], done[at]) for at in order]
            header |= {"order": order, "sentence": race_sentence(entries, self.rule, self.criterion)}
        return note({"seq": self.seq, "kind": self.kind, **header})


def _lane(one: Contender) -> Mapping[str, Any]:
    return {
        "rate": one.lane.run.rate,
        "window": one.window,
        "open": _is_open(one),
        "holds": one.held is not None,
        "arrived": one.arrived,
        "cost": one.cost,
        "steps": one.lane.outcome.step,
        "end": finite_or_none(one.end),
        "area": finite_or_none(one.area),
        "sentence": one.sentence,
    }


def _is_open(one: Contender) -> bool:
    """Whether the window reaches the end of the rates tried."""
    return one.window is not None and bool(one.window[0] <= RATES[0] or one.window[1] >= RATES[-1])


def _entry(name: str, one: Contender) -> Entry:
    return Entry(name, one.arrived, one.cost, one.end, one.area, one.window, _is_open(one))


def race(seq: int, runs: tuple[Run, ...], rule: str, criterion: str, names: tuple[str, ...]) -> Race:
    """The query, if the runs can race. Raises Refusal."""
    try:
        check_terms(runs)
    except ValueError as fault:
        raise Refusal(sentence_of(fault)) from None
    if names and len(names) != len(runs):
        raise Refusal(wrong_names(len(runs), len(names)))
    if len({run.steps for run in runs}) > 1:
        raise Refusal(message("The runs of a race have one budget: give them all as many steps."))
    if rule == "same_rate":
        runs = tuple(replace(run, rate=runs[0].rate) for run in runs)
    return Race(seq, runs, rule, criterion, names)


RACE = Kind(
    "race",
    (
        Field("runs", some_runs, example=[BOWL, {**BOWL, "optimizer": "adam"}]),
        Field("rule", one_of("rule of a race", RULES), example="best_rate"),
        Field("names", some_names, default=(), example=["too low"]),
        Field("criterion", one_of("criterion of a race", CRITERIA), default="loss"),
    ),
    race,
)
