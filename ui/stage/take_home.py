"""What a visitor takes home: the program behind the picture, its numbers, and the picture itself as a file."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine import OPTIMIZERS, Run
from engine.export import csv_text, jax_code, pytorch_code
from i18n import sentence_of
from ui.scene.file import read_scene, scene_json
from ui.scene.scene import Scene
from ui.scene.session import change, note_drawn
from ui.shared.language import t

_LIBRARIES = (("PyTorch", pytorch_code, "pytorch"), ("JAX", jax_code, "jax"))


def show_code(scene: Scene) -> None:
    """The run in focus as a program that walks the same path, and its trajectory as a table."""
    run, own = scene.runs()[scene.focus], scene.lanes[scene.focus].name
    name = f"{run.optimizer}_on_{run.landscape.key.split(':')[0]}"
    # Filled only when it is open: the highlighter alone is a third of all that a closed page would have to load.
    label = t("The code behind this picture: {name}", name=OPTIMIZERS[run.optimizer].name)
    fold = st.expander(label, key="code", on_change="rerun")
    if not fold.open:
        return
    with fold:
        about = t("A program that walks this very path, point by point; it runs as it stands.")
        st.html(f'<p class="aside">{about}</p>')
        # Above the programs: a program grows by its height once its highlighter has come, a moment after the
        # fold was opened, and would carry a button below it away from under the hand.
        files = st.container(horizontal=True)
        for tab, (library, write, suffix) in zip(
            st.tabs([library for library, *_ in _LIBRARIES]), _LIBRARIES, strict=True
        ):
            with tab:
                _program(files, partial(write, own=own), run, f"{name}_{suffix}.py", library)
        files.download_button(
            t("Download the path as CSV"),
            partial(csv_text, run),
            f"{name}.csv",
            "text/csv",
            key="csv",
            on_click="ignore",
            icon=":material/table:",
        )


def _program(files: DeltaGenerator, write: Callable[[Run], str], run: Run, file_name: str, library: str) -> None:
    """The program itself here, and its download among the `files`."""
    try:
        code = write(run)
    except ValueError as fault:
        st.html(f'<p class="aside">{t(sentence_of(fault))}</p>')
        return
    st.code(code, language="python")
    files.download_button(
        t("Download as a {library} program", library=library),
        partial(str, code),  # written when it is asked for: Streamlit's browser else looks for it, and it may have gone
        file_name,
        "text/x-python",
        key=f"program_{library}",
        on_click="ignore",
        icon=":material/download:",
    )


def keep_picture(scene: Scene) -> None:
    """Save the picture as a file, and load one."""
    fold = st.expander(t("Save and load"), key="save_and_load", on_change="rerun")
    if not fold.open:
        return
    note_drawn("file", scene)
    with fold:
        st.download_button(
            t("Save as a file"),
            partial(scene_json, scene),
            "descent_lab.json",
            "application/json",
            key="save",
            on_click="ignore",
            icon=":material/save:",
        )
        st.file_uploader(t("Load a saved picture"), "json", key="load", on_change=_load)


def _load() -> None:
    file = st.session_state["load"]
    if file is None:
        return

    def edit(_: Scene) -> Scene:
        loaded, notices = read_scene(file.getvalue())
        st.session_state["notices"] = notices
        return loaded

    change(edit)
