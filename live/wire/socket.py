"""The WebSocket of the live picture: one text message in, one binary message out, in order.

A connection is answered one question at a time. One that asks faster than its allowance is made to wait, and then the
newest question wins: older ones of the same kind that wait with it are dropped without an answer. Answers come in
order, so an answer to message 9 says that a message 8 of its kind that has none will get none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.frame import note
from i18n import in_language, message, sentence_of
from live.pages.language import reader_language
from live.queries.limits import LIMITS
from live.queries.message import decoded, query, seq_of
from live.queries.query import Query
from live.queries.refusal import Refusal
from live.wire.inbox import Inbox
from live.wire.rates import Allowance
from live.work.executors import Executors
from live.work.metrics import UNREAD, Visit

log = logging.getLogger(__name__)

OUR_FAULT = message("The server could not compute this answer, and the fault is not yours. Try another setting.")


def live(executors: Executors) -> Callable[[WebSocket], Awaitable[None]]:
    """The endpoint of `/live`, working in `executors`."""

    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        inbox = Inbox(LIMITS.waiting)
        reading = asyncio.create_task(inbox.fill(socket))
        visit = Visit()
        try:
            with in_language(reader_language(socket)):
                await Conversation(socket, inbox, executors, visit).hold()
        except WebSocketDisconnect:
            pass  # gone while it was being answered: nobody is left to tell
        finally:
            reading.cancel()
            visit.ended()

    return endpoint


class Conversation:
    """One connection's questions and answers."""

    def __init__(self, socket: WebSocket, inbox: Inbox, executors: Executors, visit: Visit):
        self._socket = socket
        self._inbox = inbox
        self._executors = executors
        self._visit = visit
        self._messages = Allowance(LIMITS.messages_per_second)
        self._steps = Allowance(LIMITS.steps_per_second)

    async def hold(self) -> None:
        """Answer until the other side is gone."""
        while await self._inbox.ready():
            while (delay := max(self._messages.delay(), self._steps.delay())) > 0:
                await asyncio.sleep(delay)
                self._inbox.keep_newest()
            self._messages.spend(1)
            await self._socket.send_bytes(await self._answer(self._inbox.take()))
            # Neither step above need let go of the loop, and a burst of questions must not hold up the other visitors.
            await asyncio.sleep(0)

    async def _answer(self, message: str | bytes) -> bytes:
        seq, kind, begun = None, UNREAD, perf_counter()
        try:
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
