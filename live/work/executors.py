"""Where the work of the wire is done: on the event loop, in the worker, or at the compiler's."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from engine import known_points, warm_up, warm_up_curved, warm_up_maps
from engine.basis.background import give_way
from i18n import sentence_of
from landscapes import Landscape
from landscapes.on_data import LossOnData, is_heavy
from live.queries.limits import LIMITS, Limits
from live.queries.needs import Need, curved_needs_of, map_needs_of, needs_of
from live.queries.query import Hasty, Query, is_hasty, takes_long
from live.queries.refusal import Refusal
from live.work.compiled import Compiled
from live.work.metrics import COMPILED
from live.work.turns import Busy, Turns

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Executors:
    """Six threads and a list of what is compiled, shared by every connection of the process. Addresses take turns.

    One worker runs what is too large for the event loop; more would share the same cores and the same interpreter lock.
    One compiler answers what needs a new program, so that a visitor with a new formula delays neither loop nor worker.
    One warmer compiles the built-in surfaces ahead, one surveyor computes surfaces while a page loads, and one trainer
    trains the networks whose planes are surfaces, and draws them: none may keep a visitor's own compilation waiting.
    One long hauler plays what takes a minute, and compiles what that needs: others' formulas and maps do not queue
    behind it. Warmer, trainer and long hauler come after whoever drags.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._worker = Turns("live-worker", limits=limits)
        self._compiler = Turns("live-compiler", limits=limits)
        self._warmer = Turns("live-warmer", give_way, limits)
        self._surveyor = Turns("live-surveyor", limits=limits)
        self._trainer = Turns("live-trainer", give_way, limits)
        self._long = Turns("live-long", give_way, limits)
        self.following: set[asyncio.Task[None]] = set()
        """What is being compiled behind answers that are already given."""
        self._compiled = Compiled()

    async def answer(self, question: Query) -> bytes:
        """The question's answer, computed where it is in nobody's way."""
        for loss in {need.loss for need in question.needs}:
            if isinstance(loss, LossOnData) and not loss.ready:
                await self._gather(loss)
        if takes_long(question):
            needs = question.needs
            answer = await self._in(self._long, question.answer)
            self._compiled.add(needs)
            return answer
        needs = self._needs(question)
        if not all(map(self._compiled.in_memory, needs)):
            # To be answered for the first time is to be compiled; the engine sees to it that this happens once. What
            # was let go of is read back, which no other visitor should wait for either.
            with COMPILED.time():
                answer = await self._in(self._compiler, question.answer)
            self._compiled.add(needs)
            if is_hasty(question):
                self._follow(question, complete=needs != question.needs)
            return answer
        return question.answer() if question.inline else await self._in(self._worker, question.answer)

    async def _gather(self, loss: LossOnData) -> None:
        """Fetch what a loss is measured on: a network is trained, which must keep neither compiler nor worker."""
        try:
            await self.train(lambda: loss.data)
        except ValueError as fault:
            raise Refusal(sentence_of(fault)) from None

    def _needs(self, question: Query) -> Sequence[Need]:
        """What the question needs now: the small programs, where it can do with them and the others are not there."""
        if is_hasty(question) and not all(map(self._compiled.is_kept, question.needs)):
            return question.soon
        return question.needs

    def _follow(self, question: Hasty, *, complete: bool) -> None:
        """Behind an answer, compile ahead what any other setting is answered by without compiling: after a hasty one
        that of other methods, and what the first move of a parameter asks for.
        """
        others = [one for one in question.counterparts if not all(map(self._compiled.is_kept, needs_of(one)))]
        if not complete and not others:
            return

        async def follow() -> None:
            try:
                if complete:
                    await self._in(self._warmer, question.complete)
                    self._compiled.add(question.needs)
                for one in others:
                    await self.prepare(one)
                    await self._in(self._warmer, partial(known_points, one))
            except Busy:
                pass  # one who types more than is compiled: the small programs go on answering
            except Exception:
                # The small programs go on answering, and the next question that needs another one tries again.
                log.exception("live: the programs behind %s could not be compiled", question.kind)

        task = asyncio.create_task(follow())
        self.following.add(task)
        task.add_done_callback(self.following.discard)

    def missing(self, question: Query) -> int:
        """How many programs must be compiled before the question is answered."""
        return sum(not self._compiled.is_kept(need) for need in set(self._needs(question)))

    async def prepare(self, landscape: Landscape) -> None:
        """Compile what may be asked about a landscape, but for the optimizers that look at curvature."""
        await self._in(self._warmer, partial(warm_up, landscape))
        self._compiled.add(needs_of(landscape))

    async def prepare_curved(self, landscape: Landscape) -> None:
        """Compile what those need."""
        await self._in(self._warmer, partial(warm_up_curved, landscape))
        self._compiled.add(curved_needs_of(landscape))

    async def prepare_maps(self, landscape: Landscape) -> None:
        """Compile what the opening maps and sweeps need, and find the critical points."""
        await self._in(self._warmer, partial(warm_up_maps, landscape))
        self._compiled.add(map_needs_of(landscape))

    async def survey(self, landscape: Landscape, work: Callable[[], Answer]) -> Answer:
        """Run `work` on the surveyor's thread; on the trainer's where each point asks a whole network."""
        return await self._in(self._trainer if is_heavy(landscape.loss) else self._surveyor, work)

    async def train(self, work: Callable[[], Answer]) -> Answer:
        """Run `work` on the trainer's thread."""
        return await self._in(self._trainer, work)

    def close(self) -> None:
        """Let the threads end; what still waits is dropped."""
        for task in self.following:
            task.cancel()
        for thread in (self._worker, self._compiler, self._warmer, self._surveyor, self._trainer, self._long):
            thread.close()

    async def _in(self, thread: Turns, work: Callable[[], Answer]) -> Answer:
        # The thread speaks the language of who asked.
        return await thread.run(partial(copy_context().run, work))
