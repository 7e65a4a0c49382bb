"""What one address may hold, and all together: asked for over real connections from several addresses of loopback."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.client import HTTPConnection

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from engine.basis.quota import Quota, QuotaExceeded, address_key
from engine.frame import opened
from live import LIMITS, Executors, Light, Rooms, SessionQuota, room_routes, routes, sessions_of
from live.rooms.bounds import BOUNDS
from tests.live.conftest import Wire, picture, serving

SMALL = replace(LIMITS, connections_per_address=2, connections=3)
QUESTION = {"seq": 1, "kind": "point", "landscape": "bowl", "position": [1, 2]}
ONE, OTHER, THIRD = "127.0.0.2", "127.0.0.3", "127.0.0.4"


@contextmanager
def wire_of(limits=LIMITS, rooms: Rooms | None = None) -> Iterator[Wire]:
    executors = Executors(limits)
    light = Light("", "v", {}, joined=True)
    ours = routes("", executors, "v", {}, limits)
    app = Starlette(routes=[*ours, *room_routes(light, executors, picture, rooms=rooms)])
    with serving(app) as port:
        yield Wire(port, executors)
    executors.close()


def line(wire: Wire, peer: str, path: str = "/live", **headers: str) -> ClientConnection:
    """A connection that comes from this address of loopback."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return connect(
        f"ws://{wire.host}{path}", compression=None, max_size=None, source_address=(peer, 0), additional_headers=named
    )


def ask(connection: ClientConnection, question=QUESTION) -> dict:
    connection.send(json.dumps(question))
    answer = connection.recv(timeout=60)
    assert isinstance(answer, bytes)
    return opened(answer)[0]


def sentence_of(connection: ClientConnection) -> str:
    """What one is told that there is no room for, before its connection is closed."""
    told = connection.recv(timeout=60)
    assert isinstance(told, bytes)
    with pytest.raises(ConnectionClosed) as closed:
        connection.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    header = opened(told)[0]
    assert header["seq"] is None
    return header["error"]


def test_connections_are_bounded_for_one_address_and_in_all():
    with wire_of(SMALL) as wire, ExitStack() as held:
        first, _ = (held.enter_context(line(wire, ONE)) for _ in range(2))
        with line(wire, ONE) as refused:
            assert sentence_of(refused).startswith("2 pages of your address are connected here")
        other = held.enter_context(line(wire, OTHER))
        assert "error" not in ask(other), "another address is let in"
        with line(wire, THIRD) as refused:
            assert sentence_of(refused).startswith("3 pages are connected here")
        first.close()
        for _ in range(100):  # the server hears of it a moment later
            with line(wire, ONE) as again:
                again.send(json.dumps(QUESTION))
                if "error" not in opened(again.recv(timeout=60))[0]:
                    break
            time.sleep(0.05)
        else:
            pytest.fail("a place that was given back is not given again")


def test_a_forwarded_address_counts_only_from_the_named_proxy():
    """uvicorn's FORWARDED_ALLOW_IPS names it; without it, that is this machine's 127.0.0.1."""
    with wire_of(SMALL) as wire, ExitStack() as held:
        for number in range(2):
            held.enter_context(line(wire, ONE, X_Forwarded_For=f"192.0.2.{number}", Forwarded=f"for=192.0.2.{number}"))
        with line(wire, ONE, X_Forwarded_For="192.0.2.77", Forwarded="for=192.0.2.77") as refused:
            assert "of your address" in sentence_of(refused), "a stranger's word counts for nothing"
    with wire_of(replace(SMALL, connections=100)) as wire, ExitStack() as held:
        for number in range(4):
            through = held.enter_context(line(wire, "127.0.0.1", X_Forwarded_For=f"192.0.2.{number}"))
            assert "error" not in ask(through), "the proxy's word counts"
        for number in range(2):  # what a visitor wrote stands before what the proxy added
            held.enter_context(line(wire, "127.0.0.1", X_Forwarded_For=f"203.0.113.{number}, 198.51.100.9"))
        with line(wire, "127.0.0.1", X_Forwarded_For="203.0.113.5, 198.51.100.9") as refused:
            assert "of your address" in sentence_of(refused)


