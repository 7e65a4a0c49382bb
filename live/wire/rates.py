"""How fast one connection may ask."""

from collections.abc import Callable
from time import monotonic


class Allowance:
    """So much a second, saved up for at most one second, and spent into debt.

    A question is let through while anything is left, whatever it costs, and the next one waits until the debt is paid:
    so one large question is never impossible, and the average holds.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = monotonic):
        self._per_second = per_second
        self._clock = clock
        self._left = per_second
        self._seen = clock()

    def spend(self, cost: float) -> None:
        """Take `cost` off."""
        self._refill()
        self._left -= cost

    def delay(self) -> float:
        """Seconds to wait until there is something left to spend; 0 where there is."""
        self._refill()
        return max(0.0, -self._left / self._per_second)

    def is_full(self) -> bool:
        """Whether nothing was spent that is not made up for."""
        self._refill()
        return self._left >= self._per_second

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._per_second, self._left + (now - self._seen) * self._per_second)
        self._seen = now
