"""Memory that the process no longer uses, given back to the system while nobody waits."""

import asyncio

from engine.basis.heap import tidy
from live.work.activity import Activity

BETWEEN = 20.0
"""Seconds between two rounds of tidying, at least."""


async def tidy_when_quiet(activity: Activity) -> None:
    """Tidy for ever, in moments in which nobody asks for anything; where there are none, every other minute or so."""
    while True:
        await activity.quiet()
        await asyncio.to_thread(tidy)
        await asyncio.sleep(BETWEEN)
