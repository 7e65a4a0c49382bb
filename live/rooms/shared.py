"""Rooms of several replicas: who comes to one is passed on to the replica that has the room, through Redis.

A room lives on the replica on which its lecturer's page opened it. Redis holds which one that is, and carries what both
sides say; over there it is heard as if the phone had come there itself, so that a room's rules are the same everywhere.
"""

import asyncio
import json
import logging
import math
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from importlib import import_module
from itertools import count
from secrets import token_hex
from typing import Any

from starlette.websockets import WebSocket

from i18n import language, message
from live.queries.limits import LIMITS
from live.rooms.line import received
from live.rooms.relayed import Far, Near, deliver
from live.rooms.rooms import Rooms, Taken, Wait
from live.wire.rates import Allowance

log = logging.getLogger(__name__)

AWAY = message("What the servers share about rooms is away for a moment. It goes on by itself.")
NOT_INSTALLED = "DESCENT_LAB_REDIS is set, and redis-py is not installed: pip install -r requirements-redis.txt"
BEAT, LASTS = 1.0, 5
"""Seconds between two signs of life of a replica's rooms, and after which one without them is gone."""
PATIENCE = 2.0
"""Seconds that Redis may take."""
LEAVING = 4_000
"""Messages that wait for Redis; beyond it who speaks waits."""
REMEMBERED, LONG = 16, 1_000
"""Texts of more letters than these are sent once to a replica for all its phones; the last ones are remembered."""


