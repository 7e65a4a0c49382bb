"""A thread that several addresses wait for: they take turns, so that one which floods it waits behind itself."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

from engine.basis.quota import address_key
from i18n import message
from live.queries.limits import LIMITS, Limits
from live.queries.refusal import Refusal

Answer = TypeVar("Answer")
Job = tuple[Future[Any], Callable[[], Any]]

_asking: ContextVar[str] = ContextVar("asking", default="")
"""The address for which work is done; empty for the server's own."""


@contextmanager
def asked_by(address: str | None) -> Iterator[None]:
    """Within this block, and in tasks that it starts, work waits its turn among this address's."""
    token = _asking.set(address_key(address))
    try:
        yield
    finally:
        _asking.reset(token)


class Busy(Refusal):
    """Too much waits already: it may be asked again in a moment."""


class Turns:
    """One thread. Of those who wait, each address is served once before any is served again, its own in their order.

    Work of which nobody waits for the result any more is not begun.
    """

    def __init__(self, name: str, initializer: Callable[[], None] | None = None, limits: Limits = LIMITS):
        self.thread = ThreadPoolExecutor(1, name, initializer)
        self._limits = limits
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._waiting.values()))

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Have `work` done, and wait for what it returns. Raises Busy, and what `work` raises."""
        address, job = _asking.get(), (Future[Any](), work)
        with self._lock:
            self._check(address)
            self._waiting.setdefault(address, deque()).append(job)
        # A ticket for some job, not for this one: whose turn it is, is found when the thread is free.
        self.thread.submit(self._next)
        try:
            return await asyncio.wrap_future(job[0])
        except asyncio.CancelledError:
            self._drop(address, job)
            raise

    def close(self) -> None:
        """Let the thread end; what still waits is dropped."""
        self.thread.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            left = [future for jobs in self._waiting.values() for future, _ in jobs]
            self._waiting.clear()
        for future in left:
            future.cancel()

    def _check(self, address: str) -> None:
        if not address:
            return
        own = len(self._waiting.get(address, ()))
        if own >= self._limits.jobs_per_address:
            raise Busy(
                message("{n} questions from your address wait for this already. Try again in a moment.", n=f"{own:,}")
            )
        total = sum(map(len, self._waiting.values()))
        if total >= self._limits.jobs:
            raise Busy(message("{n} questions wait for this already. Try again in a moment.", n=f"{total:,}"))

    def _drop(self, address: str, job: Job) -> None:
        with self._lock:
            jobs = self._waiting.get(address, deque())
            if job in jobs:
                jobs.remove(job)
            if not jobs:
                self._waiting.pop(address, None)

    def _next(self) -> None:
        with self._lock:
            if not self._waiting:
                return  # its job was dropped
            address, jobs = self._waiting.popitem(last=False)
            future, work = jobs.popleft()
            if jobs:
                self._waiting[address] = jobs  # behind the others
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as fault:
            future.set_exception(fault)
