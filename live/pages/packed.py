"""Streamlit's own static files, lighter: its scripts and style sheets compressed, its fonts cut to what is written.

Streamlit sends its bundle as it lies on disk: 2.4 MB of scripts before the first picture, which gzip makes 0.7 MB of.
The scripts' names hold a hash of what is in them, so a browser may keep them for ever, as Streamlit tells it, too. Not
so the fonts: what we send under a name may change while Streamlit's file does not.
"""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from live.pages.assets import FOR_EVER, Reader, answer

TEXT = {".js", ".css"}
FOR_A_WHILE = {
    "Cache-Control": "public, max-age=600, stale-while-revalidate=604800",
    "X-Content-Type-Options": "nosniff",
}
"""The next visitor's browser asks again, but shows what it has meanwhile."""


class Packed:
    """ASGI middleware that answers for files below `folder`, Streamlit's static files, itself."""

    def __init__(self, app: ASGIApp, folder: Path, base: str, instead: Mapping[Path, Path]) -> None:
        """Answer below the path `base` for scripts and style sheets, and for each key of `instead` with its value."""
        self.app = app

        def address(file: Path) -> str:
            return f"{base}/{file.relative_to(folder).as_posix()}"

        texts = {address(file): file for file in (folder / "static").rglob("*") if file.suffix in TEXT}
        self._instead = {address(theirs): ours for theirs, ours in instead.items()}
        self._reader = Reader(texts | self._instead)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET for one of the files; pass everything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._reader.files:
            await self.app(scope, receive, send)
            return
        asset, asked = await self._reader.read(scope["path"]), Headers(scope=scope)
        caching = FOR_EVER
        if scope["path"] in self._instead:
            caching = FOR_A_WHILE | {"ETag": asset.tag}
        if caching.get("ETag", "") == asked.get("if-none-match", None):
            response = Response(None, 304, caching)
        else:
            response = answer(asset, asked.get("accept-encoding", ""), caching)
        await response(scope, receive, send)
