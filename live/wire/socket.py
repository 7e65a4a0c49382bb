"""The WebSocket of the live picture: one text message in, one binary message out, in order.

A connection is answered one question at a time. One that asks faster than its allowance is made to wait, and then the
newest question wins: older ones of the same kind that wait with it are dropped without an answer. Answers come in
order, so an answer to message 9 says that a message 8 of its kind that has none will get none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.basis.quota import Quota, QuotaExceeded
from engine.frame import note
from i18n import in_language, message, sentence_of
from live.pages.language import reader_language
from live.queries.limits import LIMITS, Limits
from live.queries.message import decoded, query, seq_of
from live.queries.query import Query
from live.queries.refusal import Refusal
from live.wire.inbox import Inbox
from live.wire.rates import Allowance
from live.wire.reading import USUAL, Reading
from live.work.executors import Executors
from live.work.metrics import UNREAD, Visit
from live.work.turns import asked_by

log = logging.getLogger(__name__)

OUR_FAULT = message("The server could not compute this answer, and the fault is not yours. Try another setting.")
TRY_AGAIN_LATER = 1013
"""With this code a connection is closed for which there is no room: a page then waits longer until it tries again."""


def live(executors: Executors, reading: Reading, limits: Limits = LIMITS) -> Callable[[WebSocket], Awaitable[None]]:
    """The endpoint of `/live`, working in `executors`."""
    quota = Quota(limits.connections_per_address, limits.connections)

    async def endpoint(socket: WebSocket) -> None:
        address = socket.client.host if socket.client else ""
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError), in_language(reader_language(socket)):
            try:
                with quota.place(address), asked_by(address):
                    await converse(socket, address)
            except QuotaExceeded as fault:
                await socket.send_bytes(note({"seq": None, "error": _full(fault)}))
                await socket.close(TRY_AGAIN_LATER)

    async def converse(socket: WebSocket, address: str) -> None:
        """Answer until the other side is gone; what it still waits for then is dropped."""
        inbox = Inbox(limits.waiting, limits.waiting_bytes)
        visit = Visit()
        conversation = Conversation(socket, inbox, executors, visit, (address, reading))
        filling, holding = asyncio.create_task(inbox.fill(socket)), asyncio.create_task(conversation.hold())
        try:
            await asyncio.wait((filling, holding), return_when=asyncio.FIRST_COMPLETED)
        finally:
            filling.cancel()
            holding.cancel()
            for ended in await asyncio.gather(filling, holding, return_exceptions=True):
                # One that is gone while it is answered is nobody's fault.
                if isinstance(ended, Exception) and not isinstance(ended, WebSocketDisconnect | RuntimeError):
                    log.error("live: a connection broke off", exc_info=ended)
            visit.ended()

    return endpoint


def _full(fault: QuotaExceeded) -> str:
    most = f"{fault.most:,}"
    if fault.own:
        return message("{n} pages of your address are connected here, and no more can be. Close one of them.", n=most)
    return message("{n} pages are connected here, and no more can be. It goes on by itself when one closes.", n=most)


class Conversation:
    """One connection's questions and answers."""

    def __init__(
        self, socket: WebSocket, inbox: Inbox, executors: Executors, visit: Visit, reading: tuple[str, Reading]
    ):
        self._socket = socket
        self._inbox = inbox
        self._executors = executors
        self._visit = visit
        self._address, self._reading = reading
        self._messages = Allowance(LIMITS.messages_per_second)
        self._steps = Allowance(LIMITS.steps_per_second)

    async def hold(self) -> None:
        """Answer until the other side is gone."""
        while await self._inbox.ready():
            while (delay := self._delay()) > 0:
                await asyncio.sleep(delay)
                self._inbox.keep_newest()
            self._messages.spend(1)
            await self._socket.send_bytes(await self._answer(self._inbox.take()))
            # Neither step above need let go of the loop, and a burst of questions must not hold up the other visitors.
            await asyncio.sleep(0)

    def _delay(self) -> float:
        return max(self._messages.delay(), self._steps.delay(), self._reading.delay(self._address))

    async def _answer(self, message: str | bytes) -> bytes:
        seq, kind, begun = None, UNREAD, perf_counter()
        try:
            with self._reading.measured(self._address, free=USUAL):
                told = decoded(message)
                seq = seq_of(told)
                asked = query(told)
            kind = asked.kind
            self._steps.spend(self._cost(asked))
            answer = await self._executors.answer(asked)
            self._visit.answered(kind, perf_counter() - begun)
            return answer
        except Refusal as refusal:
            self._visit.refused(kind)
            return note({"seq": seq, "error": sentence_of(refusal)})
        except Exception:
            # Logged in full for the host; the visitor gets a sentence and keeps the connection.
            self._visit.failed()
            log.exception("live: question %s could not be answered", seq)
            return note({"seq": seq, "error": OUR_FAULT})

    def _cost(self, asked: Query) -> float:
        return asked.steps + LIMITS.compile_cost * self._executors.missing(asked)