class Shared:
    """What the replicas know of each other's rooms. `redis` makes a client; two are needed."""

    def __init__(self, rooms: Rooms, redis: Callable[..., Any]):
        self.rooms = rooms
        self.name = token_hex(8)
        self.there = False
        """Whether Redis is."""
        self._since = -math.inf
        self._redis = redis
        self._serve: Callable[[Any], Coroutine[Any, Any, None]] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._claimed: set[str] = set()
        self._near: dict[str, Near] = {}
        self._far: dict[str, Far] = {}
        self._numbers = count()
        self._outbox: deque[tuple[str, str]] = deque()
        self._woken, self._drained = asyncio.Event(), asyncio.Event()
        self._sent: dict[str, OrderedDict[str, str]] = {}
        self._heard: dict[str, OrderedDict[str, str]] = {}
        self._keys = count()

    async def start(self, serve: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        """Begin, with the first connection; `serve` talks with one that came to another replica."""
        if self._tasks:
            return
        self._serve = serve
        first = asyncio.Event()
        self._tasks = [asyncio.create_task(self._go_on(one)) for one in (self._listen(first), self._speak, self._beat)]
        with suppress(TimeoutError):
            await asyncio.wait_for(first.wait(), PATIENCE)

    async def close(self) -> None:
        """The end of it."""
        for task in (*self._tasks, *self._serving):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._serving, return_exceptions=True)
        self._tasks.clear()
        with suppress(Exception):  # nobody need wait for the last signs of life to end
            for code in self._claimed:
                await self._commands.delete(_room(code))
        if self._client is not None:
            await self._client.aclose()

    # ------- where a room is

    async def claim(self, code: str) -> None:
        """Have a code for a room of this replica. Raises Refusal where another one has it, and where Redis is away."""
        if not await self._ask("set", _room(code), self.name, nx=True, ex=LASTS):
            raise Taken("Another room has this code. Draw another one.")
        self._claimed.add(code)

    async def home_of(self, code: str) -> str | None:
        """The other replica that has the room of this code; None where none has. Raises Wait where Redis is away."""
        home = await self._ask("get", _room(code))
        if home is None and self.rooms.clock() - self._since < LASTS:
            raise Wait(AWAY, 1.0)  # its replica may not have given a sign of life yet
        return home if home != self.name else None

    async def _ask(self, command: str, *told: Any, **options: Any) -> Any:
        if not self.there:
            raise Wait(AWAY, 1.0)
        try:
            return await getattr(self._commands, command)(*told, **options)
        except Exception as fault:
            self._lost(fault)
            raise Wait(AWAY, 1.0) from None

    # ------- a connection that came here

    async def relay(self, socket: WebSocket, home: str, code: str, address: str, first: str | bytes) -> None:
        """Pass on what this connection and a room over there say to each other, until one of them ends it."""
        number = f"{self.name}-{next(self._numbers)}"
        near = self._near[number] = Near(home, code)
        speaking = asyncio.create_task(deliver(socket, near.inbox))
        allowance = Allowance(self.rooms.bounds.lecturer_messages, self.rooms.clock)
        try:
            await self._say(
                home, "come", number, json.dumps({"code": code, "address": address, "language": language()})
            )
            text: str | bytes = first
            while True:
                if isinstance(text, str):
                    await self._say(home, "say", number, text[: LIMITS.message_bytes + 1])
                else:
                    await self._say(home, "binary", number, "")
                text = await received(socket)
                await asyncio.sleep(allowance.delay())
                allowance.spend(1)
        finally:
            self._near.pop(number, None)
            speaking.cancel()
            await self._say(home, "gone", number, "")

    # ------- what the replicas say to each other: kind, connection and, in a text that is remembered, its key; the text

    async def _say(self, replica: str, kind: str, number: str, text: str, key: str = "-") -> None:
        if len(self._outbox) > LEAVING:
            self._drained.clear()
            await self._drained.wait()
        if self.there:
            self._outbox.append((replica, f"{kind} {self.name} {number} {key}\n{text}"))
            self._woken.set()

    async def _tell(self, replica: str, number: str, kind: str, text: str) -> None:
        """Something is said to a connection that came to this replica: a long text only once to all of its."""
        known = self._sent.setdefault(replica, OrderedDict())
        if len(text) <= LONG:
            await self._say(replica, kind, number, text)
        elif text in known:
            known.move_to_end(text)
            await self._say(replica, "again", number, "", known[text])
        else:
            known[text] = str(next(self._keys))
            _forget(known)
            await self._say(replica, kind, number, text, known[text])

    def _take(self, told: str) -> None:
        head, _, text = told.partition("\n")
        kind, replica, number, key = head.split(" ")
        if kind == "come":
            self._come(replica, number, text)
        elif kind in ("say", "binary") and number in self._far:
            self._far[number].hear(kind, text)
        elif kind == "gone" and number in self._far:
            self._far[number].gone()
        elif kind == "forget":
            self._sent.pop(replica, None)
        elif kind in ("text", "again", "end"):
            self._hear(kind, replica, number, key, text)

    def _come(self, replica: str, number: str, text: str) -> None:
        async def say(kind: str, told: str) -> None:
            await self._tell(replica, number, kind, told)

        async def serve() -> None:
            try:
                assert self._serve is not None
                await self._serve(far)
            finally:
                self._far.pop(number, None)
                await self._say(replica, "end", number, "")

        far = self._far[number] = Far(say, **json.loads(text))
        task = asyncio.create_task(serve())
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    def _hear(self, kind: str, replica: str, number: str, key: str, text: str) -> None:
        remembered = self._heard.setdefault(replica, OrderedDict())
        if kind == "again":
            if key not in remembered:  # lost on the way: it is said anew to one that comes anew
                self._outbox.append((replica, f"forget {self.name} - -\n"))
                self._woken.set()
                kind = "end"
            else:
                remembered.move_to_end(key)
                text = remembered[key]
        elif key != "-":
            remembered[key] = text
            _forget(remembered)
        near = self._near.get(number)
        if near is None:
            return
        if kind == "end" or near.inbox.full():
            near.end()
        else:
            near.inbox.put_nowait(text)

    # ------- Redis

    async def _go_on(self, part: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again, whatever becomes of Redis meanwhile."""
        while True:
            try:
                await part()
            except Exception as fault:
                self._lost(fault)
                await asyncio.sleep(BEAT)

    def _lost(self, fault: Exception) -> None:
        """Redis is away: who was passed on comes back when it is there, and hears everything anew."""
        if self.there:
            log.warning("rooms: Redis is away (%s)", fault)
        self.there = False
        self._outbox.clear()
        self._drained.set()
        self._sent.clear()
        self._heard.clear()
        for near in self._near.values():
            near.end()
        for far in list(self._far.values()):
            far.gone()

    def _listen(self, first: asyncio.Event) -> Callable[[], Awaitable[None]]:
        async def listen() -> None:
            client = self._redis()
            try:
                async with client.pubsub() as heard:
                    await heard.subscribe(_channel(self.name))
                    subscribed = False
                    while self.there or not subscribed:
                        told = await heard.get_message(timeout=BEAT)
                        if told is None:
                            continue
                        if told["type"] == "subscribe":
                            self.there = subscribed = True
                            self._since = self.rooms.clock()
                            first.set()
                        elif told["type"] == "message":
                            with suppress(ValueError, TypeError):  # of another version of this
                                self._take(told["data"])
            finally:
                with suppress(Exception):
                    await client.aclose()

        return listen

    async def _speak(self) -> None:
        """What waits leaves in its order, as much at once as there is."""
        await self._woken.wait()
        self._woken.clear()
        while self._outbox:
            together = self._commands.pipeline(transaction=False)
            for _ in range(min(len(self._outbox), 100)):
                replica, text = self._outbox.popleft()
                together.publish(_channel(replica), text)
            await together.execute()
        self._drained.set()

    async def _beat(self) -> None:
        """A sign of life of every room here, and a look whether those over there still give theirs."""
        if not self.there:
            await asyncio.sleep(BEAT / 4)
            return
        own = set(self.rooms.codes)
        signs = self._commands.pipeline(transaction=False)
        for code in own:
            signs.set(_room(code), self.name, ex=LASTS)
        over, self._claimed = self._claimed - own, own
        for code in over:
            signs.delete(_room(code))
        looked_for = list(self._near.values())
        for near in looked_for:
            signs.get(_room(near.code))
        told = await signs.execute() if own or over or looked_for else []
        for near, home in zip(looked_for, told[len(told) - len(looked_for) :], strict=True):
            if home != near.home:
                near.end()
        await asyncio.sleep(BEAT)

    @property
    def _commands(self) -> Any:
        if self._client is None:
            self._client = self._redis()
        return self._client

    _client: Any = None


def _room(code: str) -> str:
    return f"descent-lab:room:{code}"


def _channel(replica: str) -> str:
    return f"descent-lab:to:{replica}"


def _forget(texts: OrderedDict[str, Any]) -> None:
    while len(texts) > REMEMBERED:
        texts.popitem(last=False)


def shared_through(url: str, rooms: Rooms) -> Shared | None:
    """What these rooms share with others' through Redis at this address; without one None, and nothing is imported."""
    if not url:
        return None
    try:
        redis = import_module("redis.asyncio")
    except ImportError:
        raise SystemExit(NOT_INSTALLED) from None
    retry = import_module("redis.asyncio.retry").Retry(import_module("redis.backoff").NoBackoff(), 0)
    return Shared(
        rooms,
        lambda: redis.from_url(
            url, decode_responses=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=retry
        ),
    )
