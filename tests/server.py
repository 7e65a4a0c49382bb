"""The real app in a process of its own, for tests that talk to it from outside."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
# Importing JAX and compiling the first surface take about 3 s, and thirty times that on two cores that a dozen share.
PATIENCE = 240.0

STREAMLIT = ("streamlit", "run", "app.py", "--server.port", "{port}")
UVICORN = ("uvicorn", "app:app", "--port", "{port}", "--ws-per-message-deflate", "false")


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, its process, and the file that holds what it printed."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def host(self) -> str:
        """Host and port, as the Host header has them."""
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """The app's address, without a slash at the end."""
        return f"http://{self.host}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(
    log: Path,
    command: Sequence[str] = STREAMLIT,
    base: str = "",
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Server]:
    """Start the app as a user would, hand it out when its health and its first page answer, and stop it."""
    port = port or free_port()
    arguments = [sys.executable, "-m", *(part.format(port=port) for part in command)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process, log)
    with ended(process):
        _wait(server, f"{base}/_stcore/health")
        _wait(server, f"{base}/")
        yield server


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process with the block: asked to first, killed after 10 s."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, path: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            with urlopen(server.url + path, timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"The app did not answer at {path}. It printed:\n{server.log.read_text(errors='replace')}")
