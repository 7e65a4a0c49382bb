"""The language of who asks, and GET /live/language?to=de&back=/learn, which chooses another one."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from i18n import COOKIE, LANGUAGES, PSEUDO, language_of

A_YEAR = 365 * 24 * 3600


def reader_language(asking: HTTPConnection) -> str:
    """The language of a request or a WebSocket: the one chosen here, else the browser's, else English."""
    return language_of(asking.headers.get("cookie", ""), asking.headers.get("accept-language", ""))


async def choose_language(request: Request) -> Response:
    """Keep the language `to` in a cookie, and go back to the address `back` of this server.

    The link's page may show another picture by now than when the link was written: if `back` has no query, the one is
    taken with which the browser says that it comes from there. A language that is not there changes nothing. An address
    elsewhere is not followed: a link to this server must not lead away from it.
    """
    back = _as_it_was(request.query_params.get("back", ""), request.headers.get("referer", ""))
    answer = RedirectResponse(back if _is_ours(back) else "/", 303, {"Cache-Control": "no-store"})
    code = request.query_params.get("to", "")
    if code in LANGUAGES or code == PSEUDO:
        answer.set_cookie(COOKIE, code, max_age=A_YEAR, path="/", samesite="lax")
    return answer


def _as_it_was(back: str, referer: str) -> str:
    try:
        came = urlsplit(referer)
    except ValueError:
        return back
    return f"{back}?{came.query}" if came.query and came.path == back else back


def _is_ours(address: str) -> bool:
    """Whether it is a path of this server; browsers take two slashes at its start, of either kind, for a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = not any(letter <= " " or letter == "\\" for letter in address)
    return plain and not parts.scheme and not parts.netloc and parts.path.startswith("/") and address[1:2] != "/"
