"""How long calls take, on a machine that also does other things."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

LINUX_TIMES = Path("/proc/stat")
WORKING = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat's first line that count work: user, nice, system, irq, softirq, steal."""


class Contender(NamedTuple):
    """A call to be timed: how often in a round, and how many units of work one call does."""

    call: Callable[[], object]
    calls: int
    units: int = 1


def race(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[float]]:
    """Seconds per unit of work, by name, one for each round.

    In every round each contender is called in turn, and its time is the median of its calls: an interrupted call does
    not count, and a slow minute falls on all of them.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            timed = [seconds(contender.call) for _ in range(contender.calls)]
            times[name].append(statistics.median(timed) / contender.units)
    return times


def seconds(call: Callable[[], object]) -> float:
    """Duration of one call."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


class Others:
    """How many cores other programs kept busy since it was made: what a measurement had to do without."""

    def __init__(self) -> None:
        self._begun, self._all, self._own = time.perf_counter(), _all_work(), _own_work()

    def cores(self) -> float | None:
        """On average, in cores; None where the system does not say. Children of ours must have ended."""
        if self._all is None or (now := _all_work()) is None:
            return None
        work = (now - self._all) - (_own_work() - self._own)
        return max(0.0, work / (time.perf_counter() - self._begun))


def _all_work() -> float | None:
    """Seconds that all cores have worked since the machine started."""
    if not LINUX_TIMES.exists():
        return None
    counts = LINUX_TIMES.read_text().split("\n", 1)[0].split()[1:]
    return sum(int(counts[column]) for column in WORKING) / os.sysconf("SC_CLK_TCK")


def _own_work() -> float:
    """Seconds that this process and its ended children have worked."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
