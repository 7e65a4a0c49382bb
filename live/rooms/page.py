"""GET /room: the page of a phone. It is no page of Streamlit's: 200 phones would be as many sessions, and 4 MB each."""

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from json import dumps

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Room · Descent Lab</title>
<style>
{faces}
:root {{ color-scheme: light dark; --st-background-color: #FDFCF9; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: #10151C; }} }}
body {{ margin: 0; background: var(--st-background-color); }}
</style>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="settings">{settings}</script>
<script type="module">{script}</script>
</body>
</html>
"""
SCRIPT = """
const settings = JSON.parse(document.getElementById("settings").textContent);
import(settings.module).then((loaded) => {
  const { show } = settings.joined ? loaded.room : loaded;
  show({ parentElement: document.body, data: settings });
}).catch(() => { document.body.textContent = "The page could not be loaded. Reload it."; });
"""
"""The same on every page of a phone, so that a content security policy can name it."""


def phone_page(
    base: str, version: str, faces: Mapping[str, str], joined: bool
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/room`, the same page for every code.

    base: the path that the app lies below; faces: families of fonts and the addresses of their files; joined: whether
    what it needs lies in one file.
    """
    rules = [
        f'@font-face {{ font-family: "{family}"; src: url("{escape(address)}"); font-weight: 200 900; }}'
        for family, address in faces.items()
    ]
    module = f"{base}/live/assets/{version}/{'room_all' if joined else 'room'}.js"
    settings = dumps({"base": base, "module": module, "joined": joined}).replace("<", "\\u003c")
    page = PAGE.format(faces="\n".join(rules), settings=settings, script=SCRIPT)

    async def endpoint(_: Request) -> Response:
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    return endpoint
