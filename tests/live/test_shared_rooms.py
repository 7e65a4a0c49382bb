"""Rooms of two replicas that share them through a real Redis: as if all had come to the same one."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed

from live import Executors, Light, Rooms, room_routes, shared_through
from live.rooms.bounds import BOUNDS
from tests.live.conftest import picture
from tests.live.fetch import PATIENCE
from tests.live.test_room_wire import BASIN, CODES, led, line
from tests.live.test_rooms import PLACE, RUNS, SCENE, phone
from tests.packages import WHERE, NotInstalled, program
from tests.server import ROOT, free_port

ADVICE = "Rooms over several replicas are tested with Debian's redis-server."


class Redis:
    """A server that can be killed and started again."""

    def __init__(self, path: str, folder: Path):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [path, "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self._command += ["--bind", "127.0.0.1", "--loglevel", "warning"]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
                asked.sendall(b"PING\r\n")
                if asked.recv(16).startswith(b"+PONG"):
                    return
            assert time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Replica:
    """One server of its own, of rooms alone."""

    def __init__(self, redis: str):
        self.rooms = Rooms()
        shared = shared_through(redis, self.rooms)
        assert shared is not None
        self.executors = Executors()

        @asynccontextmanager
        async def lifespan(_: Starlette):
            yield
            await shared.close()
            self.executors.close()

        app = Starlette(
            routes=room_routes(Light("", "v1", {}, joined=True), self.executors, picture, shared=shared),
            lifespan=lifespan,
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(app, ws="websockets-sansio", ws_per_message_deflate=False, log_level="warning")
        self.server = uvicorn.Server(config)

        def serve() -> None:
            with listener:
                asyncio.run(self.server.serve([listener]))

        self.thread = threading.Thread(target=serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    pytest.importorskip("redis", reason="redis-py is not installed: pip install -r requirements-redis.txt")
    try:
        path = program(WHERE["redis-server"], "redis-server", ADVICE)
    except NotInstalled as fault:
        pytest.skip(str(fault))
    server = Redis(path, tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def replicas(redis: Redis) -> Iterator[tuple[Replica, Replica]]:
    both = Replica(redis.url), Replica(redis.url)
    yield both
    for one in both:
        one.close()


@contextmanager
def joined(replica: Replica, code: str, number: int):
    """A phone, which comes again while it is told to wait."""
    end = time.monotonic() + PATIENCE
    while True:
        with line(replica, code, {"kind": "join", "phone": phone(number)}) as one:
            told = one.hear_any()
            if told["kind"] != "refused" or told["why"] != "wait":
                one.put_back.append(told)
                yield one
                return
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_phone_of_one_replica_is_in_the_room_of_another(replicas):
    a, b = replicas
    with led(a) as lecturer, joined(a, lecturer.code, 1) as near, joined(b, lecturer.code.lower(), 2) as far:
        lecturer.count(phones=2)
        assert (len(a.rooms), len(b.rooms)) == (1, 0)
        picture = f"land=bowl&{'x' * 5_000}"  # long enough to be sent to the replica once
        with joined(b, lecturer.code, 3) as third:
            for number in range(1, 25):
                lecturer.say(**{**SCENE, "kind": "scene", "id": number, "picture": f"{picture}{number % 20}"})
                lecturer.say(**{**PLACE, "kind": "at", "id": number})
                for end in (near, far, third):
                    assert end.hear("scene", lambda told, n=number: told["id"] == n)["data"]["of"].endswith(
                        f"x{number % 20}"
                    )
                    end.hear("at", lambda told, n=number: told["id"] == n)
        lecturer.count(phones=2)
        lecturer.say("study", id=24, asked=BASIN)
        assert far.hear("basin")["frame"] == near.hear("basin")["frame"]
        lecturer.say("ask", asks="rate", words="How large?", runs=RUNS, focus=1)
        asked = lecturer.hear("asked")["id"]
        for end in (near, far):
            end.hear("question")
            for rate in (2.0, 0.4):
                end.say("answer", id=asked, value=rate)
                end.hear("answered", lambda told, rate=rate: told["value"] == rate)
        # The same phone, over there and here: counted once.
        with joined(a, lecturer.code, 2) as again:
            again.hear("answered", lambda told: told["value"] == 0.4)
            again.say("answer", id=asked, value=3.0)
            again.hear("answered", lambda told: told["value"] == 3.0)
        lecturer.count(phones=2, answers=2)
        far.connection.send(b"\0")
        assert "binary" in far.hear("refused", lambda told: told["why"] == "message")["error"]
        far.connection.send("x" * 200_000)
        assert "1,000 letters" in far.hear("refused", lambda told: "letters" in told["error"])["error"]
        lecturer.say("shut")
        assert sorted(lecturer.hear("answers")["values"]) == [0.4, 3.0]
        lecturer.say("judge")
        assert lecturer.hear("judged")["right"] == 1
        far.hear("answered", lambda told: told["right"] is False)
        lecturer.say("close")
        assert "closed" in far.hear("ended")["sentence"]
    for replica in replicas:
        with joined(replica, lecturer.code, 4) as late:
            assert "no room of this code" in late.heard["refused"]["error"]


def test_a_lecturer_who_comes_back_elsewhere_leads_the_same_room_and_a_code_is_taken_everywhere(replicas):
    a, b = replicas
    with led(a) as lecturer, joined(b, lecturer.code, 1) as one:
        with line(b, lecturer.code, {"kind": "open"}) as other:
            assert other.hear("refused")["why"] == "taken"
        with line(b, lecturer.code, {"kind": "lead", "token": "guessed"}) as stranger:
            assert "closed" in stranger.hear("refused")["error"]
        lecturer.connection.close()
        one.hear("lecturer", lambda told: not told["here"])
        with led(b, lecturer.token, lecturer.code) as again:
            again.say(**{**SCENE, "kind": "scene", "id": 5})
            assert one.hear("scene")["id"] == 5
            again.say("close")
            one.hear("ended")
            again.hear("ended")


def test_a_room_dies_with_its_replica_and_its_phones_are_told(redis, replicas):
    _, b = replicas
    short = Replica(redis.url)
    with led(short) as lecturer, joined(b, lecturer.code, 1) as one:
        one.hear("lecturer")
        short.close()
        with pytest.raises(ConnectionClosed):
            one.hear("nothing more")
    end = time.monotonic() + PATIENCE
    while True:  # until its last sign of life is over
        with joined(b, lecturer.code, 1) as again:
            told = again.heard.get("refused")
            if told:
                assert "no room of this code" in told["error"]
                return
        assert time.monotonic() < end
        time.sleep(0.1)


def test_redis_away_for_a_moment_is_said_and_all_are_back(redis, replicas):
    a, b = replicas
    with led(a) as lecturer, joined(a, lecturer.code, 1) as near, joined(b, lecturer.code, 2) as far:
        lecturer.say(**{**SCENE, "kind": "scene", "id": 8})
        far.hear("scene")
        redis.kill()
        with pytest.raises(ConnectionClosed):
            far.hear("nothing more")
        with line(b, lecturer.code, {"kind": "join", "phone": phone(2)}) as early:
            told = early.hear("refused")
            assert (told["why"], told["seconds"]) == ("wait", 1)
            assert "away for a moment" in told["error"]
        with line(a, next(CODES), {"kind": "open"}) as other:
            assert other.hear("refused")["why"] == "wait"
        # Who is where the room is notices nothing.
        lecturer.say(**{**SCENE, "kind": "scene", "id": 9})
        assert near.hear("scene", lambda told: told["id"] == 9)
        redis.start()
        with joined(b, lecturer.code, 2) as back:
            assert back.hear("scene")["id"] == 9
        lecturer.say("close")
        lecturer.hear("ended")


def test_without_the_variable_nothing_of_redis_is_imported():
    told = "import sys, live\nassert live.shared_through('', live.Rooms()) is None\nassert 'redis' not in sys.modules"
    subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True)


def test_a_host_without_redis_py_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(SystemExit, match=r"requirements-redis\.txt"):
        shared_through("redis://127.0.0.1/0", Rooms(BOUNDS))
