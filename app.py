"""Descent Lab as one ASGI app: `streamlit run app.py` and `uvicorn app:app --ws-per-message-deflate false` start it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir

from engine.basis.heap import share_heaps
from i18n import LANGUAGES, message, words_file
from landscapes import LANDSCAPES
from live import (
    LIGHT_SCRIPT,
    Activity,
    ActivityMiddleware,
    Executors,
    Headers,
    Light,
    OriginCheck,
    Packed,
    Preload,
    Rooms,
    SessionQuota,
    Style,
    allow_many_files,
    allowed_origins,
    close_silent_connections,
    embed_routes,
    files_in,
    frame_sites,
    inline_scripts,
    keep_programs,
    log_as,
    log_strangers_briefly,
    room_routes,
    routes,
    send_at_once,
    serve_metrics,
    sessions_of,
    shared_through,
    tidy_when_quiet,
    warm_up,
    with_counterparts,
)
from stage import assets
from stage.fonts import faces_in, fonts_for
from ui.lecture.deck import shown_of
from ui.lecture.embed import embedded, opened
from ui.shared.base import base_path
from ui.shared.language import t
from ui.shared.theme import SHEET

DEFAULT_LANDSCAPE = "himmelblau"
OUR_FAULT = message(
    "Something went wrong on this page, and the fault is not yours. Change a setting or reload the page; "
    "what you set is in its address."
)


def own_sentence(fault: Exception) -> bool:
    """Show a sentence instead of Streamlit's error box, which would send the visitor to search engines."""
    st.error(t(OUR_FAULT))
    return True


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Compile the first page's surface before the first visitor, and the others while visitors look.

    A host with little time to spare sets DESCENT_LAB_WARM_UP=opening: a surface is then compiled when it is first asked
    for.
    """
    log_as(os.environ.get("DESCENT_LAB_LOG", ""))
    serve_metrics(os.environ.get("DESCENT_LAB_METRICS", ""))
    send_at_once()
    close_silent_connections()
    log_strangers_briefly()
    allow_many_files()
    share_heaps()
    keep_programs()
    await warm_up(executors, [LANDSCAPES[DEFAULT_LANDSCAPE]], whole=False)
    ahead = () if os.environ.get("DESCENT_LAB_WARM_UP") == "opening" else with_counterparts(LANDSCAPES.values())
    rest = asyncio.create_task(warm_up(executors, ahead, networks=bool(ahead), activity=activity))
    tidying = asyncio.create_task(tidy_when_quiet(activity))
    try:
        yield
    finally:
        rest.cancel()
        tidying.cancel()
        if shared is not None:
            await shared.close()
        executors.close()


executors, activity = Executors(), Activity()
shared = shared_through(os.environ.get("DESCENT_LAB_REDIS", ""), Rooms())
base = base_path()
statics = Path(get_static_dir())

joined = assets.joined_files()
words = dict(filter(None, map(words_file, LANGUAGES)))
files = {"plotly.min.js": assets.PLOTLY} | files_in(assets.FOLDER) | assets.vendored() | joined | words
faces = {family: f"{base}/static/media/{name}" for family, name in faces_in(statics / "static" / "media").items()}
light = Light(base, assets.VERSION, faces, joined=not assets.SINGLY)
scripts = [*inline_scripts((statics / "index.html").read_text(encoding="utf-8")), LIGHT_SCRIPT]
first = ["stage.js" if assets.SINGLY else "all.js", "all.css"]

app = st.App(
    "pages/menu.py",
    routes=[
        *routes(base, executors, assets.VERSION, files),
        *room_routes(light, executors, shown_of, shared=shared),
        *embed_routes(light, embedded, opened),
    ],
    middleware=[
        Middleware(Headers, frames=frame_sites(os.environ.get("DESCENT_LAB_FRAMES", "")), scripts=scripts),
        Middleware(ActivityMiddleware, activity=activity),
        Middleware(
            OriginCheck,
            paths=(f"{base}/live", f"{base}/live/room", f"{base}/_stcore/stream"),
            allowed=allowed_origins(os.environ.get("DESCENT_LAB_ORIGINS", "")),
        ),
        Middleware(
            SessionQuota,
            path=f"{base}/_stcore/stream",
            most=sessions_of(os.environ.get("DESCENT_LAB_SESSIONS", "")),
        ),
        Middleware(Packed, folder=statics, base=base, instead=fonts_for(statics / "static" / "media")),
        Middleware(Style, sheet=SHEET),
        Middleware(Preload, addresses=[f"{base}/live/assets/{assets.VERSION}/{name}" for name in first]),
    ],
    lifespan=lifespan,
    on_script_error=own_sentence,
)
