"""How many processor cores this process may use."""

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux shows the limits of a container: a process in one sees its own group here."""


def cores(cgroup: Path = CGROUP) -> int:
    """Whole cores that the process may keep busy, at least 1.

    The least of three: what the machine has, what the process is bound to, and what a container's quota of processor
    time comes to, rounded up (`docker run --cpus 1.5` gives 2).
    """
    try:
        here = len(os.sched_getaffinity(0))
    except AttributeError:  # only on Linux
        here = os.cpu_count() or 1
    quota = _quota(cgroup)
    return max(1, here if quota is None else min(here, math.ceil(quota)))


def _quota(cgroup: Path) -> float | None:
    """Cores' worth of time in each period; None where nothing limits it."""
    try:  # version 2: "max 100000" or "150000 100000"
        limit, period = (cgroup / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:  # version 1: -1 is no limit
            limit = (cgroup / "cpu" / "cpu.cfs_quota_us").read_text().strip()
            period = (cgroup / "cpu" / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if not limit.isdecimal() or not period.isdecimal() or int(period) == 0:
        return None
    return int(limit) / int(period)


CORES = cores()
"""Read once: threads are made for them."""

BACKGROUND_CORES = max(1, CORES - 1)
"""For long work of a server: one core is left to whoever drags meanwhile."""
