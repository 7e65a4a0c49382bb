"""The languages to choose from, in the header of every page."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from i18n import LANGUAGES
from ui.shared.base import base_path
from ui.shared.language import t, visitor_language


def show_languages(page: str) -> None:
    """A button with the name of the present language, behind it a link for each, which leads back to this page.

    The browser tells which picture the address has by then (`live/pages/language.py`); here it may have gone.

    Args:
        page: the page's path below the app's.
    """
    base, shown = base_path(), visitor_language()
    links = "".join(
        f'<li><a href="{base}/live/language?{escape(urlencode({"to": code, "back": f"{base}/{page}"}))}" lang="{code}"'
        f"{' aria-current=true' if code == shown else ''}>{name}</a></li>"
        for code, name in LANGUAGES.items()
    )
    name, short = LANGUAGES.get(shown, shown), shown.partition("-")[0].upper()
    says = escape(t("Language: {name}", name=name))
    with st.container(key="languages"):
        st.html(
            f'<button type="button" popovertarget="languages" aria-label="{says}"><i></i><span>{name}</span>'
            f'<abbr>{short}</abbr></button><ul id="languages" popover>{links}</ul>'
        )
