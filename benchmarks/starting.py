"""From `make run` to a page that answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.row import Row
from tests.server import free_port

ROOT = Path(__file__).parent.parent
TOPIC = "Start to ready"
WARM_ROUNDS = 3
PATIENCE = 120.0


def rows() -> Iterator[Row]:
    """The first start ever on this machine, and later ones, which find the compiled programs."""
    made = _warm_environment()
    name = "make run" if made else "streamlit run app.py"
    note = "" if made else "started with this Python; `make run` would have to install its environment first"
    with tempfile.TemporaryDirectory() as folder:
        first = _until_ready(made, Path(folder))
        later = [_until_ready(made, Path(folder)) for _ in range(WARM_ROUNDS)]
    yield Row(TOPIC, f"{name}, nothing compiled yet", first, at_most=5, note=note)
    yield Row.median(TOPIC, f"{name}, again", later, at_most=5)


def _warm_environment() -> bool:
    """Whether `make run` would start at once."""
    if shutil.which("make") is None:
        return False
    return subprocess.run(["make", "--question", ".venv/run.stamp"], cwd=ROOT, capture_output=True).returncode == 0


def _until_ready(made: bool, folder: Path) -> float:
    """Seconds until health and the first page answer."""
    port = free_port()
    direct = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command = ["make", "run", f"PORT={port}"] if made else direct
    environment = {**os.environ, "DESCENT_LAB_CACHE": str(folder / "programs")}
    log = folder / "log.txt"
    with log.open("wb") as output:
        begun = time.perf_counter()
        # A session of its own, so that make and the server it starts can be stopped together.
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            for path in ("/_stcore/health", "/"):
                while not _answers(f"http://127.0.0.1:{port}{path}"):
                    if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                        raise AssertionError(f"The app did not start. It printed:\n{log.read_text(errors='replace')}")
                    time.sleep(0.01)
            return time.perf_counter() - begun
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except (URLError, TimeoutError, ConnectionError):
        return False
