"""Streamlit's own scripts and style sheets, compressed.

Streamlit sends its bundle as it lies on disk: 2.4 MB of scripts before the first picture, which gzip makes 0.7 MB of.
The files' names hold a hash of what is in them, so a browser may keep them for ever, as Streamlit tells it, too.
"""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from live.assets import Reader, answer, takes_gzip

TEXT = {".js", ".css"}


def scripts_of(folder: Path, base: str) -> dict[str, Path]:
    """The scripts and style sheets below `folder`, Streamlit's static files, by the path they are asked for under."""
    return {
        f"{base}/{file.relative_to(folder).as_posix()}": file
        for file in sorted((folder / "static").rglob("*"))
        if file.suffix in TEXT
    }


class Packed:
    """ASGI middleware: `files` (path of the request -> file) are answered from here, gzipped, to who takes that."""

    def __init__(self, app: ASGIApp, files: Mapping[str, Path]) -> None:
        self.app = app
        self._reader = Reader(files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET for one of the files; pass everything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._reader.files:
            await self.app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        if not takes_gzip(accepted):
            await self.app(scope, receive, send)
            return
        response = answer(await self._reader.read(scope["path"]), accepted)
        await response(scope, receive, send)
