"""GET /live/assets/<version>/<path>: the files the picture is drawn with, cached by browsers for ever.

The version stands in the address, so a new release is a new address and nothing ever needs to be asked for again.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}

# Named here, not asked of the system: what a machine's mime.types says of .js decides whether a browser runs it.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
PACKED_ALREADY = {".png", ".webp", ".woff2"}
# Level 6 packs Plotly's 4.8 MB in a third of level 9's time, for 1 % more bytes.
LEVEL = 6


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: its bytes, the same bytes packed (None where that does not pay), and its type."""

    plain: bytes
    packed: bytes | None
    type: str

    @cached_property
    def tag(self) -> str:
        """For the header ETag: another one when the file has changed."""
        return f'"{hashlib.sha256(self.plain).hexdigest()[:16]}"'

    @classmethod
    def read(cls, file: Path) -> "Asset":
        """Read and pack a file."""
        return cls.of(file.read_bytes(), file.suffix)

    @classmethod
    def of(cls, plain: bytes, suffix: str) -> "Asset":
        """Pack what a file with this suffix would hold."""
        packed = None if suffix in PACKED_ALREADY else gzip.compress(plain, LEVEL, mtime=0)
        return cls(plain, packed if packed and len(packed) < len(plain) else None, TYPES[suffix])


def files_in(folder: Path) -> dict[str, Path]:
    """Every file under `folder` that a page may load, by its path there."""
    return {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in TYPES
    }


class Reader:
    """Files by their addresses, each read and packed once, off the event loop, when it is first asked for."""

    def __init__(self, files: Mapping[str, Path | bytes]) -> None:
        self.files = files
        self._reading: dict[str, asyncio.Future[Asset]] = {}

    async def read(self, address: str) -> Asset:
        """The file at `address`, which must be one of `files`."""
        if address not in self._reading:
            self._reading[address] = asyncio.ensure_future(asyncio.to_thread(_asset, address, self.files[address]))
        return await asyncio.shield(self._reading[address])


def answer(asset: Asset, accepted: str, caching: Mapping[str, str] = FOR_EVER) -> Response:
    """`asset` as a response for a browser that sent `accepted` as its Accept-Encoding header."""
    headers = {**caching, "Vary": "Accept-Encoding"}
    if asset.packed is not None and takes_gzip(accepted):
        return Response(asset.packed, 200, headers | {"Content-Encoding": "gzip"}, asset.type)
    return Response(asset.plain, 200, headers, asset.type)


def assets(version: str, files: Mapping[str, Path | bytes]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for `files` (path in the address -> file, or what it holds).

    Only names in `files` are served, so no address can climb out of a folder.
    """
    reader = Reader(files)

    async def endpoint(request: Request) -> Response:
        path = request.path_params["path"]
        if request.path_params["version"] != version or path not in files:
            return PlainTextResponse("There is no such file here.", 404, {"Cache-Control": "no-store"})
        return answer(await reader.read(path), request.headers.get("accept-encoding", ""))

    return endpoint


def _asset(path: str, held: Path | bytes) -> Asset:
    return Asset.of(held, Path(path).suffix) if isinstance(held, bytes) else Asset.read(held)


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for offer in accepted.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
