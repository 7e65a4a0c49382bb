"""Every HTML page with our styles in it: its layout, and what lecture mode hides, hold from its first paint on.

Sent as an element of a page (`st.html`), a style sheet comes when its element does: on a slow machine the picture was
laid out, shown and measured before it, and then laid out again.
"""

import gzip
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.pages.assets import LEVEL, takes_gzip
from live.pages.language import reader_language

ENGLISH = b'<html lang="en">'
"""How Streamlit's page begins; a screen reader reads it aloud as it says."""
HEAD, END = b"</head>", b"</body>"
"""The sheet goes to the body's end: Streamlit writes its own rules into the head, and of equals the last one wins."""

OURS = (b"accept-encoding", b"if-none-match", b"if-modified-since")
"""Headers of a request for a page that are not passed on: the page must come as text, and it is compressed here; and
a copy that the browser kept may hold another sheet, whatever became of Streamlit's file."""

LECTURE = b"lecture=1"
"""What a link to lecture mode asks for: the stage alone."""
# The stage takes it away when it is there (stage/web/lecture/lecture.js); if it never comes, the page shows itself in a
# minute.
VEIL = (
    b'<style id="lab-before">@keyframes lab-before { from, to { visibility: hidden; } } '
    b":is(.stSidebar, .stAppHeader), :is(.stSidebar, .stAppHeader) * { animation: lab-before 60s; }</style>"
)


class Style:
    """ASGI middleware: puts the style sheet `sheet` and the reader's language into every HTML page, and compresses it.

    The page of a link to lecture mode hides besides what is not the stage, until the stage is there.
    """

    def __init__(self, app: ASGIApp, sheet: Path) -> None:
        self.app = app
        self.element = b"<style>\n" + sheet.read_bytes() + b"</style>\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an HTML answer comes back with the styles."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        veil = VEIL if LECTURE in scope.get("query_string", b"").split(b"&") else b""
        if "text/html" in asked.get("accept", ""):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in OURS]}
        start: Message | None = None
        body = b""

        async def send_styled(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            page = body.replace(HEAD, veil + HEAD, 1).replace(END, self.element + END, 1)
            page = page.replace(ENGLISH, f'<html lang="{reader_language(HTTPConnection(scope))}">'.encode(), 1)
            headers = MutableHeaders(raw=list(start["headers"]))
            for gone in ("etag", "last-modified", "accept-ranges"):
                if gone in headers:
                    del headers[gone]
            headers["vary"] = "Accept-Encoding, Accept-Language, Cookie"
            if takes_gzip(asked.get("accept-encoding", "")):
                page = gzip.compress(page, LEVEL, mtime=0)
                headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(page))
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": page})

        # Without extensions a server's own way to send files is not used, and the page comes as bytes.
        await self.app({**scope, "extensions": {}}, receive, send_styled)


def _is_page(start: Message) -> bool:
    headers = Headers(raw=list(start.get("headers", [])))
    plain = "content-encoding" not in headers
    return start["status"] == 200 and plain and headers.get("content-type", "").startswith("text/html")
