"""All rooms of this process, by their codes."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from engine.basis.quota import Quota
from i18n import message
from live.queries.refusal import Refusal
from live.rooms.bounds import ALPHABET, BOUNDS, CODE_LETTERS, Bounds, WrongCodes
from live.rooms.room import Room

_NO_ROOM = message("There is no room of this code. Look at the screen again; rooms close with their lecture.")


class Wait(Refusal):
    """It may be tried again, by itself, after some seconds."""

    def __init__(self, sentence: str, seconds: float):
        super().__init__(sentence)
        self.seconds = seconds


class Taken(Refusal):
    """Another room has this code."""


class Unknown(Refusal):
    """No room has this code: another one may be typed."""


class Rooms:
    """The rooms that are open. `clock` counts seconds."""

    def __init__(self, bounds: Bounds = BOUNDS, clock: Callable[[], float] = monotonic):
        self.bounds = bounds
        self.clock = clock
        self.places = Quota(bounds.connections_per_address, bounds.connections)
        self._rooms: dict[str, Room] = {}
        self._wrong = WrongCodes(bounds, clock)

    def __len__(self) -> int:
        return len(self._rooms)

    @property
    def connections(self) -> int:
        """Of all rooms, and of those who have not said yet which one they want."""
        return len(self.places)

    @property
    def codes(self) -> list[str]:
        """Those of the rooms that are open."""
        self.sweep()
        return list(self._rooms)

    def open(self, code: Any, address: str) -> Room:
        """A new room under the code that its lecturer's browser has drawn. Raises Refusal.

        The browser draws it so that several replicas can be told apart by codes before a room is there.
        """
        if not is_code(code):
            raise Refusal(message("A code is {n} letters without I and O. Draw another one.", n=CODE_LETTERS))
        self.sweep()
        if code in self._rooms:
            raise Taken(message("Another room has this code. Draw another one."))
        if len(self._rooms) >= self.bounds.rooms:
            most = self.bounds.rooms
            raise Refusal(message("{n} rooms are open here, and no more can be. Wait until one closes.", n=most))
        own = sum(room.address == address for room in self._rooms.values())
        if own >= self.bounds.rooms_per_address:
            raise Refusal(
                message("{n} rooms were opened from this address, and no more can be. Close one of them.", n=own)
            )
        room = self._rooms[code] = Room(code, address, self.bounds, self.clock)
        return room

    def lead(self, code: Any, token: Any, address: str) -> Room:
        """The room that this secret belongs to. Raises Refusal; a wrong one counts as a wrong code."""
        room = self._room(code)
        if room is None or not room.is_led_by(token):
            self._miss(address)
            raise Refusal(message("This room is closed. Open another one."))
        return room

    def find(self, code: Any, phone: str, address: str) -> Room:
        """The room of a phone. Raises Refusal: `Wait` where too many wrong codes came, whatever this one is.

        A phone that the room knows is let in all the same: others' guesses throw nobody out.
        """
        room = self._room(code)
        if room is not None and room.knows(phone):
            return room
        delay = self._wrong.delay(address)
        if delay > 0:
            raise Wait(message("Too many wrong codes came from here. It goes on by itself in a moment."), delay)
        if room is None:
            self._miss(address)
            raise Unknown(_NO_ROOM)
        return room

    def sweep(self) -> None:
        """Let go of the rooms that are over."""
        for code, room in list(self._rooms.items()):
            if room.is_over():
                del self._rooms[code]

    def _room(self, code: Any) -> Room | None:
        self.sweep()
        return self._rooms.get(code) if isinstance(code, str) else None

    def _miss(self, address: str) -> None:
        delay = self._wrong.delay(address)
        if delay > 0:
            raise Wait(message("Too many wrong codes came from here. It goes on by itself in a moment."), delay)
        self._wrong.note(address)


def is_code(code: Any) -> bool:
    """Whether it could be a room's."""
    return isinstance(code, str) and len(code) == CODE_LETTERS and set(code) <= set(ALPHABET)
