"""How many at once: so many for one address, and so many in all, so that one that floods leaves room for the others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from threading import Lock

OWN_NET = 64
"""Bits of an IPv6 address that are its holder's: a household or a machine has all 2^64 addresses below them."""


def address_key(address: str | None) -> str:
    """What an address is counted under: itself, or of IPv6 its /64; one word for all that is no address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> (128 - OWN_NET) << (128 - OWN_NET)))


class QuotaExceeded(Exception):
    """No place is left: `most` is the bound that was met, and `own` whether it is the address's own."""

    def __init__(self, most: int, own: bool):
        super().__init__(most, own)
        self.most, self.own = most, own


class Quota:
    """Places of which one address may hold `per_address`, and all together `in_all`; safe to use from any thread."""

    def __init__(self, per_address: int, in_all: int):
        self.per_address, self.in_all = per_address, in_all
        self._held: Counter[str] = Counter()
        self._all = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self._all

    def take(self, address: str | None) -> str:
        """Take a place, to be given back under the key that is returned. Raises QuotaExceeded."""
        key = address_key(address)
        with self._lock:
            self._check(key)
            self._held[key] += 1
            self._all += 1
        return key

    def give_back(self, key: str) -> None:
        """Give a place back."""
        with self._lock:
            self._all -= 1
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]

    def check(self, address: str | None) -> None:
        """Raise QuotaExceeded where no place is left for this address."""
        with self._lock:
            self._check(address_key(address))

    @contextmanager
    def place(self, address: str | None) -> Iterator[None]:
        """Hold a place for the length of a block. Raises QuotaExceeded."""
        key = self.take(address)
        try:
            yield
        finally:
            self.give_back(key)

    def _check(self, key: str) -> None:
        if self._held.get(key, 0) >= self.per_address:
            raise QuotaExceeded(self.per_address, own=True)
        if self._all >= self.in_all:
            raise QuotaExceeded(self.in_all, own=False)
