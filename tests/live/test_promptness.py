"""No answer waits for the confirmation of its own headers."""

import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from live import send_at_once
from tests.server import STREAMLIT, UVICORN, running

NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_a_listening_socket_accepts_sends_at_once():
    with closing(socket.socket(socket.AF_INET)) as listening, closing(socket.socket(socket.AF_INET)) as visitor:
        listening.bind(("127.0.0.1", 0))
        send_at_once()
        listening.listen()
        visitor.connect(listening.getsockname())
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == 0  # as Streamlit makes it, where asyncio sets nothing
            assert accepted.getsockopt(*NODELAY)


def test_other_sockets_and_files_stay_open_and_as_they_were(tmp_path: Path):
    left, right = socket.socketpair()
    with left, right, (tmp_path / "file").open("w") as file:
        send_at_once()
        left.send(b"still here")
        assert right.recv(20) == b"still here"
        file.write("still here")


@pytest.mark.parametrize("command", [STREAMLIT, UVICORN])
def test_the_body_of_an_answer_does_not_wait_for_its_headers(tmp_path: Path, command: tuple[str, ...]):
    """With the option off, each one after the first takes 40 ms, however fast the machine is."""
    with running(tmp_path / "log.txt", command, environment={"DESCENT_LAB_WARM_UP": "opening"}) as server:
        waits = []
        with closing(HTTPConnection("localhost", server.port, timeout=20)) as line:
            for _ in range(20):
                begin = time.monotonic()
                line.request("GET", "/_stcore/health")
                assert line.getresponse().read() == b"ok"
                waits.append(time.monotonic() - begin)
    assert min(waits[1:]) < 0.03
