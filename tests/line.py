"""A line between a browser and a server that a test can let hang, as a laptop that sleeps does, cut, and mend."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

CHUNK = 65_536


class Line:
    """Passes every connection on to a port of this machine."""

    def __init__(self, port: int):
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.flows = Event()
        self.flows.set()
        self.whole = True
        self.sockets: list[socket.socket] = []
        self.pumps: list[Thread] = []
        Thread(target=self._listen, daemon=True).start()

    def hang(self) -> None:
        """Pass nothing on any more, and tell nobody."""
        self.flows.clear()

    def cut(self) -> None:
        """Break all connections, losing what hangs in them, and refuse new ones."""
        self.whole = False
        self.flows.set()
        for one in self.sockets:
            _end(one)
        self.sockets.clear()

    def mend(self) -> None:
        """Take connections again."""
        self.whole = True

    def close(self) -> None:
        """The end of it."""
        _end(self.listener)
        self.listener.close()
        self.cut()
        for pump in self.pumps:
            pump.join()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if not self.whole:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            self.sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                self.pumps.append(Thread(target=self._pump, args=(source, target), daemon=True))
                self.pumps[-1].start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self.flows.wait()
                if not self.whole:
                    break
                target.sendall(data)
        _end(source)
        _end(target)
        source.close()


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to this port, closed at the end."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
