"""Every bound of the rooms, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Bounds:
    """What one phone, one room, one address and the process may do. Each has a sentence where it is reached."""

    rooms: int = 50
    rooms_per_address: int = 20
    phones: int = 500
    """Connected to one room at once."""
    known: int = 2_000
    """Phones that one room has seen: those that were away keep their answers."""
    connections: int = 3_000
    """Of all rooms together."""
    connections_per_address: int = 1_500
    """Three halls of 500 behind one router; what floods from one address leaves the others as many."""
    life: float = 4 * 3600.0
    grace: float = 60.0
    """Seconds for which a room waits for its lecturer's page to come back."""
    first_message: float = 10.0
    """Seconds in which a connection says what it wants."""
    beat: float = 5.0
    """Seconds after which one with nothing to hear is told that the line is there (see room_line.js)."""
    wrong_codes: float = 60.0
    """A minute, from one address: a hall behind one address mistypes now and then."""
    wrong_codes_in_all: float = 300.0
    """A minute. With 24^5 codes and 50 rooms, any room is found in nine hours on the average; it lives for four."""
    phone_bytes: int = 1_000
    """Of one message of a phone; a lecturer's is bounded as on the wire."""
    phone_messages: float = 5.0
    """A second."""
    lecturer_messages: float = 30.0
    """A second."""
    frame_bytes: int = 256 * 1024
    """Of the paths that are sent to every phone; those of longer runs each phone asks for itself."""
    replies: int = 64
    """That wait for a connection which does not read them; the oldest go."""


BOUNDS = Bounds()
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of a code: no I and no O, which read as digits."""
CODE_LETTERS = 5


class WrongCodes:
    """How many wrong codes came lately, from each address and in all: a minute's worth is saved up."""

    def __init__(self, bounds: Bounds = BOUNDS, clock: Callable[[], float] = monotonic):
        self._bounds = bounds
        self._clock = clock
        self._levels: dict[str | None, tuple[float, float]] = {}

    def note(self, address: str) -> None:
        """One more of this address."""
        now = self._clock()
        for key in (address, None):
            self._levels[key] = (self._level(key) + 1, now)
        if len(self._levels) > 10_000:
            self._levels = {key: level for key, level in self._levels.items() if self._level(key) > 0}

    def delay(self, address: str) -> float:
        """Seconds until this address may try again; 0 where it may."""
        own = self._wait(address, self._bounds.wrong_codes)
        return max(own, self._wait(None, self._bounds.wrong_codes_in_all))

    def _wait(self, key: str | None, most: float) -> float:
        over = self._level(key) - most + 1
        return max(0.0, over * 60 / most)

    def _level(self, key: str | None) -> float:
        level, seen = self._levels.get(key, (0.0, 0.0))
        most = self._bounds.wrong_codes_in_all if key is None else self._bounds.wrong_codes
        return max(0.0, level - (self._clock() - seen) * most / 60)
