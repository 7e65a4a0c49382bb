"""Which needs of questions have been met, and are met still."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.basis.programs import LetGo, let_go
from live.queries.needs import Need

MOST_LOSSES = 512
"""Surfaces that are remembered: all built-ins, and the formulas of a class."""

Work = tuple[str, int]
"""What `Need` says besides the loss."""


@dataclass
class _Met:
    """The needs of one loss that were met since the engine last let go of something that belongs to it."""

    seen: LetGo
    in_memory: set[Work] = field(default_factory=set)
    kept: set[Work] = field(default_factory=set)

    def look(self, now: LetGo) -> None:
        """Forget what may have gone since."""
        if now.executables != self.seen.executables:
            self.in_memory.clear()
        if now.programs != self.seen.programs:
            self.kept.clear()
        self.seen = now


class Compiled:
    """The programs that questions were answered by; of use to one thread, the event loop's.

    The engine lets go of programs where memory is short, and says of each loss how often it did. All of that loss's
    programs then count as not in memory until a question has been answered by them again.
    """

    def __init__(self) -> None:
        self._met: OrderedDict[Callable, _Met] = OrderedDict()

    def in_memory(self, need: Need) -> bool:
        """Whether an answer only runs its program: it neither compiles it nor reads it back."""
        return need[1:] in self._of(need).in_memory

    def is_kept(self, need: Need) -> bool:
        """Whether its program need not be compiled, though it may have to be read back."""
        return need[1:] in self._of(need).kept

    def add(self, needs: Iterable[Need]) -> None:
        """Remember what a question was answered by just now."""
        for need in needs:
            met = self._of(need)
            met.in_memory.add(need[1:])
            met.kept.add(need[1:])

    def _of(self, need: Need) -> _Met:
        # Looked at several times in each answer of a drag: nothing is made that is there.
        now, key = let_go(need.loss), need.key
        met = self._met.get(key)
        if met is None:
            met = self._met[key] = _Met(now)
            if len(self._met) > MOST_LOSSES:
                self._met.popitem(last=False)
        met.look(now)
        self._met.move_to_end(key)
        return met
