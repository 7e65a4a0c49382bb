"""Firefox and WebKitGTK by their own WebDrivers, from Debian's packages: enough of the protocol for a walk."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.packages import WHERE, program
from tests.server import ended, free_port

PATIENCE = 120.0
ENTER = "\ue007"
Command = Callable[[str, dict[str, Any]], Any]
"""Sends a command of WebDriver with its parameters, and returns its value."""


class Engine:
    """One window of a browser."""

    def __init__(self, send: Command):
        self.send = send

    def open(self, address: str) -> None:
        """Load a page."""
        self.send("navigate", {"url": address})

    def read(self, script: str, *arguments: Any) -> Any:
        """The value of a function's body in the page."""
        return self.send("script", {"script": script, "args": list(arguments)})

    def drag(self, start: Sequence[float], end: Sequence[float]) -> None:
        """Press the mouse at one place of the page and let it go at another; at the same one it is a click."""
        middle = [(one + other) / 2 for one, other in zip(start, end, strict=True)]
        moves = [
            {"type": "pointerMove", "duration": 40, "x": round(x), "y": round(y), "origin": "viewport"}
            for x, y in (start, middle, end)
        ]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.send("actions", {"actions": [{**mouse, "actions": [moves[0], down, *moves[1:], up]}]})

    def press(self, keys: str) -> None:
        """Type."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.send("actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})


@contextmanager
def firefox(folder: Path) -> Iterator[Engine]:
    """Debian's Firefox without a screen, driven over Marionette."""
    binary = program(WHERE["firefox-esr"], "firefox-esr", "The walk in Firefox needs Debian's firefox-esr.")
    port = free_port()
    profile = folder / "profile"
    profile.mkdir()
    quiet = {"marionette.port": port, "app.update.enabled": False, "datareporting.policy.dataSubmissionEnabled": False}
    (profile / "user.js").write_text(
        "".join(f'user_pref("{name}", {json.dumps(value)});\n' for name, value in quiet.items())
    )
    command = [binary, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    size = {"MOZ_HEADLESS_WIDTH": "1440", "MOZ_HEADLESS_HEIGHT": "1000", "HOME": str(folder)}
    with _process(command, folder / "firefox.txt", size), _connected(port) as line:
        words = {"navigate": "Navigate", "script": "ExecuteScript", "actions": "PerformActions"}
        _receive(line)  # its greeting
        count = iter(range(1, 100_000))

        def send(name: str, parameters: dict[str, Any]) -> Any:
            text = json.dumps([0, next(count), f"WebDriver:{words.get(name, name)}", parameters])
            line.sendall(f"{len(text.encode())}:{text}".encode())
            _, _, fault, value = _receive(line)
            assert fault is None, f"{name}: {fault['message']}"
            return value.get("value") if isinstance(value, dict) else value

        send("NewSession", {"capabilities": {"alwaysMatch": {"pageLoadStrategy": "eager"}}})
        yield Engine(send)


@contextmanager
def webkit(folder: Path) -> Iterator[Engine]:
    """Debian's WebKitGTK on a screen that nobody sees."""
    advice = "The walk in WebKitGTK needs Debian's webkit2gtk-driver and xvfb."
    driver = program(WHERE["webkit2gtk-driver"], "webkit2gtk-driver", advice)
    screen = program(WHERE["xvfb"], "xvfb", advice)
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    assert found, f"There is no MiniBrowser. {advice}"
    number = f":{100 + free_port() % 1000}"
    port = free_port()
    with (
        _process([screen, number, "-screen", "0", "1440x1000x24"], folder / "screen.txt", {}),
        _process([driver, f"--port={port}"], folder / "webkit.txt", {"DISPLAY": number, "HOME": str(folder)}),
    ):
        options = {"binary": str(found[-1]), "args": ["--automation"]}
        wish = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = _until(lambda: _ask(port, "", wish))["sessionId"]
        paths = {"navigate": "url", "script": "execute/sync"}
        try:
            yield Engine(lambda name, parameters: _ask(port, f"/{session}/{paths.get(name, name)}", parameters))
        finally:
            _ask(port, f"/{session}", None, "DELETE")


def _ask(port: int, path: str, parameters: dict[str, Any] | None, method: str = "POST") -> Any:
    body = None if parameters is None else json.dumps(parameters).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}/session{path}", body, headers, method=method)
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]
    except HTTPError as fault:
        raise AssertionError(f"{path}: {fault.read().decode()[:400]}") from None


def _until(attempt: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except (URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@contextmanager
def _connected(port: int) -> Iterator[socket.socket]:
    line: socket.socket = _until(lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
    with line:
        yield line


def _receive(line: socket.socket) -> Any:
    """One message: its length in bytes, a colon, and so many bytes of JSON."""
    length = b""
    while (byte := line.recv(1)) != b":":
        assert byte, "Firefox has gone"
        length += byte
    text = b""
    while len(text) < int(length):
        text += line.recv(int(length) - len(text))
    return json.loads(text)


@contextmanager
def _process(command: Sequence[str], log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    with ended(process):
        yield
