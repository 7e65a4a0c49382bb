"""GET /live/formula?text=...: whether a text is a formula, and how it is typeset; asked while it is being typed."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from i18n import sentence_of, translate, translated
from landscapes import FormulaError, formula
from landscapes.language import read
from live.pages.language import reader_language

LONGEST = 4_000
"""Letters that are looked at: the language itself refuses far shorter texts, with a sentence."""


def formulas() -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/live/formula`.

    Its answer is {"plain", "markup", "tex", "notes"}, where notes are sentences on what could have been read in another
    way, or {"fault", "position", "instead"}: a sentence, which letter is at fault, and the formula that was probably
    meant (null where none is obvious).
    """

    async def endpoint(request: Request) -> Response:
        speaks = reader_language(request)
        text = request.query_params.get("text", "")[:LONGEST]
        try:
            landscape = formula(text)
        except FormulaError as fault:
            instead = fault.mend.of(text) if fault.mend else None
            said = translate(sentence_of(fault), speaks)
            return JSONResponse({"fault": said, "position": fault.position, "instead": instead})
        answer = {"plain": landscape.expression, "markup": landscape.markup, "tex": landscape.tex}
        return JSONResponse({**answer, "notes": translated(read(text).notes, speaks)})

    return endpoint
