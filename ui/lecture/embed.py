"""The picture of a link alone, for a frame on a course page; and the link of what a hand has made of it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from engine.basis.registry import unknown
from i18n import message
from ui.lecture.deck import LONGEST, STAGES, about_networks, hand_scene, picture_of
from ui.scene.link import encode
from ui.scene.scene import opening
from ui.shared.notices import Reader

PAGES = (*STAGES, "networks")
THEMES = ("light", "dark")
OWN = ("page", "theme", "embed", "embed_options")
"""Keys of the frame's address that are no scene's: which page's stage it shows, its colours, and Streamlit's own."""


def embedded(query: str) -> dict[str, Any]:
    """What the frame with this query shows: `data` of a stage, or None and a sentence `about` what has none.

    `notices` says what of the link could not be read, `path` where all of it is opened. Never raises.
    """
    own = parse_qs(query, keep_blank_values=True)
    reader = Reader()
    page = _chosen(own, "page", PAGES, reader) or "playground"
    theme = _chosen(own, "theme", THEMES, reader)
    link = "&".join(part for part in query.split("&") if part and part.partition("=")[0] not in OWN)
    if len(link) > LONGEST:
        reader.ignored(message("A link of a frame holds at most {most} letters: the rest", most=f"{LONGEST:,}"))
    link = link[:LONGEST]
    told = {"page": page, "theme": theme}
    if page not in STAGES:
        title = message("The page Networks")
        about = about_networks(link, here=False)
        return {
            **told,
            "title": title,
            "data": None,
            "about": about,
            "path": _path(page, link),
            "notices": reader.notices,
        }
    shown = picture_of(page, link)
    data = shown["data"]
    path = _path(page, data["link"] or urlencode(encode(opening()), safe=",;=:*()"))
    notices = [*reader.notices, *shown["notices"]]
    return {**told, "title": data["surface"]["name"], "data": data, "about": "", "path": path, "notices": notices}


def opened(page: str, hand: Mapping[str, Any]) -> str:
    """Where Descent Lab shows the picture as a hand in a frame has made it: a path with its query.

    Raises ValueError with a sentence for a hand's that is no picture.
    """
    return _path(page if page in STAGES else "playground", urlencode(encode(hand_scene(hand)), safe=",;=:*()"))


def _chosen(own: Mapping[str, list[str]], key: str, known: tuple[str, ...], reader: Reader) -> str:
    if key not in own:
        return ""
    chosen = own[key][-1]
    if chosen in known:
        return chosen
    noun = {"page": message("page with a frame named"), "theme": message("theme")}[key]
    reader.ignored(unknown(noun, chosen, known))
    return ""


def _path(page: str, query: str) -> str:
    return f"/{page}?{query}" if query else f"/{page}"
