"""The WebSocket of the rooms, `/live/room?code=ABCDE`: JSON texts both ways.

The first message says who speaks: {"kind": "open"} or {"kind": "lead", "token": ...} a lecturer's page, and
{"kind": "join", "phone": ...} a phone, which has drawn its own number and keeps it while its page is open.
"""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.basis.checks import echo
from engine.basis.quota import QuotaExceeded
from i18n import in_language, message, sentence_of, translated
from live.pages.language import reader_language
from live.queries.message import decoded
from live.queries.refusal import Refusal
from live.rooms.lecturer import Lecturer, Pictures
from live.rooms.line import Line, received, refused
from live.rooms.relayed import Far
from live.rooms.room import Room
from live.rooms.rooms import Rooms, Taken, Unknown, Wait, is_code
from live.rooms.shared import Shared
from live.work.executors import Executors
from live.work.turns import asked_by

PHONE = re.compile(r"[0-9a-f]{32}")
WHY = {Wait: "wait", Taken: "taken", Unknown: "code"}
"""What a page is told of a refusal besides its sentence, by which it goes on; "room" otherwise."""


def room_socket(
    rooms: Rooms, executors: Executors, pictures: Pictures, shared: Shared | None = None
) -> Callable[[WebSocket], Coroutine[Any, Any, None]]:
    """The endpoint of `/live/room`; what is `shared` with other replicas, where there are some."""

    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError), in_language(reader_language(socket)):
            await told_why(socket)

    async def told_why(socket: WebSocket) -> None:
        """Talk, and say why where nothing comes of it."""
        try:
            with room_for(socket) as address, asked_by(address):
                await converse(socket, address)
        except Refusal as refusal:
            why = next((word for kind, word in WHY.items() if isinstance(refusal, kind)), "room")
            seconds = {"seconds": round(refusal.seconds, 1)} if isinstance(refusal, Wait) else {}
            with suppress(WebSocketDisconnect, RuntimeError):
                await socket.send_text(json.dumps(translated({**refused(sentence_of(refusal), why), **seconds})))
                await socket.close()

    @contextmanager
    def room_for(socket: WebSocket) -> Iterator[str]:
        address = socket.client.host if socket.client else ""
        try:
            key = rooms.places.take(address)
        except QuotaExceeded as fault:
            raise Refusal(_too_many(fault)) from None
        try:
            yield address
        finally:
            rooms.places.give_back(key)

    async def converse(socket: WebSocket, address: str) -> None:
        try:
            first = await asyncio.wait_for(received(socket), rooms.bounds.first_message)
        except TimeoutError:
            raise Refusal(message("Nothing was said. Reload the page.")) from None
        code = socket.query_params.get("code", "").upper()
        told = decoded(first)
        kind = told.get("kind")
        if shared is not None and not isinstance(socket, Far) and is_code(code):
            await shared.start(endpoint)
            if kind == "open":
                await shared.claim(code)
            elif code not in rooms.codes and (home := await shared.home_of(code)):
                await shared.relay(socket, home, code, address, first)
                return
        if kind == "join":
            await attend(socket, told, code, address)
        elif kind in ("open", "lead"):
            room = rooms.open(code, address) if kind == "open" else rooms.lead(code, told.get("token"), address)
            if kind == "open":
                watch(room)
            await Lecturer(socket, room, rooms, executors, pictures).hold()
        else:
            raise Refusal(_about_first(kind))

    def watch(room: Room) -> None:
        """Close the room when its time has come."""
        if room.is_over():
            rooms.sweep()
        else:
            delay = min(1.0, max(0.05, room.ends_at - rooms.clock()))
            asyncio.get_running_loop().call_later(delay, watch, room)

    async def attend(socket: WebSocket, joining: Mapping[str, Any], code: str, address: str) -> None:
        phone = joining.get("phone")
        if not isinstance(phone, str) or not PHONE.fullmatch(phone):
            raise Refusal(_about_number(phone))
        room = rooms.find(code, phone, address)
        room.join(phone)
        seen: dict[str, int] = {}
        own: list[Any] = []

        def news() -> list[str]:
            texts, now = room.news(seen), room.answered(phone)
            led = {"kind": "lecturer", "here": room.is_led}
            fresh = [told for told in (now, led) if told not in own]
            own[:] = [now, led]
            return [*texts, *(json.dumps(translated(told)) for told in fresh)]

        async def heard(text: str | bytes) -> None:
            if len(text) > rooms.bounds.phone_bytes:
                most = rooms.bounds.phone_bytes
                raise Refusal(_too_long(most, len(text)))
            told = decoded(text)
            if told.get("kind") != "answer":
                raise Refusal(_about_kind(told.get("kind")))
            room.answer(phone, told.get("id"), told.get("value"))
            line.wake()

        line = Line(socket, room, rooms, rooms.bounds.phone_messages)
        line.news = news
        try:
            await line.hold(heard)
        finally:
            room.leave(phone)

    return endpoint


def _too_many(fault: QuotaExceeded) -> str:
    most = f"{fault.most:,}"
    if fault.own:
        return message("{n} phones of your address are connected here, and no more are let in. Try later.", n=most)
    return message("{n} phones are connected here, and no more are let in. Try again later.", n=most)


def _about_first(kind: object) -> str:
    return message('The first message is "open", "lead" or "join"; got {value}.', value=echo(kind))


def _about_number(phone: object) -> str:
    return message("A phone's number is 32 digits from 0 to f; got {value}. Reload the page.", value=echo(phone))


def _too_long(most: int, letters: int) -> str:
    return message("A phone's message may have {most} letters; got {n}.", most=f"{most:,}", n=f"{letters:,}")


def _about_kind(kind: object) -> str:
    return message('A phone says "answer"; got {value}.', value=echo(kind))
