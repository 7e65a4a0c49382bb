"""What pages say, in the visitor's language."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from i18n import language_of, plural, translate, translated, words_file
from ui.shared.base import base_path


def visitor_language() -> str:
    """The language of the visitor: the one chosen here, else the browser's, else English.

    It is that of the page that the browser has loaded: to choose another one loads it again, as another session.
    """
    if "language" not in st.session_state:
        headers = st.context.headers
        st.session_state["language"] = language_of(headers.get("Cookie") or "", headers.get("Accept-Language") or "")
    return st.session_state["language"]


def t(text: str, /, **arguments: object) -> str:
    """A template (`{name}` for each argument), or a message of the engine's, as the visitor reads it."""
    return translate(text, visitor_language(), **arguments)


def many(one: str, more: str, count: int, /, **arguments: object) -> str:
    """The same of something counted: `one` for 1, `more` for other counts."""
    return translate(plural(one, more, count, **arguments), visitor_language())


def surroundings() -> dict[str, str | None]:
    """What each component of the stage is told: the path that the app lies below, the language, its texts' file."""
    code = visitor_language()
    words = words_file(code)
    return {"base": base_path(), "language": code, "words": words and words[0]}


def spoken(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a component of the stage, with its surroundings and with all messages in the visitor's language."""
    return {**surroundings(), **translated(data, visitor_language())}
