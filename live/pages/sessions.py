"""How many pages are open at once: each is a session of Streamlit's, which takes some megabytes."""

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.basis.quota import Quota, QuotaExceeded
from i18n import message, translate
from live.pages.language import reader_language

TRY_AGAIN_LATER = 1013
RETRY_SECONDS = 30
SHARE = 0.6
"""Of all sessions that one address may have: what floods leaves the others room, and a hall is let in."""
SESSIONS = 1_000
"""1,000 in all are 600 of one address: a hall of 200 behind one router, each with three pages open."""


class SessionQuota:
    """ASGI middleware: counts the WebSockets at `path`; where no more may be opened, neither they nor pages are."""

    def __init__(self, app: ASGIApp, path: str, most: int = SESSIONS):
        self.app = app
        self.path = path
        self.quota = Quota(max(1, int(SHARE * most)), most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what there is room for."""
        address = (scope.get("client") or ("",))[0]
        is_session = scope["type"] == "websocket" and scope["path"].rstrip("/") == self.path
        try:
            if is_session:
                with self.quota.place(address):
                    await self.app(scope, receive, send)
                return
            if _opens_page(scope):
                self.quota.check(address)
        except QuotaExceeded as fault:
            if is_session:
                await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "too many sessions"})
            else:
                sentence = translate(_full(fault), reader_language(HTTPConnection(scope)))
                headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
                await PlainTextResponse(sentence, 503, headers)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def sessions_of(named: str) -> int:
    """The number in DESCENT_LAB_SESSIONS, or the usual one where it is empty. Raises ValueError for what is none."""
    if not named.strip():
        return SESSIONS
    if not (named.strip().isascii() and named.strip().isdecimal() and 0 < int(named) < 10**6):
        raise ValueError(
            f'DESCENT_LAB_SESSIONS is how many pages may be open at once, 200 for instance; got "{named[:40]}".'
        )
    return int(named)


def _opens_page(scope: Scope) -> bool:
    """Whether it is a browser that goes to a page, and not one that loads something for a page that is open."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = dict(scope["headers"])
    return headers.get(b"sec-fetch-dest", b"document") == b"document" and b"text/html" in headers.get(b"accept", b"")


def _full(fault: QuotaExceeded) -> str:
    most = f"{fault.most:,}"
    if fault.own:
        return message(
            "{n} pages of your address are open here, and no more can be. Close one and load this again.", n=most
        )
    return message("{n} pages are open here, and no more can be. Load this again in a few minutes.", n=most)
