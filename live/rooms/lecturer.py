"""The page that leads a room: it shows scenes, asks, has the answers shown and judged."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.basis.checks import echo
from i18n import message, sentence_of, translated
from live.queries.limits import LIMITS
from live.queries.message import decoded, query
from live.queries.query import Query
from live.queries.refusal import Refusal
from live.rooms.line import Line, refused
from live.rooms.questions import Question, Tally
from live.rooms.room import CLOSED, Room
from live.rooms.rooms import Rooms
from live.rooms.said import id_of, place_of, scene_of, study_of
from live.wire.rates import Allowance
from live.work.executors import Executors

Pictures = Callable[[str, str, Mapping[str, Any] | None], Mapping[str, Any]]
"""From a page, the query of its address and what was made of it by hand, or None, to what its stage shows.

Never raises for what a query holds; ValueError, with a sentence, for a hand's that is no picture.
"""


class Lecturer:
    """The page that leads a room; the newest one does, where there are two."""

    def __init__(self, socket: WebSocket, room: Room, rooms: Rooms, executors: Executors, pictures: Pictures):
        self._room, self._executors, self._pictures = room, executors, pictures
        self._counts: dict[str, Any] = {}
        self._scene_id = 0
        self._studies: dict[str, tuple[int, dict[str, Any], Query]] = {}
        self._studying: asyncio.Task[None] | None = None
        self._allowance = Allowance(LIMITS.steps_per_second, rooms.clock)
        self._most_bytes = rooms.bounds.frame_bytes
        self._line = Line(socket, room, rooms, rooms.bounds.lecturer_messages, counts=True)
        self._line.news = self._news
        self._acts: dict[Any, Callable[[Mapping[str, Any]], Awaitable[None]]] = {
            "scene": self._scene,
            "at": self._at,
            "paths": self._paths,
            "study": self._study,
            "ask": self._ask,
            "shut": self._shut,
            "judge": self._judge,
            "withdraw": self._withdraw,
            "close": self._close,
        }

    async def hold(self) -> None:
        """Lead the room for as long as the page is there."""
        room = self._room
        before, room.leader = room.leader, self.give_way
        if before is not None:
            await before()
        room.led()
        self._line.reply({"kind": "opened", "code": room.code, "token": room.token})
        try:
            await self._line.hold(self._heard)
        finally:
            if self._studying is not None:
                self._studying.cancel()
            if room.leader == self.give_way:
                room.leader = None
                room.left()

    async def give_way(self) -> None:
        """Another page of the same browser leads now."""
        with suppress(WebSocketDisconnect, RuntimeError):
            away = refused(message("The room is led from another window now."), "room")
            await self._line.socket.send_text(json.dumps(translated(away, self._line.language)))
            await self._line.socket.close()

    def _news(self) -> list[str]:
        if self._room.end is not None:
            return [json.dumps(translated({"kind": "ended", "sentence": self._room.end}))]
        counts = self._room.counts
        fresh = counts != self._counts
        self._counts = counts
        return [json.dumps(counts)] if fresh else []

    async def _heard(self, text: str | bytes) -> None:
        told = decoded(text)
        kind = told.get("kind")
        if kind not in self._acts:
            acts = ", ".join(self._acts)
            raise Refusal(message("A lecturer's page says one of {acts}; got {value}.", acts=acts, value=echo(kind)))
        await self._acts[kind](told)

    async def _scene(self, heard: Mapping[str, Any]) -> None:
        told = scene_of(heard)
        asked = told.pop("page"), told.pop("picture"), told.pop("hand")
        try:
            shown = await asyncio.to_thread(self._pictures, *asked)
        except ValueError as fault:
            raise Refusal(sentence_of(fault)) from None
        self._scene_id = told["id"]
        self._room.show({"kind": "scene", **told, "data": shown["data"], "about": shown.get("about", "")})

    async def _at(self, heard: Mapping[str, Any]) -> None:
        self._room.show({"kind": "at", **place_of(heard)})

    async def _paths(self, heard: Mapping[str, Any]) -> None:
        """The descents of the lecturer's picture: run once, and sent to all; each phone would ask for the same."""
        number = id_of(heard)
        asked = query({"seq": 0, **{name: value for name, value in heard.items() if name not in ("kind", "id")}})
        frame = await self._executors.answer(asked)
        whole = len(frame) <= self._most_bytes  # a larger one each phone asks for when it has the time
        sent = base64.b64encode(frame).decode() if whole else None
        # Its sentences are in the lecturer's language: who reads another one asks for it, too.
        self._room.show({"kind": "paths", "id": number, "frame": sent}, frame=None)

    async def _study(self, heard: Mapping[str, Any]) -> None:
        """What the lecturer's picture shows besides: worked out meanwhile, for it may take a second."""
        number, asked = id_of(heard), study_of(heard)
        self._studies[asked["kind"]] = (number, asked, query({**asked, "seq": 0}))
        if self._studying is None or self._studying.done():
            self._studying = asyncio.create_task(self._work_out())

    async def _work_out(self) -> None:
        """One after the other, the newest of each kind, no faster than the wire would."""
        while self._studies:
            kind = next(iter(self._studies))
            number, asked, question = self._studies.pop(kind)
            await asyncio.sleep(self._allowance.delay())
            if number != self._scene_id:
                continue
            self._allowance.spend(question.steps)
            with suppress(Refusal):
                frame = await self._executors.answer(question)
                if number == self._scene_id and len(frame) <= self._most_bytes and self._room.end is None:
                    sent = base64.b64encode(frame).decode()
                    self._room.show({"kind": kind, "id": number, "asked": asked, "frame": sent})

    async def _ask(self, heard: Mapping[str, Any]) -> None:
        self._room.ask(Question.read(heard))
        self._line.reply({"kind": "asked", "id": self._room.number})

    async def _shut(self, _: Mapping[str, Any]) -> None:
        values = list(self._room.shut().values())
        self._line.reply({"kind": "answers", "id": self._room.number, "values": values})

    async def _judge(self, _: Mapping[str, Any]) -> None:
        room, number = self._room, self._room.number
        if room.question is None or room.open:
            raise Refusal(message("First the answers are shown, then they are judged."))
        answers = room.shut()
        tally = Tally(room.question, list(answers.values()))
        await self._executors.answer(tally)
        if room.number != number or room.question is None:
            return  # another one is asked meanwhile
        judged = tally.judged()
        room.judge(judged, answers)
        counted = {"right": sum(judged.right), "of": len(answers), "marks": judged.right}
        self._line.reply({"kind": "judged", "id": number, **counted, "measured": judged.measured, "rule": judged.rule})

    async def _withdraw(self, _: Mapping[str, Any]) -> None:
        self._room.withdraw()

    async def _close(self, _: Mapping[str, Any]) -> None:
        self._room.close(CLOSED)