def test_a_hall_of_200_behind_one_address_is_let_in(wire):
    """Each with three pages, all asking at the same moment."""
    with ExitStack() as held:
        lines = [held.enter_context(line(wire, "127.0.0.9")) for _ in range(600)]
        for one in lines:
            one.send(json.dumps(QUESTION))
        for one in lines:
            told = one.recv(timeout=60)
            assert isinstance(told, bytes)
            assert "error" not in opened(told)[0]


def get(port: int, peer: str, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=(peer, 0))
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    reply = connection.getresponse()
    told = reply.status, reply.read(), {name.lower(): value for name, value in reply.getheaders()}
    connection.close()
    return told


def test_one_who_has_a_flood_of_formulas_read_is_told_and_holds_up_nobody():
    with wire_of(replace(LIMITS, reading_per_address=0.002, reading_wait=0.05)) as wire:
        asked = [get(wire.port, ONE, f"/live/formula?text=sin({k}*x)*cos({k}*y)%2B{k}*x") for k in range(30)]
        refused = [json.loads(body) for status, body, _ in asked if status == 429]
        assert refused
        assert refused[0].keys() == {"notes"}, "the formula is not said to be wrong"
        assert "from your address" in refused[0]["notes"][0]
        assert all(headers["retry-after"] == "1" for status, _, headers in asked if status == 429)
        status, body, _ = get(wire.port, OTHER, "/live/formula?text=x**2%2By**2")
        assert status == 200
        assert json.loads(body)["plain"]
        # The same through /live: it waits, and is answered.
        with line(wire, ONE) as flooding, line(wire, OTHER) as other:
            begun = time.monotonic()
            for k in range(20):
                formula = "formula:" + "+".join(f"sin({k}.{i}*x)*{i}*y" for i in range(25)) + "+"
                assert "error" in ask(flooding, {**QUESTION, "landscape": formula})
            slowed = time.monotonic() - begun
            begun = time.monotonic()
            assert "error" not in ask(other)
            assert time.monotonic() - begun < slowed / 2


def busy_compiler(wire: Wire) -> threading.Event:
    """Keep the thread that compiles busy, until what is returned is set."""
    begun, going = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        going.wait(60)

    wire.executors._compiler.thread.submit(hold)
    assert begun.wait(60)
    return going


def test_a_question_whose_visitor_left_is_not_answered():
    with wire_of() as wire:
        going = busy_compiler(wire)
        with line(wire, ONE) as leaving:
            leaving.send(json.dumps({**QUESTION, "landscape": "formula:x**2+3.0625*y**2"}))
            wait_for(lambda: len(wire.executors._compiler) == 1)
        wait_for(lambda: len(wire.executors._compiler) == 0)
        going.set()
        with line(wire, OTHER) as other:
            assert "error" not in ask(other)


def wait_for(held) -> None:
    end = time.monotonic() + 60
    while not held():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_one_address_lets_wait_is_bounded_and_said():
    with wire_of(replace(LIMITS, jobs_per_address=2)) as wire, ExitStack() as held:
        going = busy_compiler(wire)
        for k in range(2):
            held.enter_context(line(wire, ONE)).send(
                json.dumps({**QUESTION, "landscape": f"formula:x**2+{k}.03125*y**2"})
            )
        wait_for(lambda: len(wire.executors._compiler) == 2)
        third = ask(held.enter_context(line(wire, ONE)), {**QUESTION, "landscape": "formula:x**2+5.03125*y**2"})
        assert third["error"].startswith("2 questions from your address wait for this already.")
        status, body, _ = get(wire.port, ONE, "/live/formula?text=x")
        assert (status, b"plain" in body) == (200, True), "what waits for no thread goes on"
        other = held.enter_context(line(wire, OTHER))
        other.send(json.dumps({**QUESTION, "landscape": "formula:x**2+7.03125*y**2"}))
        wait_for(lambda: len(wire.executors._compiler) == 3)
        going.set()
        answer = other.recv(timeout=120)
        assert isinstance(answer, bytes)
        assert "error" not in opened(answer)[0]


