"""Pages without Streamlit: a phone's in a room, and the picture in a frame. They load the stage themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from json import dumps
from typing import Any

from starlette.responses import HTMLResponse, Response

from i18n import translate, words_file

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{faces}
{colours}
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
LIGHT, DARK = "#FDFCF9", "#10151C"
COLOURS = {
    "": f":root {{ color-scheme: light dark; --st-background-color: {LIGHT}; }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: {DARK}; }} }}",
    "light": f":root {{ color-scheme: light; --st-background-color: {LIGHT}; }}",
    "dark": f":root {{ color-scheme: dark; --st-background-color: {DARK}; }}",
}
"""The colours of a theme; that of the visitor's system where none is named."""
SCRIPT = """
const settings = JSON.parse(document.getElementById("settings").textContent);
// The texts that the modules say: there before one is run.
const asked = settings.words ? fetch(settings.words).then((file) => file.json()) : Promise.resolve({});
asked.catch(() => ({})).then((texts) => {
  globalThis.descentLab = { language: settings.language, texts };
  return import(settings.module);
}).then((loaded) => {
  const { show } = settings.joined ? loaded[settings.entry] : loaded;
  return show({ parentElement: document.body, data: settings });
}).catch(() => { document.body.textContent = settings.failed; });
"""
"""The same on every page of the kind, so that a content security policy can name it."""


@dataclass(frozen=True)
class Light:
    """Where the files of such pages lie.

    base: the path that the app lies below; version: of the stage's files; faces: families of fonts and the addresses
    of their files; joined: whether what a page needs lies in one file.
    """

    base: str
    version: str
    faces: Mapping[str, str]
    joined: bool

    def page(self, entry: str, code: str, title: str, told: Mapping[str, Any], theme: str = "") -> Response:
        """The page that shows what the module `entry` does with `told`, in the language `code`."""
        files = f"{self.base}/live/assets/{self.version}"
        module = f"{files}/{f'{entry}_all' if self.joined else entry}.js"
        words = words_file(code)
        texts = words and f"{files}/{words[0]}"
        settings = {
            **told,
            "base": self.base,
            "entry": entry,
            "module": module,
            "joined": self.joined,
            "language": code,
            "words": texts,
            "failed": translate("The page could not be loaded. Reload it.", code),
        }
        rules = [
            f'@font-face {{ font-family: "{family}"; src: url("{escape(address)}"); font-weight: 200 900; }}'
            for family, address in self.faces.items()
        ]
        html = PAGE.format(
            language=code,
            title=escape(title),
            needs=escape(translate("This page needs JavaScript.", code)),
            faces="\n".join(rules),
            colours=COLOURS[theme],
            settings=dumps(settings).replace("<", "\\u003c"),
            script=SCRIPT,
        )
        ahead = [f"<{module}>; rel=modulepreload", f"<{files}/all.css>; rel=preload; as=style"]
        if texts:
            ahead.append(f"<{texts}>; rel=preload; as=fetch; crossorigin")
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "Link": ", ".join(ahead)})
