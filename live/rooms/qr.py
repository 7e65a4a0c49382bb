"""GET /live/qr?text=...: a text, such as a room's address, as a QR code, made here and without the internet."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from functools import lru_cache

import segno
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

LONGEST = 700
"""Letters: the squares of a code of more are too fine for a phone."""
SHORT = 100
"""Letters up to which the best of the standard's eight masks is looked for: of more, that takes a tenth of a second."""
QUIET = 4
"""Modules of white around a code, as the standard asks for."""


@lru_cache(maxsize=256)
def qr_code(text: str) -> bytes:
    """The code as an SVG whose size its page decides, dark on white in every theme."""
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=None if len(text) <= SHORT else 4)
    code.save(drawn, kind="svg", border=QUIET, xmldecl=False, omitsize=True, dark="#000", light="#fff")
    return drawn.getvalue()


def qr_codes() -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/live/qr`."""

    async def endpoint(request: Request) -> Response:
        text = request.query_params.get("text", "")
        if not 0 < len(text) <= LONGEST:
            return PlainTextResponse(f"A code holds 1 to {LONGEST:,} letters; got {len(text):,}.", 400)
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(await asyncio.to_thread(qr_code, text), 200, headers, "image/svg+xml")

    return endpoint
