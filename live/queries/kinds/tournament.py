"""A tournament, part by part: what one answer has not played yet, the next one does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, ClassVar

import numpy as np

from engine import Run
from engine.basis.programs import PROGRAMS
from engine.frame import Frame
from engine.sentences.lane_names import lane_names
from engine.sentences.tournament import Entry, tournament_sentence
from engine.studies.tournaments import RATES, RULES, SEARCHED, Played, Profile, play, played_starts, profile
from i18n import message
from landscapes import LANDSCAPES, Landscape
from landscapes.on_data import is_heavy
from live.queries.fields import BOWL, checked, landscape_of_text, one_of, some_names, some_runs, whole, wrong_names
from live.queries.limits import LIMITS
from live.queries.needs import Need, counted_lanes_of, fed, lanes_cost
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

MOST_KEPT = 2_048
"""Parts of the last tournaments, of 2 kB each; one has 16 x 27 at most."""

_kept: OrderedDict[Hashable, Played] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Tournament:
    """How large a share of many problems does each method solve, and at what cost?"""

    seq: int
    landscapes: tuple[Landscape, ...]
    runs: tuple[Run, ...]
    rule: str
    budget: int
    starts: int
    tolerance: float
    names: tuple[str, ...]
    kind: ClassVar[str] = "tournament"

    @cached_property
    def _places(self) -> list[list[Hashable]]:
        """For each surface what the part of each method is kept under. To make all their runs would take too long."""
        terms = (self.rule, self.budget, self.starts, self.tolerance)
        return [[(landscape.text, *self._settings(run), *terms) for run in self.runs] for landscape in self.landscapes]

    def _settings(self, run: Run) -> tuple[Any, ...]:
        # Under its best rate a method's own says nothing: what was played is found whatever it is.
        rate = run.rate if self.rule == "same_rate" else 0.01
        return (run.optimizer, rate, run.knobs, run.schedule, run.schedule_knobs)

    def _first_missing(self) -> tuple[int, int] | None:
        """Surface and method of the part that is to be played next."""
        with _lock:
            every = (
                (at, lane) for at, row in enumerate(self._places) for lane, one in enumerate(row) if one not in _kept
            )
            return next(every, None)

    @cached_property
    def _next(self) -> Run | None:
        place = self._first_missing()
        return None if place is None else self._run(*place)

    def _run(self, at: int, lane: int) -> Run:
        optimizer, rate, knobs, schedule, schedule_knobs = self._settings(self.runs[lane])
        return Run(
            self.landscapes[at], optimizer, None, rate, knobs, schedule, schedule_knobs, self.budget, self.tolerance
        )

    @property
    def is_long(self) -> bool:
        """Whether there is something left to play: that comes after everybody else's questions."""
        return self._next is not None

    @property
    def needs(self) -> list[Need]:
        """The lanes of the method that plays next, and what tells their ends apart."""
        run = self._next
        return [] if run is None else counted_lanes_of(run, fed(run, "rate"))

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time that one part takes."""
        run = self._next
        searched = len(RATES) * SEARCHED if self.rule == "best_rate" else 0
        return 0 if run is None else lanes_cost(run, searched + self.starts)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """What is known of the surfaces on which all methods have played by now.

        With `missing` parts the same question, asked again, plays the next one, which `next` names. In the order of the
        methods: `methods` have how many problems each solves, is cheapest on and solves at twice the least, `rates`
        those it was played at, surface by surface. Where another surface is complete, the array `ratios` has each
        method's costs over the least, rising, of the problems that some method solves. With nothing missing there are
        the `sentence`, and the arrays `costs` (method, problem) and `starts` (problem, 2), surface by surface.
        """
        played = self._first_missing()  # somebody else may have played what was missing when it was asked
        if played is not None:
            with PROGRAMS.ahead():  # some hundred programs, which must not displace those that visitors use
                told = play(self._run(*played), self.rule, self.budget, self.starts)
            with _lock:
                _kept[self._places[played[0]][played[1]]] = told
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
        with _lock:
            found = [[_kept.get(one) for one in row] for row in self._places]
        missing = sum(one is None for row in found for one in row)
        another = played is not None and None not in found[played[0]]
        whole = [[one for one in row if one is not None] for row in found if None not in row]
        names = lane_names(self.runs, self.names)
        header: dict[str, Any] = {
            "seq": self.seq,
            "kind": self.kind,
            "missing": missing,
            "all": len(self.runs) * len(self.landscapes),
            "next": self._now(found, names),
            "surfaces": len(whole),
            "names": names,
        }
        frame = Frame()
        if whole:
            costs = np.concatenate([np.stack([one.costs for one in row]) for row in whole], axis=1)
            seen = profile(costs)
            header |= self._told(whole, seen, names)
            arrays: dict[str, Any] = {}
            if another or not missing:
                arrays["ratios"] = np.sort(seen.ratios, axis=1)
            if not missing:
                entries = _entries(seen, names)
                header["sentence"] = tournament_sentence(entries, seen.ratios.shape[1], seen.problems)
                starts = [played_starts(landscape, self.starts) for landscape in self.landscapes]
                arrays |= {"costs": costs, "starts": np.concatenate(starts)}
            header["arrays"] = frame.places(arrays)
        return frame.sealed(header)

    def _now(self, found: list[list[Played | None]], names: list[str]) -> str:
        places = [(at, lane) for at, row in enumerate(found) for lane, one in enumerate(row) if one is None]
        if not places:
            return ""
        surface, method = places[0]
        return message("{name} on {surface}", name=names[method], surface=self.landscapes[surface].name)

    def _told(self, whole: list[list[Played]], seen: Profile, names: list[str]) -> dict[str, Any]:
        methods = [one._asdict() for one in _entries(seen, names)]
        rates = [[row[lane].run.rate for row in whole] for lane in range(len(names))]
        return {"counted": seen.ratios.shape[1], "problems": seen.problems, "methods": methods, "rates": rates}


def _entries(seen: Profile, names: list[str]) -> list[Entry]:
    counts = (seen.solved.tolist(), seen.within(1).tolist(), seen.within(2).tolist())
    return [Entry(*each) for each in zip(names, *counts, strict=True)]


def tournament(seq: int, landscapes: tuple[Landscape, ...], runs: tuple[Run, ...], rule: str, names, **terms) -> Any:
    """The query, if it can be played. Raises Refusal."""
    for landscape in landscapes:
        if is_heavy(landscape.loss):
            raise Refusal(
                message(
                    "On {surface} each step asks a whole network: a tournament there would take hours. "
                    "Choose surfaces that are formulas.",
                    surface=landscape.name,
                )
            )
    if names and len(names) != len(runs):
        raise Refusal(wrong_names(len(runs), len(names)))
    if rule == "same_rate":
        runs = tuple(replace(run, rate=runs[0].rate) for run in runs)
    return Tournament(seq, landscapes, runs, rule, names=names, **terms)


def _some_landscapes(name: str, value: Any) -> tuple[Landscape, ...]:
    most = len(LANDSCAPES)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise Refusal(
            message(
                '"{name}" must be a list of 1 to {most} surfaces, such as ["bowl", "ravine"].', name=name, most=most
            )
        )
    return tuple(landscape_of_text(name, one) for one in value)


TOURNAMENT = Kind(
    "tournament",
    (
        Field("landscapes", _some_landscapes, example=["bowl", "ravine"]),
        Field("runs", some_runs, example=[BOWL, {**BOWL, "optimizer": "adam"}]),
        Field("rule", one_of("rule of a tournament", RULES), default="best_rate"),
        Field("budget", whole(1, LIMITS.tournament_budget), default=1_000),
        Field("starts", whole(1, LIMITS.tournament_starts), default=64),
        Field("tolerance", checked("gradient_tolerance"), default=1e-6),
        Field("names", some_names, default=(), example=["too low"]),
    ),
    tournament,
)
