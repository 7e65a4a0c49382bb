"""How much formula text of one address, and of all, is read in a second: it is read on the event loop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, thread_time

from engine.basis.quota import address_key
from live.queries.limits import LIMITS, Limits
from live.wire.rates import Allowance

USUAL = 0.003
"""Seconds that any question may take to be read; what is beyond was spent on formulas and refusals."""
REMEMBERED = 4_096
"""Addresses whose allowance is remembered; those that have spent nothing lately go."""


class Reading:
    """Seconds of the processor that were spent on reading, for each address and for all."""

    def __init__(self, limits: Limits = LIMITS, clock: Callable[[], float] = monotonic):
        self._limits = limits
        self._clock = clock
        self._all = Allowance(limits.reading, clock)
        self._own: dict[str, Allowance] = {}

    def delay(self, address: str | None) -> float:
        """Seconds until something of this address may be read; 0 where it may."""
        own = self._own.get(address_key(address))
        return own.delay() if own else 0.0

    def delay_of_all(self) -> float:
        """Seconds until the allowance of all together has something left."""
        return self._all.delay()

    def spend(self, address: str | None, seconds: float) -> None:
        """So much was read."""
        key = address_key(address)
        if key not in self._own:
            if len(self._own) >= REMEMBERED:
                self._own = {key: own for key, own in self._own.items() if not own.is_full()}
            self._own[key] = Allowance(self._limits.reading_per_address, self._clock)
        self._own[key].spend(seconds)
        self._all.spend(seconds)

    @contextmanager
    def measured(self, address: str | None, free: float = 0.0) -> Iterator[None]:
        """Spend what the block takes of this thread's time, but for `free` seconds."""
        begun = thread_time()
        try:
            yield
        finally:
            taken = thread_time() - begun - free
            if taken > 0:
                self.spend(address, taken)
