"""What a lecturer may ask a room, and what a phone may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine import Run
from engine.basis.checks import echo
from engine.frame import note
from engine.studies.answers import Judged, judge_ends, judge_rates, judge_winners
from landscapes.on_data import cost_of
from live.queries.fields import is_index, run_of, some_names, some_runs_and_branches
from live.queries.needs import Need, descents_of, fed, lanes_cost, lanes_of
from live.queries.refusal import Refusal

KINDS = ("end", "wins", "rate")
"""Where does it end? Which one wins? How large may the rate be?"""
LONGEST_WORDS = 400
LOWEST_RATE, HIGHEST_RATE = 1e-6, 1e3
FARTHEST = 1e9


@dataclass(frozen=True)
class Question:
    """One question to a room, about these runs; `focus` is the run that "end" and "rate" are about."""

    asks: str
    words: str
    runs: tuple[Run, ...]
    focus: int
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> "Question":
        """The question of a lecturer's message. Raises Refusal."""
        asks, words, focus = message.get("asks"), message.get("words"), message.get("focus", 0)
        if asks not in KINDS:
            raise Refusal(f'"asks" must be one of {", ".join(KINDS)}; got {echo(asks)}.')
        if not isinstance(words, str) or len(words) > LONGEST_WORDS:
            raise Refusal(f'"words" must be a text of at most {LONGEST_WORDS} letters; got {echo(words)}.')
        runs = some_runs_and_branches("runs", message.get("runs"))
        if not is_index(focus, len(runs) - 1):
            raise Refusal(f'"focus" must be the place of a run, 0 to {len(runs) - 1}; got {echo(focus)}.')
        if asks == "rate" and runs[focus].before:
            run_of("runs", message["runs"][focus])  # says that a branch has no rate of its own to ask for
        if asks == "wins" and len(runs) < 2:
            raise Refusal("Which one wins is asked about at least two runs; got one. Add a method to the picture.")
        return cls(asks, words, runs, focus, some_names("names", message.get("names") or []))

    def value(self, told: Any) -> Any:
        """A phone's answer: a place, a run's number or a rate. Raises Refusal."""
        if self.asks == "wins":
            if not is_index(told, len(self.runs) - 1):
                raise Refusal(f"An answer is the number of a run, 0 to {len(self.runs) - 1}; got {echo(told)}.")
            return told
        if self.asks == "rate":
            if not _is_number(told) or not LOWEST_RATE <= told <= HIGHEST_RATE:
                raise Refusal(f"An answer is a rate from 10⁻⁶ to 1,000; got {echo(told)}.")
            return float(told)
        if not (isinstance(told, list) and len(told) == 2 and all(_is_number(part) for part in told)):
            raise Refusal(f"An answer is a place [x, y]; got {echo(told)}.")
        if max(map(abs, told)) > FARTHEST:
            raise Refusal(f"An answer is a place on the map; got {echo(told)}.")
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
        """The engine's word."""
        if self.question.asks == "end":
            return judge_ends(self._runs[0], [(x, y) for x, y in self.values])
        if self.question.asks == "wins":
            return judge_winners(self._runs, self.values, self.question.names)
        return judge_rates(self._runs[0], self.values)

    def answer(self) -> bytes:
        """A frame without arrays."""
        return note(self.judged()._asdict())
