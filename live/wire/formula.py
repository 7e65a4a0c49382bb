"""GET /live/formula?text=...: whether a text is a formula, and how it is typeset; asked while it is being typed."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from i18n import message, sentence_of, translate, translated
from landscapes import FormulaError, formula
from landscapes.language import read
from live.pages.language import reader_language
from live.queries.limits import LIMITS, Limits
from live.wire.reading import Reading

LONGEST = 4_000
"""Letters that are looked at: the language itself refuses far shorter texts, with a sentence."""
TOO_MANY = message("More formulas come from your address than are read in a second. This one was not read: go on.")
TOO_MANY_IN_ALL = message("More formulas come than are read in a second. This one was not read: go on.")


def formulas(reading: Reading, limits: Limits = LIMITS) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/live/formula`.

    Its answer is {"plain", "markup", "tex", "notes"}, where notes are sentences on what could have been read in another
    way, or {"fault", "position", "instead"}: a sentence, which letter is at fault, and the formula that was probably
    meant (null where none is obvious). Where too many come it waits, and then has status 429 and nothing but a note.
    """

    async def turn(address: str) -> str | None:
        """Wait until a formula of this address may be read, or say why it is not."""
        end = monotonic() + limits.reading_wait
        while (delay := max(own := reading.delay(address), reading.delay_of_all())) > 0:
            if monotonic() + delay > end:
                return TOO_MANY if own > 0 else TOO_MANY_IN_ALL
            await asyncio.sleep(delay)
        return None

    async def endpoint(request: Request) -> Response:
        speaks = reader_language(request)
        text = request.query_params.get("text", "")[:LONGEST]
        address = request.client.host if request.client else ""
        if (sentence := await turn(address)) is not None:
            return JSONResponse({"notes": [translate(sentence, speaks)]}, 429, {"Retry-After": "1"})
        with reading.measured(address):
            return read_formula(text, speaks)

    def read_formula(text: str, speaks: str) -> Response:
        try:
            landscape = formula(text)
        except FormulaError as fault:
            instead = fault.mend.of(text) if fault.mend else None
            said = translate(sentence_of(fault), speaks)
            return JSONResponse({"fault": said, "position": fault.position, "instead": instead})
        answer = {"plain": landscape.expression, "markup": landscape.markup, "tex": landscape.tex}
        return JSONResponse({**answer, "notes": translated(read(text).notes, speaks)})

    return endpoint
