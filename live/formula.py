"""GET /live/formula?text=...: whether a text is a formula, and how it is typeset; asked while it is being typed."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from landscapes import FormulaError, formula

LONGEST = 4_000
"""Letters that are looked at: the language itself refuses far shorter texts, with a sentence."""


def formulas() -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/live/formula`.

    Its answer is {"plain", "markup", "tex"}, or {"fault", "position"}: a sentence, and which letter is at fault.
    """

    async def endpoint(request: Request) -> Response:
        text = request.query_params.get("text", "")[:LONGEST]
        try:
            landscape = formula(text)
        except FormulaError as fault:
            return JSONResponse({"fault": str(fault), "position": fault.position})
        return JSONResponse({"plain": landscape.expression, "markup": landscape.markup, "tex": landscape.tex})

    return endpoint