def test_rooms_connections_of_one_address_are_bounded():
    rooms = Rooms(replace(BOUNDS, connections_per_address=2))
    with wire_of(rooms=rooms) as wire, ExitStack() as held:
        for _ in range(2):
            held.enter_context(line(wire, ONE, "/live/room?code=ABCDE"))
        wait_for(lambda: rooms.connections == 2)
        with line(wire, ONE, "/live/room?code=ABCDE") as third:
            assert json.loads(third.recv(timeout=60))["error"].startswith("2 phones of your address")
        with line(wire, OTHER, "/live/room?code=ABCDE") as other:
            other.send(json.dumps({"kind": "join", "phone": "0" * 32}))
            assert json.loads(other.recv(timeout=60))["why"] == "code", "another address is heard"


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    async for _ in socket.iter_text():
        pass


async def page(_) -> PlainTextResponse:
    return PlainTextResponse("page")


def test_pages_that_are_open_are_bounded_and_the_next_is_told():
    app = Starlette(
        routes=[WebSocketRoute("/lab/_stcore/stream", stream), Route("/lab/learn", page)],
        middleware=[Middleware(SessionQuota, path="/lab/_stcore/stream", most=4)],
    )
    html = {"accept": "text/html,*/*;q=0.8"}
    with serving(app) as port, ExitStack() as held:
        wire = Wire(port, None)  # pyright: ignore[reportArgumentType]
        for _ in range(2):  # 60 % of four
            held.enter_context(line(wire, ONE, "/lab/_stcore/stream"))
        with pytest.raises(InvalidStatus):
            line(wire, ONE, "/lab/_stcore/stream")
        status, body, headers = get(port, ONE, "/lab/learn", **html)
        assert (status, headers["retry-after"]) == (503, "30")
        assert body.decode().startswith("2 pages of your address are open")
        german = get(port, ONE, "/lab/learn", **html, accept_language="de")[1].decode()
        assert german.startswith("2 Seiten deiner Adresse")
        # What an open page loads is no new page.
        assert get(port, ONE, "/lab/learn", accept="*/*")[0] == 200
        assert get(port, ONE, "/lab/learn", **html, sec_fetch_dest="iframe")[0] == 200
        assert get(port, OTHER, "/lab/learn", **html)[0] == 200
        for _ in range(2):
            held.enter_context(line(wire, OTHER, "/lab/_stcore/stream"))
        assert get(port, THIRD, "/lab/learn", **html)[1].decode().startswith("4 pages are open here")


def test_a_mistyped_number_of_pages_is_said():
    assert sessions_of("") == 1_000
    assert sessions_of(" 60 ") == 60
    for named in ("many", "0", "-3", "1e3", "٣", "9" * 40):
        with pytest.raises(ValueError, match="DESCENT_LAB_SESSIONS"):
            sessions_of(named)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("", "unknown"),
        (None, "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_an_address_is_counted_by_what_its_holder_has(address, key):
    assert address_key(address) == key


def test_a_place_is_given_back_however_its_block_ends():
    quota = Quota(1, 2)
    with pytest.raises(ZeroDivisionError), quota.place("192.0.2.1"):
        raise ZeroDivisionError
    with quota.place("192.0.2.1"), pytest.raises(QuotaExceeded) as fault:
        quota.take("192.0.2.1")
    assert (fault.value.most, fault.value.own) == (1, True)
    assert len(quota) == 0
