"""Connections that begin a request and never end it are closed, and there is room for all others' files."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

PATIENCE = 15.0
"""Seconds that the head of a request may take; between one and two of them after it began its connection is closed."""
PROTOCOLS = ("uvicorn.protocols.http.h11_impl.H11Protocol", "uvicorn.protocols.http.httptools_impl.HttpToolsProtocol")
STRANGERS = ("Invalid UTF-8 sequence", "Error deserializing back message")
FILES = 65_536
"""Open files of this process: each connection is one. Many systems begin with 1,024, which four halls are."""


def close_silent_connections(patience: float = PATIENCE) -> None:
    """Have uvicorn's HTTP protocols close connections whose request does not come.

    uvicorn itself closes only those that were answered once. It has no hook for a new connection, so its method is
    wrapped, once; a connection that has become a WebSocket has another protocol by then, and is let alone.
    """
    for name in PROTOCOLS:
        module, _, kind = name.rpartition(".")
        with suppress(ImportError):  # httptools is not everywhere
            protocol = getattr(import_module(module), kind)
            made = protocol.connection_made
            protocol.connection_made = _watched(getattr(made, "inner", made), patience)


def _watched(inner: Callable[[Any, Any], None], patience: float) -> Callable[[Any, Any], None]:
    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        inner(self, transport)
        loop = asyncio.get_running_loop()

        def look(seen: Any) -> None:
            if transport.is_closing() or transport.get_protocol() is not self:
                return
            cycle = self.cycle
            idle = cycle is None or cycle.response_complete
            if idle and cycle is seen:
                transport.abort()  # politely it would wait for a peer who reads nothing
                return
            loop.call_later(patience, look, cycle if idle else self)

        # None: a connection on which no request has come has no cycle.
        loop.call_later(patience, look, None)

    connection_made.inner = inner  # pyright: ignore[reportFunctionMemberAccess]
    return connection_made


class _WithoutTraceback(logging.Filter):
    """What a stranger sends can fill no disk: a line in the log, and not thirty, for a frame that is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass; of these without where in whose code it was found out."""
        if str(record.msg).startswith(STRANGERS):
            record.exc_info = None
        return True


def log_strangers_briefly() -> None:
    """Have uvicorn and Streamlit log frames of no UTF-8 and of no message in a line each."""
    for name in ("uvicorn.error", "streamlit.web.server.starlette.starlette_websocket"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, _WithoutTraceback) for one in logger.filters):
            logger.addFilter(_WithoutTraceback())


def allow_many_files(most: int = FILES) -> None:
    """Raise what this process may have open to what the system lets it, up to `most`."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
