"""The wire alone, on a real server in a thread, and a real WebSocket client."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.sync.client import ClientConnection, connect

from engine.frame import matrix, opened
from landscapes import LANDSCAPES
from live import Executors, Light, OriginCheck, files_in, room_routes, routes
from tests.live.fetch import PATIENCE, fetch

VERSION = "v1"
ALLOWED = "https://lab.example.org"


@dataclass
class Wire:
    """A server of the wire: its port and its executors."""

    port: int
    executors: Executors

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def talk(self, **options: Any) -> "Iterator[Talk]":
        with connect(f"ws://{self.host}/live", compression=None, max_size=None, **options) as connection:
            yield Talk(connection)


class Talk:
    """One connection."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection

    def say(self, message: Any) -> None:
        """Send JSON, or text and bytes as they are."""
        self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def hear(self) -> tuple[dict[str, Any], memoryview]:
        """The next answer's header and the bytes behind it."""
        answer = self.connection.recv(timeout=PATIENCE)
        assert isinstance(answer, bytes)
        return opened(answer)

    def ask(self, message: Any) -> tuple[dict[str, Any], memoryview]:
        self.say(message)
        return self.hear()

    def arrays(self, message: Any, run: int = 0) -> dict[str, np.ndarray]:
        header, body = self.ask(message)
        return {name: matrix(body, where) for name, where in header["runs"][run]["arrays"].items()}


def picture(page, query, hand):
    """In the place of what a page's stage shows."""
    if hand == {}:
        raise ValueError("This is no picture.")
    return {"data": {"page": page, "of": query} | ({} if hand is None else {"hand": hand})}


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files to serve, beside a secret that must not be."""
    folder = tmp_path_factory.mktemp("site") / "web"
    (folder / "parts").mkdir(parents=True)
    (folder / "stage.js").write_text("export const answer = 42;\n" * 200)
    (folder / "parts" / "ink.css").write_text("a { color: red }\n" * 200)
    (folder / "tiny.json").write_text("{}")
    (folder / "notes.txt").write_text("not for the browser")
    (folder.parent / "secret.js").write_text("secret")
    return folder


@pytest.fixture(scope="session")
def wire(web_folder: Path) -> Iterator[Wire]:
    """The wire's routes behind the origin check, its programs for three surfaces compiled."""
    executors = Executors()

    @asynccontextmanager
    async def lifespan(_: Starlette):
        for key in ("bowl", "himmelblau", "ravine"):
            await executors.prepare(LANDSCAPES[key])
        yield
        executors.close()

    app = Starlette(
        routes=[
            *routes("", executors, VERSION, files_in(web_folder)),
            *room_routes(Light("", VERSION, {}, joined=True), executors, picture),
        ],
        middleware=[
            Middleware(OriginCheck, paths=("/live", "/live/room", "/_stcore/stream"), allowed=(f"{ALLOWED}:443",))
        ],
        lifespan=lifespan,
    )
    with serving(app) as port:
        wire = Wire(port, executors)
        # It listens already, so this first request waits until the programs are compiled.
        fetch(wire.host, "/")
        yield wire


@contextmanager
def serving(app: Starlette) -> Iterator[int]:
    """A real server of this app in a thread; hands out its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    config = uvicorn.Config(app, ws="websockets-sansio", ws_per_message_deflate=False, log_level="warning")
    server = uvicorn.Server(config)

    def serve() -> None:
        # Closed with the server: should it fail to start, the first request below fails at once.
        with listener:
            asyncio.run(server.serve([listener]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE)


@pytest.fixture
def talk(wire: Wire) -> Iterator[Talk]:
    with wire.talk() as talk:
        yield talk
