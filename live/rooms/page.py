"""GET /room: the page of a phone. It is no page of Streamlit's: 200 phones would be as many sessions, and 4 MB each."""

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from json import dumps

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from i18n import translate, words_file
from live.pages.language import reader_language

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{faces}
:root {{ color-scheme: light dark; --st-background-color: #FDFCF9; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: #10151C; }} }}
body {{ margin: 0; background: var(--st-background-color); }}
</style>
</head>
<body>
<noscript>{needs}</noscript>
<script type="application/json" id="settings">{settings}</script>
<script type="module">{script}</script>
</body>
</html>
"""
SCRIPT = """
const settings = JSON.parse(document.getElementById("settings").textContent);
// The texts that the modules say: there before one is run.
const asked = settings.words ? fetch(settings.words).then((file) => file.json()) : Promise.resolve({});
asked.catch(() => ({})).then((texts) => {
  globalThis.descentLab = { language: settings.language, texts };
  return import(settings.module);
}).then((loaded) => {
  const { show } = settings.joined ? loaded.room : loaded;
  show({ parentElement: document.body, data: settings });
}).catch(() => { document.body.textContent = settings.failed; });
"""
"""The same on every page of a phone, so that a content security policy can name it."""


def phone_page(
    base: str, version: str, faces: Mapping[str, str], joined: bool
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/room`, the same page for every code, in the language of who asks.

    base: the path that the app lies below; faces: families of fonts and the addresses of their files; joined: whether
    what it needs lies in one file.
    """
    rules = [
        f'@font-face {{ font-family: "{family}"; src: url("{escape(address)}"); font-weight: 200 900; }}'
        for family, address in faces.items()
    ]
    files = f"{base}/live/assets/{version}"
    module = f"{files}/{'room_all' if joined else 'room'}.js"

    def page(code: str) -> str:
        words = words_file(code)
        settings = {
            "base": base,
            "module": module,
            "joined": joined,
            "language": code,
            "words": words and f"{files}/{words[0]}",
            "failed": translate("The page could not be loaded. Reload it.", code),
        }
        return PAGE.format(
            language=code,
            title=escape(translate("Room · Descent Lab", code)),
            needs=escape(translate("This page needs JavaScript.", code)),
            faces="\n".join(rules),
            settings=dumps(settings).replace("<", "\\u003c"),
            script=SCRIPT,
        )

    async def endpoint(request: Request) -> Response:
        return HTMLResponse(page(reader_language(request)), headers={"Cache-Control": "no-store"})

    return endpoint
