"""A thread's turns: an address that floods it waits behind itself."""

import asyncio
import threading

import pytest

from live.queries.limits import Limits
from live.work.turns import Busy, Turns, asked_by
from tests.loop import run


async def asking(turns: Turns, address: str, done: list, what) -> None:
    with asked_by(address):
        await turns.run(lambda: done.append(what))


def flooded(limits: Limits, talk) -> None:
    """Call `talk(turns, let_go)` while the thread is held."""

    async def whole() -> None:
        turns, going = Turns("test", limits=limits), threading.Event()
        holding = asyncio.create_task(turns.run(lambda: going.wait(60)))
        await asyncio.sleep(0.05)
        try:
            await talk(turns, going.set)
        finally:
            going.set()
            await holding
            turns.close()

    run(whole())


def test_each_address_is_served_once_before_any_is_served_again():
    done: list[str] = []

    async def talk(turns, let_go):
        tasks = [asyncio.create_task(asking(turns, "192.0.2.1", done, f"a{k}")) for k in range(50)]
        await asyncio.sleep(0.05)
        tasks += [asyncio.create_task(asking(turns, f"192.0.2.{k}", done, f"other {k}")) for k in (2, 3)]
        await asyncio.sleep(0.05)
        let_go()
        await asyncio.gather(*tasks)

    flooded(Limits(), talk)
    assert done[:4] == ["a0", "other 2", "other 3", "a1"]
    assert done[4:] == [f"a{k}" for k in range(2, 50)]


def test_bounds_are_said_and_the_server_s_own_work_has_none():
    async def talk(turns, let_go):
        tasks = [asyncio.create_task(asking(turns, "192.0.2.1", [], 0)) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="3 questions from your address"):
            await asking(turns, "192.0.2.1", [], 0)
        tasks += [asyncio.create_task(asking(turns, "192.0.2.2", [], 0)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="5 questions wait"):
            await asking(turns, "192.0.2.3", [], 0)
        own = [asyncio.create_task(turns.run(lambda: None)) for _ in range(20)]
        await asyncio.sleep(0.05)
        let_go()
        await asyncio.gather(*tasks, *own)

    flooded(Limits(jobs_per_address=3, jobs=5), talk)


def test_what_nobody_waits_for_is_not_begun_and_faults_arrive():
    done: list[str] = []

    async def talk(turns, let_go):
        left = asyncio.create_task(asking(turns, "192.0.2.1", done, "left"))
        kept = asyncio.create_task(asking(turns, "192.0.2.1", done, "kept"))
        await asyncio.sleep(0.05)
        left.cancel()
        await asyncio.sleep(0.05)
        assert len(turns) == 1
        let_go()
        await kept
        with pytest.raises(ZeroDivisionError):
            await turns.run(lambda: 1 / 0)

    flooded(Limits(), talk)
    assert done == ["kept"]


def test_what_waits_when_it_closes_is_dropped():
    async def whole():
        turns, going = Turns("test"), threading.Event()
        holding = asyncio.create_task(turns.run(lambda: going.wait(60)))
        waiting = asyncio.create_task(turns.run(lambda: None))
        await asyncio.sleep(0.05)
        turns.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        going.set()
        await holding

    run(whole())
