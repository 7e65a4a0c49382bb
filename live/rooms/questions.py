"""What a lecturer may ask a room, and what a phone may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from engine import Run
from engine.basis.checks import echo
from engine.frame import note
from engine.studies.answers import Judged, judge_ends, judge_rates, judge_winners
from i18n import message
from landscapes.on_data import cost_of
from live.queries.fields import is_index, run_of, some_names, some_runs_and_branches
from live.queries.needs import Need, descents_of, fed, lanes_cost, lanes_of
from live.queries.refusal import Refusal
from live.rooms.said import too_long

KINDS = ("end", "wins", "rate")
"""Where does it end? Which one wins? How large may the rate be?"""
LONGEST_WORDS = 400
LOWEST_RATE, HIGHEST_RATE = 1e-6, 1e3
FARTHEST = 1e9
_TOO_FEW = message("Which one wins is asked about at least two runs; got one. Add a method to the picture.")


@dataclass(frozen=True)
class Question:
    """One question to a room, about these runs; `focus` is the run that "end" and "rate" are about."""

    asks: str
    words: str
    runs: tuple[Run, ...]
    focus: int
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, asking: Mapping[str, Any]) -> "Question":
        """The question of a lecturer's message. Raises Refusal."""
        asks, words, focus = asking.get("asks"), asking.get("words"), asking.get("focus", 0)
        if asks not in KINDS:
            kinds = ", ".join(KINDS)
            raise Refusal(message('"asks" must be one of {kinds}; got {value}.', kinds=kinds, value=echo(asks)))
        if not isinstance(words, str) or len(words) > LONGEST_WORDS:
            raise Refusal(too_long("words", LONGEST_WORDS, words))
        runs = some_runs_and_branches("runs", asking.get("runs"))
        if not is_index(focus, len(runs) - 1):
            last, value = len(runs) - 1, echo(focus)
            raise Refusal(
                message('"focus" must be the place of a run, 0 to {last}; got {value}.', last=last, value=value)
            )
        if asks == "rate" and runs[focus].before:
            run_of("runs", asking["runs"][focus])  # says that a branch has no rate of its own to ask for
        if asks == "wins" and len(runs) < 2:
            raise Refusal(_TOO_FEW)
        return cls(asks, words, runs, focus, some_names("names", asking.get("names") or []))

    def value(self, told: Any) -> Any:
        """A phone's answer: a place, a run's number or a rate. Raises Refusal."""
        if self.asks == "wins":
            if not is_index(told, len(self.runs) - 1):
                last, value = len(self.runs) - 1, echo(told)
                raise Refusal(
                    message("An answer is the number of a run, 0 to {last}; got {value}.", last=last, value=value)
                )
            return told
        if self.asks == "rate":
            if not _is_number(told) or not LOWEST_RATE <= told <= HIGHEST_RATE:
                raise Refusal(message("An answer is a rate from 10⁻⁶ to 1,000; got {value}.", value=echo(told)))
            return float(told)
        if not (isinstance(told, list) and len(told) == 2 and all(_is_number(part) for part in told)):
            raise Refusal(message("An answer is a place [x, y]; got {value}.", value=echo(told)))
        if max(map(abs, told)) > FARTHEST:
            raise Refusal(message("An answer is a place on the map; got {value}.", value=echo(told)))
        return [float(part) for part in told]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Tally:
    """Which of these answers are right? Worked out where the wire's questions are."""

    question: Question
    values: Sequence[Any]
    kind: ClassVar[str] = "tally"

    @property
    def _runs(self) -> tuple[Run, ...]:
        return self.question.runs if self.question.asks == "wins" else (self.question.runs[self.question.focus],)

    @property
    def needs(self) -> list[Need]:
        """Descents; for rates the lanes of the optimizer."""
        if self.question.asks == "rate":
            return lanes_of(self._runs[0], fed(self._runs[0], "rate"))
        return [need for run in self._runs for need in descents_of(run)]

    @property
    def steps(self) -> int:
        """Those of the runs, or of one run for each rate and its double."""
        if self.question.asks == "rate":
            return lanes_cost(self._runs[0], 2 * len(self.values))
        return sum(run.steps * cost_of(run.landscape.loss) for run in self._runs)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def judged(self) -> Judged:
        """The engine's word, found once."""
        return self._judged

    @cached_property
    def _judged(self) -> Judged:
        if self.question.asks == "end":
            return judge_ends(self._runs[0], [(x, y) for x, y in self.values])
        if self.question.asks == "wins":
            return judge_winners(self._runs, self.values, self.question.names)
        return judge_rates(self._runs[0], self.values)

    def answer(self) -> bytes:
        """A frame without arrays."""
        return note(self.judged()._asdict())
