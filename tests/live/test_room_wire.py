"""Rooms over the real wire: a lecturer's page and phones, connections that break, and those that do harm."""

import asyncio
import base64
import itertools
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from engine.frame import opened
from live import Executors
from live.rooms.bounds import ALPHABET, BOUNDS, Bounds
from live.rooms.rooms import Rooms
from live.rooms.socket import room_socket
from tests.live.fetch import PATIENCE, fetch
from tests.live.test_rooms import PLACE, RUNS, SCENE, phone
from tests.loop import run

CODES = ("".join(code) for code in itertools.product(ALPHABET[::-1], repeat=5))


class End:
    """One end of a room's line: what is heard is kept by its kind."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection
        self.heard: dict[str, dict[str, Any]] = {}
        self.put_back: list[dict[str, Any]] = []
        self.code = self.token = ""

    def say(self, kind: str, **told: Any) -> None:
        self.connection.send(json.dumps({"kind": kind, **told}))

    def hear_any(self) -> dict[str, Any]:
        """The next word."""
        told = self.put_back.pop() if self.put_back else json.loads(self.connection.recv(timeout=PATIENCE))
        self.heard[told["kind"]] = told
        return told

    def hear(self, kind: str, fits: Callable[[dict], bool] = lambda _: True) -> dict[str, Any]:
        """The next word of this kind that fits."""
        while True:
            told = self.hear_any()
            if told["kind"] == kind and fits(told):
                return told

    def count(self, **wanted: int) -> None:
        self.hear("count", lambda told: all(told[name] == value for name, value in wanted.items()))


@contextmanager
def line(wire, code: str, first: dict[str, Any], **options: Any) -> Iterator[End]:
    with connect(f"ws://{wire.host}/live/room?code={code}", compression=None, **options) as connection:
        end = End(connection)
        end.say(**first)
        yield end


@contextmanager
def led(wire, token: str | None = None, code: str | None = None) -> Iterator[End]:
    first = {"kind": "open"} if token is None else {"kind": "lead", "token": token}
    with line(wire, code or next(CODES), first) as end:
        opened = end.hear("opened")
        end.code, end.token = opened["code"], opened["token"]
        yield end


@contextmanager
def joined(wire, code: str, number: int | None = None, **options: Any) -> Iterator[End]:
    drawn = secrets.token_hex(16) if number is None else phone(number)
    with line(wire, code, {"kind": "join", "phone": drawn}, **options) as end:
        yield end


def test_a_lecture_s_way_through_a_question(wire):
    with led(wire) as lecturer, joined(wire, lecturer.code) as one, joined(wire, lecturer.code.lower()) as two:
        lecturer.count(phones=2)
        lecturer.say(**{**SCENE, "kind": "scene"})
        lecturer.say(**{**PLACE, "kind": "at"})
        for end in (one, two):
            told = end.hear("scene")
            assert told["data"] == {"page": "playground", "of": "land=bowl"}
            assert "picture" not in told
            assert end.hear("at")["start"] == [1, 2]
        # The lecturer's paths are computed once, and are the answer that each would have got on the wire.
        lecturer.say("paths", id=1, runs=RUNS, focus=0)
        with wire.talk() as talk:
            header, body = talk.ask({"seq": 0, "runs": RUNS, "focus": 0})
        for end in (one, two):
            frame = base64.b64decode(end.hear("paths")["frame"])
            assert (opened(frame)[0], bytes(opened(frame)[1])) == (header, bytes(body))
        lecturer.say("paths", id=1, runs=[{"landscape": "bowl", "steps": 10_000, "gradient_tolerance": 0}] * 4)
        assert one.hear("paths")["frame"] is None
        lecturer.say("paths", id=1, runs=[])
        assert "1 to 16 runs" in lecturer.hear("refused")["error"]
        lecturer.say("ask", asks="rate", words="How large?", runs=RUNS, focus=1)
        assert lecturer.hear("asked")["id"] == 1
        for end, rate in ((one, 0.4), (two, 2.0)):
            asked = end.hear("question")["question"]
            assert asked == {"id": 1, "asks": "rate", "words": "How large?", "open": True, "count": 2}
            end.say("answer", id=1, value=0.1)
            end.say("answer", id=1, value=rate)
            end.hear("answered", lambda told, rate=rate: told["value"] == rate)
        lecturer.count(answers=2)
        lecturer.say("shut")
        assert sorted(lecturer.hear("answers")["values"]) == [0.4, 2.0]
        one.hear("question", lambda told: told["question"]["open"] is False)
        one.say("answer", id=1, value=0.2)
        assert "no longer be changed" in one.hear("refused")["error"]
        lecturer.say("judge")
        judged = lecturer.hear("judged")
        assert (judged["right"], judged["of"]) == (1, 2)
        assert one.hear("answered")["right"] is True
        assert two.hear("answered", lambda told: told["right"] is not None)["right"] is False
        assert two.heard["question"]["question"]["rule"] == judged["rule"]
        lecturer.say("withdraw")
        assert one.hear("question")["question"] is None
        lecturer.say("close")
        assert "closed" in one.hear("ended")["sentence"]
        assert lecturer.hear("ended")
        with pytest.raises(ConnectionClosed):
            two.hear("nothing more")
    with joined(wire, lecturer.code) as late:
        assert "no room of this code" in late.hear("refused")["error"]


BASIN = {"kind": "basin", "run": {"landscape": "bowl", "steps": 100, "rate": 0.1}, "columns": 8, "rows": 6}


def test_what_a_lecturer_makes_of_a_scene_and_its_maps_reach_all_phones(wire):
    with led(wire) as lecturer, joined(wire, lecturer.code) as one, joined(wire, lecturer.code) as two:
        lecturer.say(**{**SCENE, "kind": "scene", "hand": {"lanes": 3}})
        for end in (one, two):
            assert end.hear("scene")["data"]["hand"] == {"lanes": 3}
        lecturer.say(**{**SCENE, "kind": "scene", "hand": {}, "id": 2})
        assert lecturer.hear("refused")["error"] == "This is no picture."
        # A map is computed once, and is the answer that each would have got on the wire.
        lecturer.say("study", id=1, asked=BASIN)
        with wire.talk() as talk:
            header, body = talk.ask({"seq": 0, **BASIN})
        for end in (one, two):
            told = end.hear("basin")
            assert (told["id"], told["asked"]) == (1, BASIN)
            frame = base64.b64decode(told["frame"])
            assert (opened(frame)[0], bytes(opened(frame)[1])) == (header, bytes(body))
        for asked in ({**BASIN, "columns": 1}, {**BASIN, "kind": "fit"}, {"kind": "sweep"}, None):
            lecturer.say("study", id=1, asked=asked)
            assert lecturer.hear("refused")["why"] == "message"
        # Of a scene that is over none is sent, nor one too large for a hall; who comes late has the newest.
        lecturer.say("study", id=7, asked=BASIN)
        lecturer.say("study", id=1, asked={**BASIN, "columns": 200, "rows": 200})
        lecturer.say("study", id=1, asked={"kind": "sweep", "run": BASIN["run"], "count": 9})
        assert one.hear("sweep")["asked"]["count"] == 9
        with joined(wire, lecturer.code) as late:
            late.hear("sweep")
            assert late.heard["basin"]["asked"] == BASIN
        lecturer.say("close")
        lecturer.hear("ended")


def test_a_phone_whose_line_broke_is_back_on_the_scene_and_its_answer_counts_once(wire):
    with led(wire) as lecturer:
        lecturer.say(**{**SCENE, "kind": "scene"})
        lecturer.say("ask", asks="end", words="Where?", runs=RUNS)
        for number in range(5):
            # Killed before anything is heard of the answer: the phone sends it again.
            with joined(wire, lecturer.code, number) as first:
                asked = first.hear("question")["question"]["id"]
                first.say("answer", id=asked, value=[number, 0])
                first.connection.socket.close()
            with joined(wire, lecturer.code, number) as again:
                again.hear("scene")
                again.hear("question")
                again.say("answer", id=asked, value=[number, 0])
                again.hear("answered", lambda told, number=number: told["value"] == [number, 0])
        lecturer.count(phones=0, answers=5)
        lecturer.say("shut")
        assert lecturer.hear("answers")["values"] == [[number, 0] for number in range(5)]


def test_a_lecturer_s_page_comes_back_with_its_secret_and_no_other_does(wire):
    with led(wire) as lecturer, joined(wire, lecturer.code) as one:
        lecturer.say(**{**SCENE, "kind": "scene"})
        one.hear("scene")
        lecturer.connection.close()
        assert one.hear("lecturer", lambda told: not told["here"])
        with line(wire, lecturer.code, {"kind": "lead", "token": "guessed"}) as stranger:
            assert "closed" in stranger.hear("refused")["error"]
        with led(wire, lecturer.token, lecturer.code) as again:
            assert one.hear("lecturer", lambda told: told["here"])
            again.count(phones=1)
            # The newest window leads; the one before is told so.
            with led(wire, lecturer.token, lecturer.code) as newer:
                assert "another window" in again.hear("refused")["error"]
                newer.say(**{**SCENE, "kind": "scene", "id": 2})
                assert one.hear("scene")["id"] == 2
                assert one.heard["lecturer"]["here"]
                newer.say("close")
                one.hear("ended")


def test_a_taken_code_is_told_from_a_refusal(wire):
    with led(wire) as lecturer, line(wire, lecturer.code, {"kind": "open"}) as other:
        assert other.hear("refused")["why"] == "taken"
        lecturer.say("close")
        lecturer.hear("ended")


@pytest.mark.parametrize(
    "first",
    [
        "{",
        b"\x00",
        "[]",
        '{"kind": "answer"}',
        '{"kind": "join"}',
        '{"kind": "join", "phone": "me"}',
        json.dumps({"kind": "join", "phone": phone(1)}),
        '{"kind": "lead"}',
        "x" * 200_000,
    ],
)
def test_who_says_something_else_at_first_gets_a_sentence(wire, first):
    with connect(f"ws://{wire.host}/live/room?code=QQQQQ") as connection:
        connection.send(first)
        told = json.loads(connection.recv(timeout=PATIENCE))
        assert told["kind"] == "refused"
        assert len(told["error"]) > 20
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=PATIENCE)


def test_hostile_words_cost_a_sentence_and_no_connection(wire):
    with led(wire) as lecturer, joined(wire, lecturer.code) as one:
        lecturer.say("ask", asks="end", words="Where?", runs=RUNS)
        asked = one.hear("question")["question"]["id"]
        for text in ("{", "[]", '{"kind": "scene"}', '{"kind": "answer", "id": 1, "value": NaN}', "y" * 2_000):
            one.connection.send(text)
            assert one.hear("refused", lambda told: told["why"] == "message")["error"]
        one.say("answer", id=asked, value=[1, 1])
        one.hear("answered", lambda told: told["value"] == [1, 1])
        for told in ({"kind": "scene"}, {"kind": "at"}, {"kind": "ask"}, {"kind": "judge"}, {"kind": "x"}, {}):
            lecturer.connection.send(json.dumps(told))
            assert lecturer.hear("refused")["error"]
        lecturer.say("close")
        one.hear("ended")


def test_a_phone_that_floods_is_slowed_is_told_so_and_harms_nobody(wire):
    with led(wire) as lecturer, joined(wire, lecturer.code) as flood, joined(wire, lecturer.code) as other:
        lecturer.say("ask", asks="wins", words="Which?", runs=RUNS)
        asked = flood.hear("question")["question"]["id"]
        for number in range(30):
            flood.say("answer", id=asked, value=number % 2)
        told = flood.hear("refused")
        assert told["why"] == "slow"
        assert f"At most {BOUNDS.phone_messages:g} messages a second" in told["error"]
        other.hear("question")
        other.say("answer", id=asked, value=1)
        other.hear("answered", lambda told: told["value"] == 1)
        lecturer.count(answers=2)
        lecturer.say("close")
        lecturer.hear("ended")


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_gets_no_room(wire, origin):
    with pytest.raises(Exception, match="403"), joined(wire, "QQQQQ", origin=origin):
        pass


def test_the_phone_s_page_and_the_code_to_point_at(wire):
    page = fetch(wire.host, "/room?code=ABCDE")
    assert page.status == 200
    assert f"/live/assets/{'v1'}/room_all.js" in page.body.decode()
    code = fetch(wire.host, "/live/qr?text=http://lab.test/room%3Fcode=ABCDE")
    assert code.status == 200
    assert code.body.startswith(b"<svg")
    assert fetch(wire.host, f"/live/qr?text={'x' * 700}").status == 200
    for text in ("", "x" * 701):
        assert fetch(wire.host, f"/live/qr?text={text}").status == 400


class Caller:
    """A socket without a server, that says nothing or one thing."""

    client = None
    query_params: Mapping[str, str] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self):
        self.sent: list[dict[str, Any]] = []
        self.closed = False

    async def accept(self):
        pass

    async def receive(self):
        await asyncio.Event().wait()

    async def send_text(self, text):
        self.sent.append(json.loads(text))

    async def close(self):
        self.closed = True


class Listener(Caller):
    """One that joins a room and then says nothing."""

    def __init__(self, code):
        super().__init__()
        self.query_params = {"code": code}
        self.first = [{"type": "websocket.receive", "text": json.dumps({"kind": "join", "phone": phone(1)})}]

        self.beat = asyncio.Event()

    async def receive(self):
        return self.first.pop() if self.first else await super().receive()

    async def send_text(self, text):
        await super().send_text(text)
        if self.sent[-1] == {"kind": "beat"}:
            self.beat.set()


def test_who_has_nothing_to_hear_is_told_that_the_line_is_there():
    rooms = Rooms(Bounds(beat=0.01))
    rooms.open("QQQQQ", "here")
    caller = Listener("QQQQQ")

    async def listen():
        endpoint = room_socket(rooms, Executors(), lambda page, query, hand: {})
        talking = asyncio.create_task(endpoint(cast("WebSocket", caller)))
        await caller.beat.wait()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    run(listen())
    assert caller.sent[0]["kind"] == "answered"
    assert rooms.connections == 0


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [(Bounds(first_message=0.01), "Nothing was said"), (Bounds(connections=0), "0 phones are connected here")],
)
def test_a_silent_line_and_one_too_many_are_closed_with_a_sentence(bounds, sentence):
    rooms, caller = Rooms(bounds), Caller()
    run(room_socket(rooms, Executors(), lambda page, query, hand: {})(cast("WebSocket", caller)))
    assert sentence in caller.sent[0]["error"]
    assert caller.closed
    assert rooms.connections == 0
