"""Who begins a request and does not end it is let go; who is slow, but comes, is answered."""

import resource
import socket
import subprocess
import sys
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.sync.client import connect

from live import close_silent_connections
from tests.live.conftest import serving
from tests.server import ROOT


async def page(_) -> PlainTextResponse:
    return PlainTextResponse("here")


async def echo(line) -> None:
    await line.accept()
    async for text in line.iter_text():
        await line.send_text(text)


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


def read_to(line: socket.socket, end: bytes) -> bool:
    line.settimeout(20)
    told = b""
    while not told.endswith(end) and (more := line.recv(1_000)):
        told += more
    return told.endswith(end)


def is_closed(line: socket.socket) -> bool:
    line.settimeout(20)
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True


def test_silent_and_half_requests_are_closed_and_others_are_not(monkeypatch):
    monkeypatch.setattr(H11Protocol, "connection_made", H11Protocol.connection_made)  # put back afterwards
    close_silent_connections(2.0)
    close_silent_connections(2.0)  # wrapped once, however often
    assert not hasattr(H11Protocol.connection_made.inner, "inner")  # pyright: ignore[reportFunctionMemberAccess]
    app = Starlette(routes=[Route("/", page), WebSocketRoute("/line", echo)])
    with serving(app) as port:
        silent, half, second, slow = (socket.create_connection(("127.0.0.1", port)) for _ in range(4))
        with silent, half, second, slow, connect(f"ws://127.0.0.1:{port}/line") as line:
            half.sendall(HEAD)
            second.sendall(HEAD + b"\r\n" + HEAD)  # a whole request, and half of another
            assert read_to(second, b"here")
            slow.sendall(HEAD)
            time.sleep(0.25)
            slow.sendall(b"\r\n")
            assert read_to(slow, b"here")
            for one in (silent, half, second):
                assert is_closed(one)
            line.send("still here")
            assert line.recv(timeout=20) == "still here", "a WebSocket may be silent"


def test_the_process_may_open_as_many_files_as_the_system_lets_it():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    told = (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (256, r.getrlimit(r.RLIMIT_NOFILE)[1]));"
        "from live import allow_many_files; allow_many_files(2_000); print(*r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [*map(int, done.stdout.split())] == [min(2_000, hard), hard]
