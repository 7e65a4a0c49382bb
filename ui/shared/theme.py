"""What Streamlit's own theme cannot say: tight paper around the stage, quiet chrome."""

from pathlib import Path
from typing import Literal

import streamlit as st

FOLDER = Path(__file__).parents[1]
ICON = str(FOLDER / "icon.svg")
SHEET = FOLDER / "pages.css"
"""The style of every page, which the server puts into each (`live.Style`)."""


def theme() -> Literal["light", "dark"]:
    """The theme that the visitor sees."""
    return "dark" if st.context.theme.type == "dark" else "light"


def dress() -> None:
    """The logo, and the theme as a style sheet reads it."""
    # Streamlit says it to the page alone: menus and dialogs hang beside it, and light-dark() would be light there.
    st.html(f"<style>:root {{ color-scheme: {theme()}; }}</style>")
    st.logo(str(FOLDER / f"logo_{theme()}.svg"), size="large")
