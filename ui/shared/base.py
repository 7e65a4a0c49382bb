"""Where the app lies on its server."""

import streamlit as st


def base_path() -> str:
    """The path that the whole app lies below: empty, or such as `/lab` (Streamlit's `server.baseUrlPath`)."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
